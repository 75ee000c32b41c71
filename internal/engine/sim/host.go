package sim

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"
	"time"

	"github.com/openecs/openecs/internal/engine"
)

// Host is one process's connection to a World, and the engine a service is given.
type Host struct {
	w    *World
	cut  chan struct{}
	once sync.Once

	cutOff context.Context // ends with cut: what runs inside machines on behalf of this process
	endAll context.CancelFunc
}

var (
	_ engine.Engine  = (*Host)(nil)
	_ engine.Adopter = (*Host)(nil)
)

// Connect returns an engine over this world.
func (w *World) Connect() *Host {
	h := &Host{w: w, cut: make(chan struct{})}
	h.cutOff, h.endAll = context.WithCancel(context.Background())
	return h
}

// Close cuts the connection as if the process had died: calls answer ErrUnreachable and change
// nothing any more, Events end. The world goes on.
func (h *Host) Close() error {
	h.once.Do(func() {
		h.w.mu.Lock() // a call under way is over first
		defer h.w.mu.Unlock()
		close(h.cut)
		h.endAll()
	})
	return nil
}

// call is what every engine call goes through: context, connection, faults, reach. typ and zone
// are known for calls about no machine, or none yet; otherwise they are the machine's.
func (h *Host) call(ctx context.Context, op Op, id engine.ID, zone, typ string, do func() error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	w := h.w
	w.mu.Lock()
	defer w.mu.Unlock()
	select {
	case <-h.cut:
		return fmt.Errorf("%w: the connection is closed", engine.ErrUnreachable)
	default:
	}
	w.calls++
	if m, ok := w.machines[id]; ok {
		zone, typ = w.pools[m.pool].zone, w.pools[m.pool].typ
	}
	f := w.strike(false, op, id, zone, typ)
	if f != nil && f.When == Before {
		return f.Err
	}
	if w.down[zone] {
		return fmt.Errorf("%w: zone %s", engine.ErrUnreachable, zone)
	}
	w.settle(id)
	err := do()
	if f != nil {
		return f.Err // After
	}
	return err
}

// Provision implements engine.Engine.
func (h *Host) Provision(ctx context.Context, m *engine.Machine) error {
	return h.call(ctx, Provision, m.ID, m.Zone, m.Boot.Size.Type, func() error {
		w := h.w
		if _, ok := w.machines[m.ID]; ok {
			return w.busyIf(m.ID, Remove)
		}
		if err := w.told(m.ID, Provision, m.Gen); err != nil {
			return err
		}
		if z := w.opts.Zones; m.ID == 0 || len(z) > 0 && !slices.Contains(z, m.Zone) {
			return fmt.Errorf("%w: no machine %d in zone %q", engine.ErrPermanent, m.ID, m.Zone)
		}
		if w.room(place{m.Zone, m.Boot.Size.Type}) == 0 {
			return fmt.Errorf("%w: %s in %s", engine.ErrNoStock, m.Boot.Size.Type, m.Zone)
		}
		p, err := w.add(m, machine{})
		if err == nil {
			w.begin(m.ID, move{op: Provision, gen: m.Gen, pool: p})
		}
		return err
	})
}

// Adopt implements engine.Adopter.
func (h *Host) Adopt(ctx context.Context, m *engine.Machine, o engine.Observation) error {
	return h.call(ctx, Adopt, m.ID, m.Zone, m.Boot.Size.Type, func() error {
		if _, ok := h.w.machines[m.ID]; ok {
			return nil
		}
		if !o.Provisioned || m.ID == 0 {
			return errors.New("sim: only what was provisioned can be adopted")
		}
		a := machine{gen: o.Gen, boot: o.BootSpecGen, provisioned: true}
		if !o.StartedAt.IsZero() {
			a.started = uint32(o.StartedAt.Unix())
		}
		if o.Power == engine.Running || o.Power == engine.Stopping {
			a.power = engine.Running
		}
		_, err := h.w.add(m, a)
		return err
	})
}

// add makes the entry of a new machine.
func (w *World) add(m *engine.Machine, a machine) (uint16, error) {
	p, ok := w.pool(pool{m.Cell, m.Zone, m.Boot.Size.Type})
	if !ok {
		return 0, fmt.Errorf("%w: too many different cells, zones and types", engine.ErrPermanent)
	}
	a.pool = p
	w.machines[m.ID] = a
	w.used[w.pools[p].place()]++
	return p, nil
}

// Start implements engine.Engine.
func (h *Host) Start(ctx context.Context, id engine.ID, gen engine.Gen, boot *engine.Boot) error {
	return h.power(ctx, Start, id, gen, boot, false)
}

// Stop implements engine.Engine.
func (h *Host) Stop(ctx context.Context, id engine.ID, gen engine.Gen, force bool) error {
	return h.power(ctx, Stop, id, gen, nil, force)
}

// Reboot implements engine.Engine.
func (h *Host) Reboot(ctx context.Context, id engine.ID, gen engine.Gen, boot *engine.Boot, force bool) error {
	return h.power(ctx, Reboot, id, gen, boot, force)
}

