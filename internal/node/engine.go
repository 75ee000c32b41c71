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

func (n *Node) openEngine(ctx context.Context, clk clock.Clock) (err error) {
	if err := n.checkEngine(); err != nil {
		return err
	}
	if open := n.options.OpenEngine; open != nil {
		n.engine, err = open(ctx, n.Keys.Cell)
		return err
	}
	n.world = sim.NewWorld(clk, n.options.Sim)
	n.engine = n.world.Connect()
	return nil
}

// ErrEngine tells that a data directory's instances are run by another engine than was
// asked for. It is a sentence that says what to do.
type ErrEngine struct{ text string }

func (e ErrEngine) Error() string { return e.text }

// checkEngine refuses a data directory whose instances another engine runs: it
// would take real machines for lost, or simulate them, and forget them on their host.
func (n *Node) checkEngine() error {
	if n.options.Ephemeral {
		return nil
	}
	file, name := filepath.Join(n.options.DataDir, "engine"), n.engineName()
	b, err := os.ReadFile(file)
	switch had := string(bytes.TrimSpace(b)); {
	case errors.Is(err, fs.ErrNotExist):
		return os.WriteFile(file, []byte(name+"\n"), 0o600)
	case err != nil:
		return err
	case had == name:
		return nil
	case had == simulated:
		return ErrEngine{fmt.Sprintf("the instances in %s are simulated: openecs serve --engine %s needs a data directory of its own, named with --data-dir", n.options.DataDir, name)}
	default:
		return ErrEngine{fmt.Sprintf("the instances in %s are real, run by %s: start openecs serve --engine %s on it, and commands will use that server", n.options.DataDir, had, had)}
	}
}
