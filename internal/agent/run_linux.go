package agent

import (
	"context"
	"time"

	"github.com/vishvananda/netlink"

	"github.com/openecs/openecs/internal/agent/plan"
)

// The pauses after a failure.
const (
	firstPause = 100 * time.Millisecond
	lastPause  = 10 * time.Second
)

// Run follows the records until ctx ends, and returns its cause. What fails is
// logged and tried again.
func (a *Agent) Run(ctx context.Context, from Source) error {
	return a.Follow(ctx, Records(from, &a.planner, a.Clock))
}

// Follow makes the host what one plan after the other says, until ctx ends, and
// returns its cause. What fails is logged and tried again. A host that cannot
// hold the networks is refused at once with what Check says.
func (a *Agent) Follow(ctx context.Context, plans Plans) error {
	if err := Check(); err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	links, next, applied := make(chan struct{}, 1), make(chan *plan.Host, 1), make(chan struct{}, 1)
	go a.watchLinks(ctx, links, cancel)
	go a.fetch(ctx, plans, next, cancel)
	if r, ok := plans.(Reporter); ok {
		go a.report(ctx, r, applied)
	}
	pause := firstPause
	timer := a.Clock.NewTimer()
	defer timer.Stop()
	var h *plan.Host // that is to be in force
	for {
		var err error
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-links:
			err = a.replug()
		case h = <-next:
			if !a.same(h) {
				err = a.Apply(h)
			}
		case <-timer.C():
			timer.Stop()
			if h != nil {
				err = a.Apply(h)
			}
		}
		if err != nil {
			a.Log.Error("networks are not as they are to be", "error", err, "again", pause)
			timer.Set(a.Clock.Now().Add(pause))
			pause = min(2*pause, lastPause)
			continue
		}
		timer.Stop()
		pause = firstPause
		wake(applied)
	}
}

// wake says that there is something to look at, once for all that was not looked
// at yet.
func wake(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// fetch hands plans on, the newest in place of one that was not taken yet.
func (a *Agent) fetch(ctx context.Context, plans Plans, next chan *plan.Host, cancel context.CancelCauseFunc) {
	pause := firstPause
	timer := a.Clock.NewTimer()
	defer timer.Stop()
	for have := (*plan.Host)(nil); ctx.Err() == nil; {
		h, err := plans.Next(ctx, have)
		if err == nil {
			pause = firstPause
			have = h
			select {
			case <-next:
			default:
			}
			next <- h
			continue
		}
		if ctx.Err() != nil || plans.Ended(err) {
			cancel(err)
			return
		}
		a.Log.Error("no plan of the host's networks", "error", err, "again", pause)
		timer.Set(a.Clock.Now().Add(pause))
		pause = min(2*pause, lastPause)
		select {
		case <-timer.C():
			timer.Stop()
		case <-ctx.Done():
		}
	}
}

// report tells of the revision that is in force.
func (a *Agent) report(ctx context.Context, to Reporter, applied <-chan struct{}) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-applied:
			if err := to.Report(ctx, a.Applied()); err != nil && ctx.Err() == nil {
				a.Log.Warn("the revision in force could not be reported", "error", err)
			}
		}
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
		for ok := true; ok; _, ok = <-updates {
			wake(seen) // at first too: what was missed before, or when the kernel's buffer was full, is looked at as well
		}
	}
}
