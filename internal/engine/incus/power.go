package incus

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/lxc/incus/v6/shared/api"

	"github.com/openecs/openecs/internal/engine"
)

// Start implements engine.Engine.
func (h *Host) Start(ctx context.Context, id engine.ID, gen engine.Gen, boot *engine.Boot) error {
	return h.power(ctx, start, id, gen, boot, false)
}

// Stop implements engine.Engine.
func (h *Host) Stop(ctx context.Context, id engine.ID, gen engine.Gen, force bool) error {
	return h.power(ctx, stop, id, gen, nil, force)
}

// Reboot implements engine.Engine.
func (h *Host) Reboot(ctx context.Context, id engine.ID, gen engine.Gen, boot *engine.Boot, force bool) error {
	return h.power(ctx, reboot, id, gen, boot, force)
}

func (h *Host) power(ctx context.Context, o op, id engine.ID, gen engine.Gen, boot *engine.Boot, force bool) error {
	i, m, err := h.instance(ctx, id)
	if mv := h.moving(id); isNotFound(err) && mv != nil && mv.op == provision {
		return fmt.Errorf("%w: %d is being made", engine.ErrBusy, id)
	}
	if err != nil {
		return err
	}
	power, known := powerOf(i)
	if !known {
		return fmt.Errorf("%w: %s is %s there", engine.ErrUnreachable, i.Name, i.Status)
	}
	up := power != engine.Stopped
	if mv := h.moving(id); mv != nil && mv.op != remove && m.made && m.gen >= mv.gen {
		<-mv.done // the host says that it has ended: only this process has yet to notice
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	mv := h.moves[id]
	switch {
	case mv != nil && (mv.op == provision || mv.op == remove), !m.made:
		return fmt.Errorf("%w: %d is being made or removed", engine.ErrBusy, id)
	case gen <= max(m.gen, h.last[id]):
		return nil
	case mv != nil && gen <= mv.gen:
		if gen == mv.gen && o == stop && force {
			mv.hasten()
		}
		return nil
	case mv != nil:
		mv.supersede()
		return fmt.Errorf("%w: %s of %d is under way", engine.ErrBusy, mv.op, id)
	case (power == engine.Starting || power == engine.Stopping) && !force:
		// By the guest's doing, or by that of a process that is no more.
		return fmt.Errorf("%w: %d is %s", engine.ErrBusy, id, power)
	}
	if err := h.told(id, o, gen); err != nil {
		return err
	}
	if boot != nil && o != stop {
		if err := h.room.resize(id, boot.Size); err != nil {
			return err
		}
	}
	next := &move{op: o, gen: gen, up: up}
	if o != start {
		h.endExecs(id)
	}
	err = h.launch(id, next, func(ctx context.Context, mv *move) error {
		return h.run(ctx, mv, i.Name, m, up, boot)
	})
	if force {
		next.hasten()
	}
	return err
}

// run takes a machine where a move leads and then says so on the host.
func (h *Host) run(ctx context.Context, mv *move, name string, m mark, up bool, boot *engine.Boot) error {
	finished := map[string]string{keyGen: decimal(mv.gen)}
	again := m.boot.gen == mv.gen // this boot was begun by a process that is no more
	switch {
	case mv.op == stop && up, mv.op == reboot && up && !again:
		if err := h.halt(ctx, mv, name); err != nil {
			return err
		}
	case mv.op == stop:
	case up && again:
		stays, err := h.stays(ctx, name, m.boot.spec)
		if err != nil {
			return err
		}
		if stays {
			finished[keyBooted] = decimal(m.boot.spec)
			boot = nil
		}
	case up: // started already
		boot = nil
	}
	if mv.op != stop && boot != nil {
		config := h.bootConfig(boot)
		config[keyBoot] = decimal(mv.gen) + " " + decimal(boot.SpecGen)
		if err := h.patiently(ctx, func() error { return h.configure(ctx, name, config) }); err != nil {
			return err
		}
		if err := h.start(ctx, name); err != nil {
			return err
		}
		finished[keyBooted] = decimal(boot.SpecGen)
	}
	return h.patiently(ctx, func() error { return h.configure(ctx, name, finished) })
}

// stays tells whether a machine is up to stay: one whose boot fails shows as running for
// a moment. The host refuses a change as long as it deals with the failure.
func (h *Host) stays(ctx context.Context, name string, spec uint32) (bool, error) {
	if err := pause(ctx, time.Second); err != nil {
		return false, err
	}
	err := h.patiently(ctx, func() error { return h.configure(ctx, name, map[string]string{keyBooted: decimal(spec)}) })
	if err != nil {
		return false, err
	}
	var i api.Instance
	if err := h.get(ctx, instancePath(name), &i); err != nil {
		return false, err
	}
	power, _ := powerOf(&i)
	return power == engine.Running, nil
}

// patience is how long the host may be busy with a machine before a move gives up
// its turn.
const patience = time.Minute

// patiently repeats a call while the host is busy with the machine, as it is for a
// moment after a guest has powered itself off.
func (h *Host) patiently(ctx context.Context, do func() error) error {
	until := time.Now().Add(patience)
	for wait := 20 * time.Millisecond; ; wait = min(2*wait, time.Second) {
		err := do()
		if err == nil || !isBusy(err) || time.Now().After(until) {
			return err
		}
		h.log.Debug("the host is busy with a machine", "again after", wait, "cause", err)
		if err := pause(ctx, wait); err != nil {
			return err
		}
	}
}

// start boots a stopped machine.
func (h *Host) start(ctx context.Context, name string) error {
	return h.patiently(ctx, func() error {
		err := h.async(ctx, "PUT", instancePath(name)+"/state", api.InstanceStatePut{Action: "start", Timeout: -1})
		if err == nil || !strings.Contains(err.Error(), "already running") {
			return err
		}
		// Either it is, or its last run has not quite ended.
		var i api.Instance
		if err := h.get(ctx, instancePath(name), &i); err != nil {
			return err
		}
		if i.StatusCode == api.Running {
			return nil
		}
		return fmt.Errorf("%w: %w", engine.ErrBusy, err)
	})
}

// guestTime is how long one request to shut down stands before it is repeated.
const guestTime = 2 * time.Minute

// halt stops a machine: by asking the guest until mv.force, then by force.
func (h *Host) halt(ctx context.Context, mv *move, name string) error {
	ask, cancel := context.WithCancel(mv.leave)
	defer cancel()
	go func() {
		select {
		case <-mv.force:
			cancel()
		case <-ask.Done():
		}
	}()
	put := api.InstanceStatePut{Action: "stop", Timeout: int(guestTime / time.Second)}
	for {
		select {
		case <-mv.force:
			return h.cut(ctx, name)
		default:
		}
		err := h.async(ask, "PUT", instancePath(name)+"/state", put)
		switch {
		case err == nil, isStopped(err):
			return nil
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case mv.leave.Err() != nil:
			return errSuperseded
		case ask.Err() != nil: // hastened
		case isBusy(err):
			if err := pause(ask, 200*time.Millisecond); err != nil && ctx.Err() != nil {
				return err
			}
		case strings.Contains(err.Error(), "shutting down instance"): // the guest did not: ask again
		default:
			return err
		}
	}
}

// cut cuts the power.
func (h *Host) cut(ctx context.Context, name string) error {
	return h.patiently(ctx, func() error {
		err := h.async(ctx, "PUT", instancePath(name)+"/state", api.InstanceStatePut{Action: "stop", Force: true, Timeout: -1})
		if isStopped(err) {
			return nil
		}
		return err
	})
}

func isStopped(err error) bool {
	return err != nil && (strings.Contains(err.Error(), "already stopped") || strings.Contains(err.Error(), "isn't running") || strings.Contains(err.Error(), "is not running"))
}
