package incus

import (
	"context"
	"iter"
	"log/slog"
	"sync"

	incus "github.com/lxc/incus/v6/client"
	"github.com/lxc/incus/v6/shared/api"

	"github.com/openecs/openecs/internal/engine"
)

// Host is an Incus server or cluster as an engine.
type Host struct {
	opts   Options
	log    *slog.Logger
	server incus.InstanceServer
	vms    bool // it runs virtual machines too
	nics   Plugger

	live context.Context // of everything under way; ends with Close
	end  context.CancelFunc
	work sync.WaitGroup

	mu     sync.Mutex
	closed bool
	moves  map[engine.ID]*move
	failed map[engine.ID]failure
	last   map[engine.ID]engine.Gen // finished by this process, newer than what a look under way may show
	subs   map[*subscriber]struct{}
	execs  map[engine.ID]map[*execution]struct{}
	tasks  map[uint64]*task
	room   room
}

var _ engine.Engine = (*Host)(nil)

// Close ends what is under way on behalf of this process; machines go on. The
// host's own operations end by themselves.
func (h *Host) Close() error {
	h.mu.Lock()
	h.closed = true
	h.mu.Unlock()
	h.end()
	h.work.Wait()
	h.server.Disconnect()
	return nil
}

// instance asks for a machine's instance. One that is not ours is not found.
func (h *Host) instance(ctx context.Context, id engine.ID) (*api.Instance, mark, error) {
	var i api.Instance
	if err := h.get(ctx, instancePath(nameOf(id)), &i); err != nil {
		return nil, mark{}, err
	}
	m, ok := markOf(&i)
	if !ok || m.cell != h.opts.Cell || m.id != id {
		return nil, mark{}, engine.ErrNotFound
	}
	return &i, m, nil
}

// List implements engine.Engine: machines of every cell.
func (h *Host) List(ctx context.Context) iter.Seq2[engine.Listed, error] {
	return func(yield func(engine.Listed, error) bool) {
		half := map[engine.ID]engine.Listed{}
		h.mu.Lock()
		for id, mv := range h.moves {
			if mv.op == provision {
				half[id] = mv.listed
			}
		}
		h.mu.Unlock()
		var all []api.Instance
		if err := h.get(ctx, "/1.0/instances?recursion=1", &all); err != nil {
			yield(engine.Listed{}, err)
			return
		}
		for i := range all {
			m, ok := markOf(&all[i])
			if m.cell == h.opts.Cell {
				delete(half, m.id)
			}
			if ok && !yield(engine.Listed{ID: m.id, Cell: m.cell, Zone: m.zone, Gen: m.gen}, nil) {
				return
			}
		}
		for _, l := range half {
			if !yield(l, nil) {
				return
			}
		}
	}
}
