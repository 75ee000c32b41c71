package node

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/openecs/openecs/internal/clock"
)

// The clock of a node: what it keeps of it in the data directory, and the page
// by which it is driven.

// clockRecord is the content of clock.json, which is there once the clock was
// driven. A clock that ran at the machine's pace goes on as if it had run ever
// since; one that was frozen or scaled goes on where it stood.
type clockRecord struct {
	At      time.Time `json:"at"`      // where the clock stood
	Machine time.Time `json:"machine"` // when that was, by the machine's clock
	Scale   float64   `json:"scale"`   // 0: frozen
}

const clockFile = "clock.json"

// openClock makes the clock of a node. With real machines it is clock.Real() and
// leaves n.clock nil: their time is not ours to drive.
func (n *Node) openClock() (clock.Clock, error) {
	if n.options.OpenEngine != nil {
		return clock.Real(), nil
	}
	n.clock = clock.NewDriven()
	if n.Dir == "" {
		return n.clock, nil
	}
	path := filepath.Join(n.Dir, clockFile)
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return n.clock, nil
	}
	if err != nil {
		return nil, err
	}
	var rec clockRecord
	if err := json.Unmarshal(b, &rec); err != nil || rec.At.IsZero() || rec.Machine.IsZero() || rec.Scale != 0 && !goodScale(rec.Scale) {
		return nil, fmt.Errorf("%s is damaged: remove it to have the clock begin at the machine's time, or at the last that was recorded if that is later", path)
	}
	if rec.Scale == 1 {
		rec.At = rec.At.Add(max(clock.Real().Now().Sub(rec.Machine), 0))
	}
	n.clock = clock.NewManual(rec.At)
	n.clock.Scale(rec.Scale)
	n.driven.Store(true)
	return n.clock, nil
}

// saveClock keeps where a clock stands that was ever driven.
func (n *Node) saveClock() error {
	if !n.driven.Load() || n.Dir == "" {
		return nil
	}
	s := n.clock.State()
	return writeOver(filepath.Join(n.Dir, clockFile), clockRecord{At: s.Now, Machine: clock.Real().Now(), Scale: s.Rate})
}

// writeOver replaces a file wholly or not at all.
func writeOver(path string, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(append(b, '\n'))
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}

func goodScale(s float64) bool { return s >= clock.MinRate && s <= clock.MaxRate }

// ClockPage is what /_openecs/clock answers.
type ClockPage struct {
	Now          time.Time  `json:"now"`
	Mode         string     `json:"mode"`         // running, scaled, frozen, or real: it cannot be driven
	Scale        float64    `json:"scale"`        // how many times faster than the machine's clock; 0: frozen
	AheadSeconds float64    `json:"aheadSeconds"` // of the machine's clock; negative: behind
	Next         *time.Time `json:"next"`         // the earliest instant that something waits for; null: nothing does
	Due          int        `json:"due"`          // how many things are on record to happen at an instant
	Advancing    bool       `json:"advancing"`    // it is being advanced or set at the moment
}

func (n *Node) showClock() ClockPage {
	p := ClockPage{Mode: "real", Scale: 1, Due: n.Service.Due()}
	if n.clock == nil {
		p.Now = clock.Real().Now()
		return p
	}
	s := n.clock.State()
	p.Now, p.Scale, p.AheadSeconds, p.Advancing = s.Now, s.Rate, s.Ahead.Seconds(), s.Driving
	if !s.Next.IsZero() {
		p.Next = &s.Next
	}
	switch s.Rate {
	case 0:
		p.Mode = "frozen"
	case 1:
		p.Mode = "running"
	default:
		p.Mode = "scaled"
	}
	return p
}

// clockOrder is the body of a POST: one of them.
type clockOrder struct {
	Freeze  *bool    `json:"freeze"`
	Set     *string  `json:"set"`
	Advance *string  `json:"advance"`
	Scale   *float64 `json:"scale"`
	Resume  *bool    `json:"resume"`
}

const clockFields = "one of freeze, set, advance, scale and resume"

