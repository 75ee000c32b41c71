package agent

import (
	"context"
	"errors"
	"time"

	"github.com/vishvananda/netlink"

	"github.com/openecs/openecs/internal/agent/plan"
	"github.com/openecs/openecs/internal/state"
)

// The pauses after a failure.
const (
	firstPause = 100 * time.Millisecond
	lastPause  = 10 * time.Second
)

func (a *Agent) run(ctx context.Context, from Source) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	changed := make(chan struct{}, 1)
	wake := func() {
		select {
		case changed <- struct{}{}:
		default:
		}
	}
	links := make(chan struct{}, 1)
	go a.watchLinks(ctx, links, cancel)
	go watchRecords(ctx, from, wake, cancel)
	wake()
	pause := firstPause
	timer, rest := a.Clock.NewTimer(), a.Clock.NewTimer()
	defer timer.Stop()
	defer rest.Stop()
	listen := changed
	for {
		var err error
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-links:
			err = a.replug()
		case <-rest.C():
			rest.Stop()
			listen = changed
			continue
		case <-listen:
			began := a.Clock.Now()
			h := a.planner.Host(from.Snapshot())
			if !a.same(h) {
				err = a.Apply(h)
				break
			}
			// Records that are not about networks change far more often: the agent looks at them a quarter of the time.
			if d := a.Clock.Now().Sub(began); d > 0 {
				rest.Set(a.Clock.Now().Add(3 * d))
				listen = nil
			}
		case <-timer.C():
			err = a.Apply(a.planner.Host(from.Snapshot()))
		}
		if err != nil {
			a.Log.Error("networks are not as they are to be", "error", err, "again", pause)
			timer.Set(a.Clock.Now().Add(pause))
			pause = min(2*pause, lastPause)
			continue
		}
		timer.Stop()
		pause = firstPause
	}
}

// same takes a plan over that asks for what is in force already.
func (a *Agent) same(h *plan.Host) bool {
	a.work.Lock()
	defer a.work.Unlock()
	if a.plan == nil || a.Applied() != a.plan.Rev || !a.plan.Equal(h) {
		return false
	}
	a.plan = h
	a.mu.Lock()
	defer a.mu.Unlock()
	a.known, a.applied = h, h.Rev
	return true
}

// replug looks at interfaces again.
func (a *Agent) replug() error {
	a.work.Lock()
	defer a.work.Unlock()
	return a.plug()
}

// watchRecords wakes at each revision that may concern networks.
func watchRecords(ctx context.Context, from Source, wake func(), cancel context.CancelCauseFunc) {
	for {
		rev := from.Snapshot().Rev()
		wake()
		for _, err := range from.Watch(ctx, rev) {
			if err != nil && (ctx.Err() != nil || errors.Is(err, state.ErrClosed)) {
				cancel(err)
				return
			}
			if err != nil {
				break // too long ago: from the present on
			}
			wake()
		}
	}
}

// watchLinks says when interfaces of the host come, change or go.
func (a *Agent) watchLinks(ctx context.Context, seen chan<- struct{}, cancel context.CancelCauseFunc) {
	for ctx.Err() == nil {
		updates := make(chan netlink.LinkUpdate, 64)
		err := netlink.LinkSubscribeWithOptions(updates, ctx.Done(), netlink.LinkSubscribeOptions{
			Namespace: &a.ns, ErrorCallback: func(error) {}, ReceiveBufferSize: 1 << 20, ReceiveBufferForceSize: true,
		})
		if err != nil {
			cancel(err)
			return
		}
		for ok := true; ok; {
			select { // what was missed before, or when the kernel's buffer was full, is looked at as well
			case seen <- struct{}{}:
			default:
			}
			_, ok = <-updates
		}
	}
}

var _ Source = (*state.DB)(nil)
