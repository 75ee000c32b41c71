package server

import (
	"context"
	"net/http"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/clock"
	"github.com/openecs/openecs/internal/fault"
)

// doWithFaults does what an action does, or what a fault makes of it.
func (s *Server) doWithFaults(c *action.Call) (api.Response, error) {
	r := fault.Request{
		Product: c.Info.Product, Action: c.Info.Name, Account: c.Caller.Account, KeyID: c.Caller.KeyID, Now: c.Now, Params: c.Params,
	}
	if c.Region != nil {
		r.Region = c.Region.ID
	}
	plan := s.Faults.Meet(&r)
	if plan.Latency > 0 && !wait(c.Context, plan.Latency) {
		panic(http.ErrAbortHandler) // the caller has gone
	}
	switch {
	case plan.Err != nil:
		return nil, plan.Err
	case plan.Drop == fault.Before:
		panic(http.ErrAbortHandler)
	}
	mux := s.Mux
	if plan.Stale > 0 && s.Stale != nil {
		mux = s.Stale(plan.Stale)
	}
	out, err := mux.Do(c)
	if plan.Drop == fault.After {
		panic(http.ErrAbortHandler)
	}
	return out, err
}

// wait waits by the wall clock, which is the one a client waits by; false: ctx
// has ended.
func wait(ctx context.Context, d time.Duration) bool {
	wall := clock.Real()
	end := wall.Now().Add(d)
	t := wall.NewTimer()
	defer t.Stop()
	for now := wall.Now(); now.Before(end); now = wall.Now() { // a timer may tick early
		t.Set(end)
		select {
		case <-t.C():
		case <-ctx.Done():
			return false
		}
	}
	return true
}
