package service

import (
	"sync"
	"time"

	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/state"
)

// past is the actions on what was true some time ago, for faults: they read as
// ever, and cannot write.
type past struct {
	db   *state.DB
	now  func() time.Time
	bind func(*state.DB) *action.Mux

	mu    sync.Mutex
	muxes map[time.Duration]*action.Mux
}

// maxPasts bounds how many ages are kept ready.
const maxPasts = 16

func (p *past) mux(age time.Duration) *action.Mux {
	p.mu.Lock()
	defer p.mu.Unlock()
	if m := p.muxes[age]; m != nil {
		return m
	}
	if len(p.muxes) >= maxPasts || p.muxes == nil {
		p.muxes = map[time.Duration]*action.Mux{}
	}
	m := p.bind(p.db.Reader(func() *state.Snapshot { return p.db.History().At(p.now().Add(-age)) }))
	p.muxes[age] = m
	return m
}
