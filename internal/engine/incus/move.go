package incus

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/openecs/openecs/internal/engine"
)

// op is a kind of move.
type op uint8

const (
	provision op = iota + 1
	start
	stop
	reboot
	remove
)

func (o op) String() string {
	return [...]string{"", "provision", "start", "stop", "reboot", "remove"}[o]
}

// move is what is under way with one machine on behalf of this process.
type move struct {
	op  op
	gen engine.Gen
	up  bool // the machine ran when it began

	listed engine.Listed      // of a machine that is being made
	last   engine.Observation // of a machine that is being removed

	// leave ends a wait for the guest: a newer generation, or a removal, takes over.
	leave     context.Context
	supersede context.CancelFunc

	done    chan struct{} // closed when it has ended
	force   chan struct{} // closed: cut the power
	forcing sync.Once
}

func (m *move) hasten() { m.forcing.Do(func() { close(m.force) }) }

// failure is how a move failed that nobody has been told of.
type failure struct {
	op  op
	gen engine.Gen
	err error
}

// errSuperseded ends a move whose place another takes.
var errSuperseded = errors.New("incus: a newer generation takes over")

// launch starts a move; h.mu is held. run gets a context that ends with the host.
// What is wrong with the connection or the moment is no failure of the move: it
// ends and the next call goes on.
func (h *Host) launch(id engine.ID, m *move, run func(ctx context.Context, m *move) error) error {
	if h.closed {
		return fmt.Errorf("%w: the engine is closed", engine.ErrUnreachable)
	}
	m.force, m.done = make(chan struct{}), make(chan struct{})
	m.leave, m.supersede = context.WithCancel(h.live)
	h.moves[id] = m
	h.work.Go(func() {
		err := run(h.live, m)
		m.supersede()
		h.mu.Lock()
		delete(h.moves, id)
		switch {
		case err == nil:
			if m.op == remove {
				delete(h.last, id)
			} else {
				h.last[id] = m.gen
			}
		case errors.Is(err, errSuperseded), errors.Is(err, context.Canceled), errors.Is(err, engine.ErrBusy):
		default:
			h.log.Warn("a step of a machine failed", "machine", nameOf(id), "step", m.op.String(), "cause", err)
			h.failed[id] = failure{m.op, m.gen, err}
		}
		h.mu.Unlock()
		close(m.done)
		h.changed(id)
	})
	return nil
}

// told takes the failure that a call with the same goal has not been told of. One with
// another goal makes it void. h.mu is held.
func (h *Host) told(id engine.ID, o op, gen engine.Gen) error {
	f, ok := h.failed[id]
	delete(h.failed, id)
	if ok && f.op == o && f.gen == gen {
		return f.err
	}
	return nil
}

// moving is the move of a machine, nil if there is none.
func (h *Host) moving(id engine.ID) *move {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.moves[id]
}
