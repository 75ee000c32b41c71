package reconcile

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/engine"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/state"
)

// readTime is how long a host may take to show a console.
const readTime = 10 * time.Second

// Console reads the newest of what an instance wrote to its console, at most
// limit bytes, and when it last wrote. It changes nothing and waits for the host.
// Without consoles it is compute.ErrNoConsole; other errors pass.
func (r *Reconciler) Console(ctx context.Context, k ecs.Key, limit int) (text []byte, written time.Time, err error) {
	err = r.read(ctx, k, func(ctx context.Context, c engine.Console, m *engine.Machine, o engine.Observation) error {
		out, err := c.Console(ctx, m, o, limit)
		text, written = out.Text, out.Written
		return err
	})
	return text, written, err
}

// Screenshot reads what an instance's screen shows, a PNG, as Console does. A
// machine that does not run is compute.ErrConsoleOff.
func (r *Reconciler) Screenshot(ctx context.Context, k ecs.Key) (png []byte, err error) {
	err = r.read(ctx, k, func(ctx context.Context, c engine.Console, m *engine.Machine, o engine.Observation) (err error) {
		png, err = c.Screenshot(ctx, m, o)
		return err
	})
	return png, err
}

func (r *Reconciler) read(ctx context.Context, k ecs.Key, do func(context.Context, engine.Console, *engine.Machine, engine.Observation) error) (err error) {
	defer r.caught("a console", &err)
	v := &view{k: k, snap: r.DB.Snapshot()}
	var ok bool
	if v.rec, ok = state.Instances.Get(v.snap, k); !ok {
		return fmt.Errorf("%w: no record", engine.ErrNotFound)
	}
	c, ok := r.Engine(v.snap.Str(v.rec.Zone)).(engine.Console)
	if !ok {
		return compute.ErrNoConsole
	}
	m, err := r.machine(v)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, readTime)
	defer cancel()
	if err = do(ctx, c, m, lastSeen(v.rec)); errors.Is(err, engine.ErrNotRunning) {
		return compute.ErrConsoleOff
	}
	return err
}
