package sim

import (
	"context"
	"fmt"
	"time"

	"github.com/openecs/openecs/internal/engine"
	"github.com/openecs/openecs/internal/engine/screen"
)

var _ engine.Console = (*Host)(nil)

// A machine's console is written when it is read, from when the machine last came up and, if more
// than that happened to it, from its history. A machine that only ever booted has none, so 100,000
// of those cost nothing.

// mark is an entry of a history: Unix seconds above a byte that says what happened.
type mark uint64

const (
	booted mark = iota + 1
	shutDown
	poweredOff
	ranCommand
	gotFile
)

func (m mark) what() mark    { return m & 0xff }
func (m mark) at() time.Time { return time.Unix(int64(m>>8), 0).UTC() }

// maxMarks is how long a history is: older entries are forgotten.
const maxMarks = 128

// note adds to the history of a machine whose entry still tells of the boot before.
func (w *World) note(id engine.ID, m machine, what mark, at time.Time) {
	past := w.history[id]
	if past == nil && what == booted && m.started == 0 {
		return
	}
	if past == nil && m.started != 0 {
		past = append(past, mark(m.started)<<8|booted)
	}
	past = append(past, mark(at.Unix())<<8|what)
	if len(past) > maxMarks {
		past = append([]mark(nil), past[len(past)-maxMarks:]...)
	}
	w.history[id] = past
}

// Console implements engine.Console.
func (h *Host) Console(ctx context.Context, m *engine.Machine, o engine.Observation, limit int) (out engine.ConsoleOutput, err error) {
	past, running, err := h.past(ctx, ReadConsole, m, o)
	if err != nil {
		return out, err
	}
	if len(past) > 0 {
		out.Written = past[len(past)-1].at()
	}
	out.Text = newest(write(m, past, running), limit)
	return out, nil
}

// Screenshot implements engine.Console.
func (h *Host) Screenshot(ctx context.Context, m *engine.Machine, o engine.Observation) ([]byte, error) {
	past, running, err := h.past(ctx, ReadScreen, m, o)
	if err == nil && !running {
		err = fmt.Errorf("%w: %d", engine.ErrNotRunning, m.ID)
	}
	if err != nil {
		return nil, err
	}
	return screen.Draw(write(m, past, running))
}

// past is what happened to a machine. One that this process has not adopted is as o says.
func (h *Host) past(ctx context.Context, op Op, m *engine.Machine, o engine.Observation) (past []mark, running bool, err error) {
	err = h.call(ctx, op, m.ID, m.Zone, m.Boot.Size.Type, func() error {
		at, ok := h.w.machines[m.ID]
		switch {
		case ok:
			past, running = append(past, h.w.history[m.ID]...), at.power == engine.Running
		case o.Provisioned:
			running = o.Power == engine.Running
			if !o.StartedAt.IsZero() {
				at.started = uint32(o.StartedAt.Unix())
			}
		default:
			return fmt.Errorf("%w: %d", engine.ErrNotFound, m.ID)
		}
		if len(past) == 0 && at.started != 0 {
			past = append(past, mark(at.started)<<8|booted)
		}
		return nil
	})
	return past, running, err
}
