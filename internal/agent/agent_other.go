//go:build !linux

package agent

import (
	"context"

	"github.com/openecs/openecs/internal/agent/plan"
	"github.com/openecs/openecs/internal/state"
)

// Agent does not exist here.
type Agent struct{}

// Check is ErrUnsupported.
func Check() error { return ErrUnsupported }

// New is ErrUnsupported.
func New(Options) (*Agent, error) { return nil, ErrUnsupported }

// Run is ErrUnsupported.
func (*Agent) Run(context.Context, Source) error { return ErrUnsupported }

// Follow is ErrUnsupported.
func (*Agent) Follow(context.Context, Plans) error { return ErrUnsupported }

// Apply is ErrUnsupported.
func (*Agent) Apply(*plan.Host) error { return ErrUnsupported }

// Applied is 0.
func (*Agent) Applied() state.Rev { return 0 }

// Ready is false.
func (*Agent) Ready(state.Rev) bool { return false }

// Plugged is ErrUnsupported.
func (*Agent) Plugged(string, string) error { return ErrUnsupported }

// Guarded is ErrUnsupported.
func (*Agent) Guarded(string, string) error { return ErrUnsupported }

// Changed is never closed.
func (*Agent) Changed() <-chan struct{} { return nil }

// Close does nothing.
func (*Agent) Close() {}

// Remove is ErrUnsupported.
func Remove(Options) error { return ErrUnsupported }
