package sim

import (
	"context"
	"errors"
	"fmt"

	"github.com/openecs/openecs/internal/engine"
	"github.com/openecs/openecs/internal/engine/sim/guest"
)

var _ engine.Executor = (*Host)(nil)

// A machine has an inside only once somebody runs a command or writes a file in it. It stays
// through stops and reboots and goes with the machine; what was in it ends with this process, as
// the machines do.

// inside returns the inside of a running machine.
func (h *Host) inside(ctx context.Context, op Op, m *engine.Machine) (g *guest.Guest, err error) {
	err = h.call(ctx, op, m.ID, "", "", func() error {
		w := h.w
		at, ok := w.machines[m.ID]
		mv, moving := w.moves[m.ID]
		switch {
		case !ok:
			return fmt.Errorf("%w: %d", engine.ErrNotFound, m.ID)
		case at.power != engine.Running, moving && mv.op != Start:
			return fmt.Errorf("%w: %d", engine.ErrNotRunning, m.ID)
		}
		if g = w.guests[m.ID]; g == nil {
			c := guest.Config{Clock: w.clock, Hostname: m.Boot.Hostname, VCPUs: m.Boot.Size.VCPUs, MemoryMiB: m.Boot.Size.MemoryMiB}
			if len(m.NICs) > 0 {
				c.Address = m.NICs[0].Address.Addr().String()
			}
			g = guest.New(c)
			w.guests[m.ID] = g
		}
		what := ranCommand
		if op == WriteFile {
			what = gotFile
		}
		w.note(m.ID, at, what, w.clock.Now())
		return nil
	})
	return g, err
}

// Exec implements engine.Executor. Every machine here is a Linux one: there is a shell and nothing
// else.
func (h *Host) Exec(ctx context.Context, m *engine.Machine, c *engine.Command, done func(engine.Exit)) error {
	g, err := h.inside(ctx, Exec, m)
	if err != nil {
		return err
	}
	if c.Language != engine.Shell {
		return engine.ErrNotApplicable
	}
	ctx, cancel := context.WithCancelCause(ctx)
	stop := context.AfterFunc(h.cutOff, func() { cancel(engine.ErrUnreachable) })
	err = g.Start(ctx, guest.Spec{
		Script: c.Script, User: c.User, Dir: c.Dir, Env: c.Env, Stdin: c.Stdin, Out: c.Output,
	}, func(code int, err error) {
		stop()
		cancel(nil)
		done(engine.Exit{Code: code, Err: err})
	})
	if err != nil {
		stop()
		cancel(nil)
	}
	return inTerms(err)
}

// WriteFile implements engine.Executor.
func (h *Host) WriteFile(ctx context.Context, m *engine.Machine, f *engine.File) error {
	g, err := h.inside(ctx, WriteFile, m)
	if err != nil {
		return err
	}
	err = g.Write(guest.File{Path: f.Path, Owner: f.Owner, Group: f.Group, Mode: f.Mode, Data: f.Data, Overwrite: f.Overwrite})
	if out := inTerms(err); out != err || err == nil {
		return out
	}
	return fmt.Errorf("%w: %w", engine.ErrBadPath, err)
}

// inTerms is an error of a guest in those of the contract.
func inTerms(err error) error {
	for from, to := range map[error]error{
		guest.ErrNoUser: engine.ErrNoUser, guest.ErrNoGroup: engine.ErrNoGroup, guest.ErrNoDir: engine.ErrNoDirectory, guest.ErrExists: engine.ErrFileExists,
	} {
		if errors.Is(err, from) {
			return fmt.Errorf("%w: %w", to, err)
		}
	}
	return err
}

// halt ends what runs inside a machine; the world is locked.
func (w *World) halt(id engine.ID) {
	if g := w.guests[id]; g != nil {
		g.Kill(engine.ErrStopped)
	}
}