// clockPage shows the clock, or drives it. An advance is answered when it is
// over; it ends early, where it then stands, with its request.
func (n *Node) clockPage(w http.ResponseWriter, r *http.Request) {
	switch r.Method {
	case http.MethodGet:
		reply(w, http.StatusOK, n.showClock())
		return
	case http.MethodPost:
	default:
		w.Header().Set("Allow", "GET, POST")
		reply(w, http.StatusMethodNotAllowed, map[string]string{"error": "GET shows the clock, POST drives it."})
		return
	}
	drive, err := n.readOrder(http.MaxBytesReader(w, r.Body, 4096))
	if err != nil {
		reply(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
		return
	}
	if !n.drive.TryLock() {
		reply(w, http.StatusConflict, map[string]string{"error": "The clock is being driven by another request; when that is over, try again."})
		return
	}
	defer n.drive.Unlock()
	n.driven.Store(true)
	// A move may take longer than requests may: that of reading would cancel it, that of
	// writing its answer. Errors are of a caller in this process, who has neither.
	c := http.NewResponseController(w)
	c.SetReadDeadline(time.Time{})
	c.SetWriteDeadline(time.Time{})
	err = drive(r.Context())
	if saved := n.saveClock(); saved != nil {
		n.options.Log.Warn("where the clock stands could not be kept", "cause", saved)
	}
	switch {
	case errors.Is(err, clock.ErrBackwards), errors.Is(err, clock.ErrTooFar):
		reply(w, http.StatusBadRequest, map[string]string{"error": fmt.Sprintf(
			"The clock stands at %s: it does not go back, nor past %s.", n.clock.Now().Format(time.RFC3339), clock.Latest.Format(time.RFC3339))})
	case err != nil:
		reply(w, http.StatusServiceUnavailable, map[string]string{"error": fmt.Sprintf(
			"The clock came as far as %s: %v.", n.clock.Now().Format(time.RFC3339), err)})
	default:
		reply(w, http.StatusOK, n.showClock())
	}
}

// readOrder reads what is to be done. An error is a sentence.
func (n *Node) readOrder(body io.Reader) (do func(context.Context) error, err error) {
	if n.clock == nil {
		return nil, errors.New("The clock cannot be driven: the instances are real, and their time is the machine's.")
	}
	d := json.NewDecoder(body)
	d.DisallowUnknownFields()
	var o clockOrder
	if err := d.Decode(&o); err != nil {
		if field, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
			return nil, fmt.Errorf("There is no field %s; it is %s.", field, clockFields)
		}
		return nil, fmt.Errorf("The body is no JSON object with %s: %v.", clockFields, err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("The body has more than one JSON object.")
	}
	given := 0
	for _, there := range []bool{o.Freeze != nil, o.Set != nil, o.Advance != nil, o.Scale != nil, o.Resume != nil} {
		if there {
			given++
		}
	}
	if given != 1 {
		return nil, fmt.Errorf("The body needs %s; it has %d of them.", clockFields, given)
	}
	now := func(do func()) func(context.Context) error {
		return func(context.Context) error { do(); return nil }
	}
	switch {
	case o.Freeze != nil && *o.Freeze:
		return now(n.clock.Freeze), nil
	case o.Resume != nil && *o.Resume:
		return now(n.clock.Resume), nil
	case o.Freeze != nil || o.Resume != nil:
		return nil, errors.New("freeze and resume are true or absent.")
	case o.Scale != nil:
		if !goodScale(*o.Scale) {
			return nil, fmt.Errorf("scale %v is not from %v to %v; freeze stops the clock.", *o.Scale, clock.MinRate, int(clock.MaxRate))
		}
		return now(func() { n.clock.Scale(*o.Scale) }), nil
	case o.Set != nil:
		at, err := time.Parse(time.RFC3339, *o.Set)
		if err != nil {
			return nil, fmt.Errorf("set %q is no instant such as 2026-12-31T23:59:59Z.", *o.Set)
		}
		return func(ctx context.Context) error { return n.clock.Set(ctx, at) }, nil
	}
	by, err := clock.ParseDuration(*o.Advance)
	if err != nil {
		return nil, fmt.Errorf("advance: %v.", err)
	}
	return func(ctx context.Context) error { return n.clock.Advance(ctx, by) }, nil
}
