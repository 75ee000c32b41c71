package guest

import (
	"context"
	"io"
	"sync"
	"time"

	"github.com/openecs/openecs/internal/clock"
)

// Every goroutine of a guest that can go on counts as work under way on the clock; one that waits,
// for a time or for another, does not. Whoever ends a wait begins the work of the one that waited,
// so that a driven clock sees no gap.

// waiting is goroutines that wait for something that a mutex guards.
type waiting struct{ list []chan struct{} }

// wait gives mu up until wake or the end of ctx.
func (w *waiting) wait(ctx context.Context, c clock.Clock, mu *sync.Mutex) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	ch := make(chan struct{})
	w.list = append(w.list, ch)
	mu.Unlock()
	c.End()
	select {
	case <-ch:
		mu.Lock()
		return nil
	case <-ctx.Done():
	}
	mu.Lock()
	for i, other := range w.list {
		if other == ch {
			w.list = append(w.list[:i], w.list[i+1:]...)
			c.Begin()
			return ctx.Err()
		}
	}
	return ctx.Err() // woken at the same time: that began our work
}

// wake ends all waits; the mutex is held.
func (w *waiting) wake(c clock.Clock) {
	for _, ch := range w.list {
		c.Begin()
		close(ch)
	}
	w.list = nil
}

// sleep lets time pass on the clock.
func sleep(ctx context.Context, c clock.Clock, d time.Duration) error {
	if err := ctx.Err(); err != nil || d <= 0 {
		return err
	}
	end := c.Now().Add(d)
	if end.Before(c.Now()) {
		end = c.Now().Add(1 << 62)
	}
	t := c.NewTimer()
	for {
		t.Set(end)
		c.End()
		select {
		case <-t.C():
			c.Begin()
			if !c.Now().Before(end) {
				t.Stop()
				return nil
			}
		case <-ctx.Done():
			c.Begin()
			t.Stop()
			return ctx.Err()
		}
	}
}

// pipe joins the output of one process to the input of another.
type pipe struct {
	ctx   context.Context
	clock clock.Clock

	mu              sync.Mutex
	buf             []byte
	noMore, nobody  bool
	readers, writer waiting
}

const pipeSize = 64 << 10

func (p *pipe) Read(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.buf) == 0 {
		if p.noMore {
			return 0, io.EOF
		}
		if err := p.readers.wait(p.ctx, p.clock, &p.mu); err != nil {
			return 0, err
		}
	}
	n := copy(b, p.buf)
	p.buf = p.buf[n:]
	p.writer.wake(p.clock)
	return n, nil
}

func (p *pipe) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	done := 0
	for done < len(b) {
		if p.nobody {
			return done, io.ErrClosedPipe
		}
		room := min(pipeSize-len(p.buf), len(b)-done)
		if room == 0 {
			if err := p.writer.wait(p.ctx, p.clock, &p.mu); err != nil {
				return done, err
			}
			continue
		}
		p.buf = append(p.buf, b[done:done+room]...)
		done += room
		p.readers.wake(p.clock)
	}
	return done, nil
}

// closeWrite says that no more comes, closeRead that nobody reads on.
func (p *pipe) closeWrite() { p.end(&p.noMore) }
func (p *pipe) closeRead()  { p.end(&p.nobody) }

func (p *pipe) end(what *bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	*what = true
	p.readers.wake(p.clock)
	p.writer.wake(p.clock)
}

// job is a process that another may wait for.
type job struct {
	clock  clock.Clock
	pid    int
	mu     sync.Mutex
	done   bool
	status int
	waits  waiting
}

func (j *job) finish(status int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.done, j.status = true, status
	j.waits.wake(j.clock)
}

func (j *job) wait(ctx context.Context) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for !j.done {
		if err := j.waits.wait(ctx, j.clock, &j.mu); err != nil {
			return 0, err
		}
	}
	return j.status, nil
}
