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

// progress shows how far a launch is: on a terminal one live line, elsewhere a
// plain line for each phase.
type progress struct {
	mu   sync.Mutex
	w    io.Writer
	live bool
	open bool // a live line has not been ended
}

func newProgress(w io.Writer) *progress {
	p := &progress{w: w}
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
	text := phaseText[e.Phase][0]
	if e.Done {
		text = phaseText[e.Phase][1]
	}
	if e.InstanceID != "" {
		text += " " + e.InstanceID
	}
	if e.Status != "" && !e.Done {
		text += " (" + e.Status + ")"
	}
	elapsed := e.Elapsed.Round(10 * time.Millisecond)
	if p.live && label == "" {
		fmt.Fprintf(p.w, "\r\x1b[K%s  %s", text, elapsed)
		p.open = true
		if e.Done {
			fmt.Fprintln(p.w)
			p.open = false
		}
		return
	}
	if e.Done {
		fmt.Fprintf(p.w, "%s%s  %s\n", label, text, elapsed)
	}
}

// line writes a line of its own.
func (p *progress) line(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.end()
	fmt.Fprintf(p.w, format+"\n", args...)
}

// done ends a live line.
func (p *progress) done() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.end()
}

func (p *progress) end() {
	if p.open {
		fmt.Fprintln(p.w)
		p.open = false
	}
}
