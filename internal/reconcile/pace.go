package reconcile

import (
	"sync"
	"time"

	"github.com/openecs/openecs/internal/clock"
)

// pace lets requests go first. While more of them wait than there are
// processors the workers stand back, for patience at most; then they work on,
// beside the requests, until nothing waits for them. Under a burst of creates
// the callers have their answers sooner, and what was put off is done in larger
// batches; a load that lasts gets as much done as before, that much later.
type pace struct {
	mu    sync.Mutex
	since time.Time // when the workers began to stand back; zero: they do not
}

const (
	patience = time.Second
	glance   = time.Millisecond // between two looks at the requests
	calm     = 3                // looks in a row without a crowd; a batch that was answered leaves none for a moment
)

// yield waits as long as requests go first. Empty tells whether nothing else
// waits. The processor is what is shared, so it is real time that counts,
// whatever the service's clock says.
func (p *pace) yield(crowded, empty func() bool) {
	if !crowded() {
		p.over()
		return
	}
	end := p.until()
	t := clock.Real().NewTimer()
	defer t.Stop()
	quiet := 0
	for now := clock.Real().Now(); now.Before(end); now = clock.Real().Now() {
		t.Set(now.Add(glance))
		<-t.C()
		if quiet++; crowded() {
			quiet = 0
		}
		if quiet == calm {
			p.over()
			return
		}
	}
	if empty() { // what was put off is under way
		p.over()
	}
}

func (p *pace) until() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.since.IsZero() {
		p.since = clock.Real().Now()
	}
	return p.since.Add(patience)
}

func (p *pace) over() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.since = time.Time{}
}
