package cli

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"golang.org/x/term"

	"github.com/openecs/openecs/client"
)

// progress shows how far a launch is: on a terminal one live line whose time
// runs while it waits, elsewhere a plain line for each phase that is done.
type progress struct {
	mu     sync.Mutex
	w      io.Writer
	live   bool
	now    string              // what the live line says; "" when there is none
	since  time.Time           // when its phase began
	phases map[string]*ongoing // by label
	stop   chan struct{}       // ends the ticking; nil when nothing ticks
}

// ongoing is the phase that one instance of the launch is in.
type ongoing struct {
	phase client.Phase
	since time.Time
}

func newProgress(w io.Writer) *progress {
	p := &progress{w: w, phases: map[string]*ongoing{}}
	if f, ok := w.(*os.File); ok {
		p.live = term.IsTerminal(int(f.Fd()))
	}
	return p
}

// phaseText is what is going on in a phase, and when it is done.
var phaseText = map[client.Phase][2]string{
	client.PhaseCreate:      {"creating", "created"},
	client.PhaseWaitStopped: {"waiting until it is made", "made"},
	client.PhaseStart:       {"starting", "start accepted"},
	client.PhaseWaitRunning: {"waiting until it runs", "running"},
	client.PhaseAddress:     {"asking for a public address", "public address given"},
	client.PhaseDescribe:    {"looking at it", "done"},
}

func (p *progress) event(label string, e client.LaunchEvent) {
	p.mu.Lock()
	defer p.mu.Unlock()
	at := p.phases[label]
	if at == nil || at.phase != e.Phase {
		at = &ongoing{e.Phase, time.Now()}
		p.phases[label] = at
	}
	text := phaseText[e.Phase][0]
	if e.Done {
		text = phaseText[e.Phase][1]
	}
	text = label + text
	if e.InstanceID != "" {
		text += " " + e.InstanceID
	}
	if e.Status != "" && !e.Done {
		text += " (" + e.Status + ")"
	}
	switch {
	case e.Done:
		p.erase()
		fmt.Fprintf(p.w, "%s  %s\n", text, time.Since(at.since).Round(10*time.Millisecond))
	case p.live:
		p.now, p.since = text, at.since
		p.draw()
		p.tick()
	}
}

// draw writes the live line over the one before.
func (p *progress) draw() {
	fmt.Fprintf(p.w, "\r\x1b[K%s  %s", p.now, time.Since(p.since).Round(100*time.Millisecond))
}

// erase takes the live line away.
func (p *progress) erase() {
	if p.now != "" {
		fmt.Fprint(p.w, "\r\x1b[K")
		p.now = ""
	}
}

// tick lets the time of the live line run until done.
func (p *progress) tick() {
	if p.stop != nil {
		return
	}
	stop := make(chan struct{})
	p.stop = stop
	go func() {
		t := time.NewTicker(100 * time.Millisecond)
		defer t.Stop()
		for {
			select {
			case <-stop:
				return
			case <-t.C:
			}
			p.mu.Lock()
			if p.now != "" && p.stop == stop {
				p.draw()
			}
			p.mu.Unlock()
		}
	}()
}

// line writes a line of its own.
func (p *progress) line(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.erase()
	fmt.Fprintf(p.w, format+"\n", args...)
}

// done ends the live line; what it said last stays.
func (p *progress) done() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.now != "" {
		p.draw()
		fmt.Fprintln(p.w)
		p.now = ""
	}
	if p.stop != nil {
		close(p.stop)
		p.stop = nil
	}
}