func (h *Host) power(ctx context.Context, op Op, id engine.ID, gen engine.Gen, boot *engine.Boot, force bool) error {
	return h.call(ctx, op, id, "", "", func() error {
		w := h.w
		m, ok := w.machines[id]
		if !ok {
			return fmt.Errorf("%w: %d", engine.ErrNotFound, id)
		}
		if err := w.busyIf(id, Provision, Remove); err != nil {
			return err
		}
		if gen <= m.gen {
			return nil
		}
		mv, moving := w.moves[id]
		if moving && gen <= mv.gen {
			if gen == mv.gen && op == Stop && force && mv.stuck != nil {
				mv.stuck, mv.end = nil, w.endOf(op, m.power)
				w.moves[id] = mv
			}
			return nil
		}
		if err := w.told(id, op, gen); err != nil {
			return err
		}
		if !moving && (op == Start && m.power == engine.Running || op == Stop && m.power == engine.Stopped) {
			m.gen = gen
			w.machines[id] = m
			return nil
		}
		to := move{op: op, gen: gen, pool: m.pool}
		if boot != nil {
			to.boot = boot.SpecGen
			if err := w.resize(&to, boot.Size.Type); err != nil {
				return err
			}
		}
		w.cancel(id) // an older generation under way gives way
		w.begin(id, to)
		return nil
	})
}

// resize takes room for the type the machine is to boot as, where that is another.
func (w *World) resize(to *move, typ string) error {
	p := w.pools[to.pool]
	if typ == "" || typ == p.typ {
		return nil
	}
	p.typ = typ
	if w.room(p.place()) == 0 {
		return fmt.Errorf("%w: %s in %s", engine.ErrNoStock, typ, p.zone)
	}
	i, ok := w.pool(p)
	if !ok {
		return fmt.Errorf("%w: too many different cells, zones and types", engine.ErrPermanent)
	}
	to.pool = i
	w.used[p.place()]++
	return nil
}

// Remove implements engine.Engine.
func (h *Host) Remove(ctx context.Context, id engine.ID) error {
	return h.call(ctx, Remove, id, "", "", func() error {
		w := h.w
		m, ok := w.machines[id]
		if !ok {
			delete(w.failed, id)
			return nil
		}
		if w.busyIf(id, Remove) != nil {
			return nil
		}
		if err := w.told(id, Remove, 0); err != nil {
			return err
		}
		w.cancel(id)
		w.begin(id, move{op: Remove, pool: m.pool})
		return nil
	})
}

// Observe implements engine.Engine.
func (h *Host) Observe(ctx context.Context, id engine.ID) (o engine.Observation, err error) {
	err = h.call(ctx, Observe, id, "", "", func() error {
		m, ok := h.w.machines[id]
		if !ok {
			return fmt.Errorf("%w: %d", engine.ErrNotFound, id)
		}
		o = engine.Observation{Provisioned: m.provisioned, Power: m.power, Gen: m.gen, BootSpecGen: m.boot}
		if m.started != 0 {
			o.StartedAt = time.Unix(int64(m.started), 0).UTC()
		}
		mv, moving := h.w.moves[id]
		if !moving {
			return nil
		}
		switch {
		case mv.op == Start || mv.op == Reboot:
			o.Power = engine.Starting
		case mv.op == Stop || mv.op == Remove && m.power == engine.Running:
			o.Power = engine.Stopping
		}
		if mv.stuck == nil && h.w.opts.Mode != Stepped {
			o.ReadyAt = time.Unix(0, mv.end).UTC()
		}
		return nil
	})
	if err != nil {
		return engine.Observation{}, err
	}
	return o, nil
}

// Capacity implements engine.Engine. Only stock limits it; the size does not.
func (h *Host) Capacity(ctx context.Context, zone string, size engine.Size) (n int, err error) {
	err = h.call(ctx, Capacity, 0, zone, size.Type, func() error {
		if z := h.w.opts.Zones; len(z) == 0 || slices.Contains(z, zone) {
			h.w.settleAll()
			n = h.w.room(place{zone, size.Type})
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

// List implements engine.Engine: what there is at the call, by ascending ID. While a zone is cut
// off it yields the rest and then ErrUnreachable.
func (h *Host) List(ctx context.Context) iter.Seq2[engine.Listed, error] {
	return func(yield func(engine.Listed, error) bool) {
		var all []engine.Listed
		var down error
		err := h.call(ctx, List, 0, "", "", func() error {
			w := h.w
			w.settleAll()
			for id, m := range w.machines {
				p := w.pools[m.pool]
				if w.down[p.zone] {
					down = fmt.Errorf("%w: zone %s", engine.ErrUnreachable, p.zone)
					continue
				}
				all = append(all, engine.Listed{ID: id, Cell: p.cell, Zone: p.zone, Gen: m.gen})
			}
			return nil
		})
		if err == nil {
			err = down
		} else {
			all = nil
		}
		slices.SortFunc(all, func(a, b engine.Listed) int {
			if a.ID < b.ID {
				return -1
			}
			return 1
		})
		for _, l := range all {
			if !yield(l, nil) {
				return
			}
		}
		if err != nil {
			yield(engine.Listed{}, err)
		}
	}
}

// busyIf is ErrBusy while one of the moves is under way.
func (w *World) busyIf(id engine.ID, ops ...Op) error {
	if mv, ok := w.moves[id]; ok && slices.Contains(ops, mv.op) {
		return fmt.Errorf("%w: %s of %d is under way", engine.ErrBusy, mv.op, id)
	}
	return nil
}

// told takes the failure that a call with the same goal has not been told of. One with another
// goal makes it void.
func (w *World) told(id engine.ID, op Op, gen engine.Gen) error {
	f, ok := w.failed[id]
	delete(w.failed, id)
	if ok && f.op == op && f.gen == gen {
		return f.err
	}
	return nil
}
