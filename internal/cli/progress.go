package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"golang.org/x/term"

	"github.com/openecs/openecs/client"
)

// progress shows how far a launch is. Elsewhere than on a terminal each phase
// that is done has a plain line. On a terminal one live line, whose time runs,
// says what is waited for; above it stay the phases of one instance, or of
// several those instances that are done.
type progress struct {
	mu     sync.Mutex
	w      io.Writer
	live   bool
	width  func() int // of the terminal, in columns
	count  int        // of instances
	start  time.Time
	drawn  bool             // the live line is on the screen
	phases map[int]*ongoing // by instance
	ended  int              // instances that are done or have failed
	stop   chan struct{}    // ends the ticking; nil when nothing ticks
}

// ongoing is the phase that one instance of the launch is in.
type ongoing struct {
	phase client.Phase
	text  string // for the live line of a single instance
	since time.Time
	ended bool
}

// newProgress shows the launch of count instances on w. plain asks for plain
// lines on a terminal too, because others write to it meanwhile.
func newProgress(w io.Writer, count int, plain bool) *progress {
	p := &progress{w: w, count: count, start: time.Now(), phases: map[int]*ongoing{}}
	f, ok := w.(*os.File)
	if !ok || plain || os.Getenv("TERM") == "dumb" {
		return p
	}
	fd := int(f.Fd())
	p.live = term.IsTerminal(fd) && understandsEscapes(f)
	p.width = func() int {
		if columns, _, err := term.GetSize(fd); err == nil && columns > 0 {
			return columns
		}
		return 80
	}
	return p
}

// phaseText is what is going on in a phase, when it is done, and what is said
// of several instances that are in it.
var phaseText = map[client.Phase][3]string{
	client.PhaseCreate:      {"creating", "created", "asked for"},
	client.PhaseWaitStopped: {"waiting until it is made", "made", "being made"},
	client.PhaseStart:       {"starting", "start accepted", "told to start"},
	client.PhaseWaitRunning: {"waiting until it runs", "running", "booting"},
	client.PhaseAddress:     {"asking for a public address", "public address given", "getting an address"},
	client.PhaseDescribe:    {"looking at it", "done", "being looked at"},
}

// phaseOrder is for the live line of several instances.
var phaseOrder = []client.Phase{client.PhaseDescribe, client.PhaseAddress, client.PhaseWaitRunning, client.PhaseStart, client.PhaseWaitStopped, client.PhaseCreate}

// event shows a step of the i-th instance.
func (p *progress) event(i int, e client.LaunchEvent) {
	p.mu.Lock()
	defer p.mu.Unlock()
	at := p.phases[i]
	if at == nil {
		at = new(ongoing)
		p.phases[i] = at
	}
	if at.phase != e.Phase {
		at.phase, at.since = e.Phase, time.Now()
	}
	id := ""
	if e.InstanceID != "" {
		id = " " + e.InstanceID
	}
	at.text = phaseText[e.Phase][0] + id
	if e.Status != "" {
		at.text += " (" + e.Status + ")"
	}
	last := e.Done && e.Phase == client.PhaseDescribe
	if last {
		at.ended = true
		p.ended++
	}
	switch {
	case last && p.live && p.count > 1:
		p.permanent("%sdone%s  %s", p.label(i), id, seconds(e.Elapsed))
	case e.Done && !(p.live && p.count > 1):
		p.permanent("%s%s%s  %s", p.label(i), phaseText[e.Phase][1], id, seconds(time.Since(at.since)))
	}
	if p.live && p.ended < p.count && !(e.Done && p.count == 1) {
		p.draw()
		p.tick()
	}
}

// failed tells that the i-th of several instances came to nothing; of a single
// one the command's error says it.
func (p *progress) failed(i int, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if at := p.phases[i]; at != nil {
		at.ended = true
	}
	p.ended++
	if p.count > 1 && !errors.Is(err, context.Canceled) { // one who interrupts knows
		p.permanent("%sfailed: %v", p.label(i), strings.ReplaceAll(err.Error(), "\n", "; "))
		if p.live && p.ended < p.count {
			p.draw()
		}
	}
}

func (p *progress) label(i int) string {
	if p.count == 1 {
		return ""
	}
	return fmt.Sprintf("[%d/%d] ", i+1, p.count)
}

// now is what the live line says, without its time, and since when.
func (p *progress) now() (string, time.Time) {
	if p.count == 1 {
		if at := p.phases[0]; at != nil {
			return at.text, at.since
		}
		return "", p.start
	}
	in, begun := map[client.Phase]int{}, 0
	for _, at := range p.phases {
		begun++
		if !at.ended {
			in[at.phase]++
		}
	}
	parts := []string{fmt.Sprintf("%d of %d done", p.ended, p.count)}
	for _, phase := range phaseOrder {
		if n := in[phase]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, phaseText[phase][2]))
		}
	}
	if n := p.count - begun; n > 0 {
		parts = append(parts, fmt.Sprintf("%d to come", n))
	}
	return strings.Join(parts, ", "), p.start
}

// draw writes the live line over the one before, never wider than the terminal:
// what wraps cannot be overwritten.
func (p *progress) draw() {
	text, since := p.now()
	if text == "" {
		return
	}
	took := "  " + seconds(time.Since(since))
	fmt.Fprint(p.w, "\r\x1b[K"+clip(text, p.width()-1-len(took))+took)
	p.drawn = true
}

// erase takes the live line away.
func (p *progress) erase() {
	if p.drawn {
		fmt.Fprint(p.w, "\r\x1b[K")
		p.drawn = false
	}
}

// permanent writes a line that stays.
func (p *progress) permanent(format string, args ...any) {
	p.erase()
	fmt.Fprintf(p.w, format+"\n", args...)
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
			if p.drawn && p.stop == stop {
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
	p.permanent(format, args...)
}

// done ends the live line; what it said last stays.
func (p *progress) done() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.drawn {
		p.draw()
		fmt.Fprintln(p.w)
		p.drawn = false
	}
	if p.stop != nil {
		close(p.stop)
		p.stop = nil
	}
}

// seconds is a time as people read it, always as wide: a number that jumps is
// hard to read.
func seconds(d time.Duration) string {
	if d < time.Minute {
		return fmt.Sprintf("%.1fs", d.Seconds())
	}
	return fmt.Sprintf("%dm%02ds", int(d.Minutes()), int(d.Seconds())%60)
}

// clip shortens a text to so many columns.
func clip(s string, columns int) string {
	if utf8.RuneCountInString(s) <= columns {
		return s
	}
	if columns < 4 {
		return ""
	}
	return string([]rune(s)[:columns-3]) + "..."
}
