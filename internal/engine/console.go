package engine

import (
	"context"
	"time"
)

// Console is implemented by an engine that can show what its machines write to
// their consoles. It is optional.
//
// m and o describe the machine as Adopter.Adopt gets it; an engine whose machines
// outlive its process needs m.ID alone, one whose machines do not may answer for
// a machine it has not adopted yet from what o says. Nothing is changed. Both
// methods: a machine that does not exist is ErrNotFound, a host that cannot be
// asked ErrUnreachable.
type Console interface {
	// Console is the newest of what a machine wrote to its serial console, at
	// most limit bytes of whole lines. A machine that never ran wrote nothing.
	Console(ctx context.Context, m *Machine, o Observation, limit int) (ConsoleOutput, error)

	// Screenshot is what the screen of a running machine shows, as a PNG. A
	// machine that does not run is ErrNotRunning.
	Screenshot(ctx context.Context, m *Machine, o Observation) ([]byte, error)
}

// ConsoleOutput is what a machine wrote.
type ConsoleOutput struct {
	Text    []byte
	Written time.Time // when the last of it was; zero if nothing was
}
