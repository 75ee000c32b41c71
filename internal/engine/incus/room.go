package incus

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/lxc/incus/v6/shared/api"

	"github.com/openecs/openecs/internal/engine"
)

// room is what the host has and what of it is promised to machines of any cell.
type room struct {
	mu     sync.Mutex
	total  engine.Size // overcommitment included
	own    map[engine.ID]engine.Size
	others engine.Size // of other cells, when the engine was opened
}

// left is how many more machines of a size fit; r.mu is held.
func (r *room) left(s engine.Size, but engine.ID) int {
	vcpus, memory := r.total.VCPUs-r.others.VCPUs, r.total.MemoryMiB-r.others.MemoryMiB
	for id, o := range r.own {
		if id != but {
			vcpus, memory = vcpus-o.VCPUs, memory-o.MemoryMiB
		}
	}
	return max(0, min(vcpus/max(1, s.VCPUs), memory/max(1, s.MemoryMiB)))
}

// resize takes room for a machine, in place of what it has.
func (r *room) resize(id engine.ID, s engine.Size) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if had, ok := r.own[id]; ok && s.VCPUs <= had.VCPUs && s.MemoryMiB <= had.MemoryMiB {
		r.own[id] = s
		return nil
	}
	if r.left(s, id) == 0 {
		return fmt.Errorf("%w: %d vCPUs and %d MiB do not fit", engine.ErrNoStock, s.VCPUs, s.MemoryMiB)
	}
	r.own[id] = s
	return nil
}

func (r *room) leave(id engine.ID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.own, id)
}

// survey learns what the host has and what is promised already.
func (h *Host) survey(ctx context.Context) error {
	var res api.Resources
	if err := h.get(ctx, "/1.0/resources", &res); err != nil {
		return err
	}
	var all []api.Instance
	if err := h.get(ctx, "/1.0/instances?recursion=1", &all); err != nil {
		return err
	}
	r := &h.room
	r.mu.Lock()
	defer r.mu.Unlock()
	r.total = engine.Size{
		VCPUs: int(float64(res.CPU.Total) * h.opts.CPUOvercommit), MemoryMiB: int(float64(res.Memory.Total>>20) * h.opts.MemoryOvercommit),
	}
	r.own, r.others = map[engine.ID]engine.Size{}, engine.Size{}
	for i := range all {
		m, ok := markOf(&all[i])
		switch {
		case !ok:
		case m.cell == h.opts.Cell:
			r.own[m.id] = m.size
		default:
			r.others.VCPUs += m.size.VCPUs
			r.others.MemoryMiB += m.size.MemoryMiB
		}
	}
	return nil
}

// has tells that the host runs machines of a zone.
func (h *Host) has(zone string) bool {
	return h.opts.Zones == nil || slices.Contains(h.opts.Zones, zone)
}

// Capacity implements engine.Engine.
func (h *Host) Capacity(ctx context.Context, zone string, size engine.Size) (int, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	if !h.has(zone) {
		return 0, nil
	}
	h.room.mu.Lock()
	defer h.room.mu.Unlock()
	return h.room.left(size, 0), nil
}
