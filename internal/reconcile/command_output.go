package reconcile

import (
	"sync"
)

// kept keeps the beginning of what a command prints, and counts the rest.
type kept struct {
	mu      sync.Mutex
	b       []byte
	dropped int
}

func (o *kept) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	n := min(len(b), maxOutput-len(o.b))
	o.b = append(o.b, b[:n]...)
	o.dropped += len(b) - n
	return len(b), nil
}

func (o *kept) take() ([]byte, int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b, o.dropped
}
