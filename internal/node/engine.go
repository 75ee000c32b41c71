package node

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/openecs/openecs/internal/clock"
	"github.com/openecs/openecs/internal/engine/sim"
)

// simulated is the name of the engine that there is without any other.
const simulated = "simulated"

func (n *Node) engineName() string {
	if n.options.OpenEngine == nil {
		return simulated
	}
	return n.options.EngineName
}

func (n *Node) openEngine(ctx context.Context, clk clock.Clock) error {
	known, err := n.checkEngine()
	if err != nil {
		return err
	}
	if open := n.options.OpenEngine; open != nil {
		if n.engine, err = open(ctx, n.Keys.Cell); err != nil {
			return err
		}
	} else {
		n.world = sim.NewWorld(clk, n.options.Sim)
		n.engine = n.world.Connect()
	}
	if known {
		return nil
	}
	return os.WriteFile(n.engineFile(), []byte(n.engineName()+"\n"), 0o600)
}

func (n *Node) engineFile() string { return filepath.Join(n.options.DataDir, "engine") }

// EngineOf is what runs the instances of a data directory; "" where they are simulated,
// or there is none.
func EngineOf(dir string) string {
	b, _ := os.ReadFile(filepath.Join(dir, "engine"))
	if had := string(bytes.TrimSpace(b)); had != simulated {
		return had
	}
	return ""
}

// ErrEngine tells that a data directory's instances are run by another engine than was
// asked for. It is a sentence that says what to do.
type ErrEngine struct{ text string }

func (e ErrEngine) Error() string { return e.text }

// checkEngine refuses a data directory whose instances another engine runs: it
// would take real machines for lost, or simulate them, and forget them on their host.
// It tells whether the directory says what runs them.
func (n *Node) checkEngine() (known bool, err error) {
	if n.options.Ephemeral {
		return true, nil
	}
	dir, name := n.options.DataDir, n.engineName()
	b, err := os.ReadFile(n.engineFile())
	switch had := string(bytes.TrimSpace(b)); {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil, had == name:
		return true, err
	case had == simulated:
		return true, ErrEngine{fmt.Sprintf("the instances in %s are simulated: openecs serve --engine %s needs a data directory of its own, named with --data-dir", dir, name)}
	default:
		return true, ErrEngine{fmt.Sprintf("the instances in %s are real, run by %s: start openecs serve --engine %s on it, and commands will use that server", dir, had, had)}
	}
}
