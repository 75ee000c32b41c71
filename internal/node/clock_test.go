package node_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/openecs/openecs/internal/node"
)

// driver speaks to the clock page of a node.
type driver struct {
	t     *testing.T
	n     *node.Node
	at    string
	limit time.Duration
}

func drive(t *testing.T, n *node.Node) *driver {
	at, _ := serve(t, n)
	return &driver{t, n, at, 0}
}

func (d *driver) send(method, body string) (int, string) {
	d.t.Helper()
	req, err := http.NewRequest(method, d.at+"/_openecs/clock", strings.NewReader(body))
	if err != nil {
		d.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+d.n.Keys.AdminToken)
	resp, err := (&http.Client{Timeout: d.limit}).Do(req)
	if err != nil {
		return 0, err.Error()
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	return resp.StatusCode, string(b)
}

func (d *driver) page(method, body string) (p node.ClockPage) {
	d.t.Helper()
	status, text := d.send(method, body)
	if status != 200 {
		d.t.Fatalf("%s: %d %s", body, status, text)
	}
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		d.t.Fatalf("%s: %v", text, err)
	}
	return p
}

func TestClockPage(t *testing.T) {
	d := drive(t, open(t, node.Options{Ephemeral: true}))
	p := d.page("GET", "")
	if p.Mode != "running" || p.Scale != 1 || p.Advancing || time.Since(p.Now).Abs() > time.Minute {
		t.Fatalf("%+v", p)
	}
	p = d.page("POST", `{"freeze":true}`)
	at := p.Now
	if q := d.page("GET", ""); p.Mode != "frozen" || p.Scale != 0 || !q.Now.Equal(at) {
		t.Fatalf("%+v, then %+v", p, q)
	}
	if p = d.page("POST", `{"advance":"4w2d1h"}`); !p.Now.Equal(at.Add(30*24*time.Hour + time.Hour)) {
		t.Fatalf("%+v", p)
	}
	to := p.Now.Add(36 * time.Hour).Truncate(time.Second)
	if p = d.page("POST", `{"set":"`+to.In(time.FixedZone("", 8*3600)).Format(time.RFC3339)+`"}`); !p.Now.Equal(to) || p.Mode != "frozen" {
		t.Fatalf("%+v, want %v", p, to)
	}
	if p = d.page("POST", `{"scale":3600}`); p.Mode != "scaled" || p.Scale != 3600 {
		t.Fatalf("%+v", p)
	}
	if p = d.page("POST", `{"resume":true}`); p.Mode != "running" || p.AheadSeconds < 31*24*3600 {
		t.Fatalf("%+v", p)
	}
}

func TestClockPageRefuses(t *testing.T) {
	d := drive(t, open(t, node.Options{Ephemeral: true}))
	before := d.page("POST", `{"freeze":true}`)
	for _, c := range []struct{ body, has string }{
		{"", "no JSON object"}, {"[]", "no JSON object"}, {"{", "no JSON object"}, {`{"advance":30}`, "no JSON object"}, {`{"scale":"3600"}`, "no JSON object"},
		{"{}", "it has 0"}, {"null", "it has 0"}, {`{"freeze":null}`, "it has 0"}, {`{"freeze":true,"advance":"1d"}`, "it has 2"}, {`{"resume":true} {}`, "more than one"},
		{`{"advnace":"1d"}`, `no field "advnace"`}, {`{"freeze":false}`, "true or absent"}, {`{"resume":false}`, "true or absent"},
		{`{"set":"2001-01-01T00:00:00Z"}`, "does not go back"}, {`{"set":"2101-01-01T00:00:00Z"}`, "nor past 2100"}, {`{"advance":"99y"}`, "no time such as"},
		{`{"advance":"29300d"}`, "nor past 2100"},
		{`{"set":"tomorrow"}`, "no instant such as"}, {`{"set":"2030-02-30T00:00:00Z"}`, "no instant"}, {`{"set":"2030-01-01"}`, "no instant"},
		{`{"advance":"-1d"}`, "no time such as"}, {`{"advance":"0d"}`, "less than"}, {`{"advance":""}`, "missing"}, {`{"advance":"200000d"}`, "more than 100 years"},
		{`{"scale":0}`, "is not from"}, {`{"scale":-1}`, "is not from"}, {`{"scale":1e9}`, "is not from"}, {`{"scale":1e999}`, "no JSON object"},
		{`{"advance":"` + strings.Repeat(" ", 5000) + `"}`, "no JSON object"},
	} {
		if status, text := d.send("POST", c.body); status != 400 || !strings.Contains(text, strings.ReplaceAll(c.has, `"`, `\"`)) {
			t.Errorf("%s: %d %s, want %q", c.body, status, text, c.has)
		}
	}
	if status, text := d.send("DELETE", ""); status != 405 || !strings.Contains(text, "POST drives it") {
		t.Errorf("%d %s", status, text)
	}
	if after := d.page("GET", ""); !after.Now.Equal(before.Now) || after.Scale != 0 {
		t.Errorf("a refusal left a trace: %+v, then %+v", before, after)
	}
	if status, text := get(t, "POST", d.at+"/_openecs/clock", "", ""); status != 401 {
		t.Errorf("without the token: %d %s", status, text)
	}
}

// TestClockAcrossRestarts: a clock that was driven is where it was when the node starts again, or further.
func TestClockAcrossRestarts(t *testing.T) {
	dir := t.TempDir()
	restart := func(do func(*driver)) {
		t.Helper()
		n := open(t, node.Options{DataDir: dir})
		do(drive(t, n))
		if err := n.Close(); err != nil {
			t.Fatal(err)
		}
	}
	file := filepath.Join(dir, "clock.json")
	restart(func(*driver) {})
	if _, err := os.Stat(file); !os.IsNotExist(err) {
		t.Fatalf("a clock that was never driven is kept: %v", err)
	}
	var at time.Time
	restart(func(d *driver) {
		d.page("POST", `{"freeze":true}`)
		at = d.page("POST", `{"advance":"30d"}`).Now
	})
	restart(func(d *driver) {
		if p := d.page("GET", ""); p.Mode != "frozen" || !p.Now.Equal(at) {
			t.Errorf("frozen: %+v, want %v", p, at)
		}
		at = d.page("POST", `{"scale":100000}`).Now
		makeVPC(t, d.n, "first")
	})
	restart(func(d *driver) {
		if p := d.page("GET", ""); p.Mode != "scaled" || p.Now.Before(at) || p.Now.After(at.Add(30*24*time.Hour)) {
			t.Errorf("scaled: %+v, want a little after %v", p, at)
		}
		at = d.page("POST", `{"resume":true}`).Now
	})
	restart(func(d *driver) {
		if p := d.page("GET", ""); p.Mode != "running" || p.Now.Before(at) || p.Now.After(at.Add(time.Minute)) {
			t.Errorf("running: %+v, want %v", p, at)
		}
		d.page("POST", `{"advance":"1d"}`)
		makeVPC(t, d.n, "second")
		at = d.page("GET", "").Now
	})
	if err := os.WriteFile(file, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := node.Open(t.Context(), node.Options{DataDir: dir}); err == nil || !strings.Contains(err.Error(), "is damaged: remove it") {
		t.Errorf("a damaged clock: %v", err)
	}
	// Without the file it is what was recorded that holds.
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	restart(func(d *driver) {
		if p := d.page("GET", ""); p.Now.Before(at.Add(-time.Minute)) {
			t.Errorf("it went back to %v from %v", p.Now, at)
		}
	})
}

// TestClockIsInterrupted: a move ends with its request, where it then stands, and two do not mix.
func TestClockIsInterrupted(t *testing.T) {
	n := open(t, node.Options{Ephemeral: true})
	d := drive(t, n)
	release := n.HoldClock()
	begun := d.page("GET", "").Now
	slow := *d
	slow.limit = 200 * time.Millisecond
	got := make(chan string)
	go func() {
		_, text := slow.send("POST", `{"advance":"30d"}`)
		got <- text
	}()
	for !d.page("GET", "").Advancing {
		time.Sleep(time.Millisecond)
	}
	if status, text := d.send("POST", `{"freeze":true}`); status != 409 || !strings.Contains(text, "another request") {
		t.Errorf("a second one: %d %s", status, text)
	}
	<-got
	for d.page("GET", "").Advancing {
		time.Sleep(time.Millisecond)
	}
	release()
	if p := d.page("GET", ""); p.Now.Sub(begun) > time.Hour || p.Mode != "running" {
		t.Errorf("%+v, begun at %v", p, begun)
	}
}

// patient is an answer whose deadlines can be lifted.
type patient struct {
	httptest.ResponseRecorder
	lifted []string
}

func (p *patient) SetReadDeadline(t time.Time) error  { return p.lift("read", t) }
func (p *patient) SetWriteDeadline(t time.Time) error { return p.lift("write", t) }

func (p *patient) lift(what string, t time.Time) error {
	if t.IsZero() {
		p.lifted = append(p.lifted, what)
	}
	return nil
}

// TestClockTakesItsTime: a move may take longer than the server waits for requests and answers.
func TestClockTakesItsTime(t *testing.T) {
	n := open(t, node.Options{Ephemeral: true})
	r := httptest.NewRequest("POST", "http://127.0.0.1/_openecs/clock", strings.NewReader(`{"advance":"1d"}`))
	r.Header.Set("Authorization", "Bearer "+n.Keys.AdminToken)
	p := &patient{ResponseRecorder: *httptest.NewRecorder()}
	n.ServeHTTP(p, r)
	if p.Code != 200 || strings.Join(p.lifted, " ") != "read write" {
		t.Errorf("%d %s; lifted: %v", p.Code, p.Body, p.lifted)
	}
}

// TestRealClock: with real instances the clock is the machine's.
func TestRealClock(t *testing.T) {
	n := open(t, node.Options{Ephemeral: true})
	n.RealClock()
	d := drive(t, n)
	if p := d.page("GET", ""); p.Mode != "real" || p.Scale != 1 {
		t.Errorf("%+v", p)
	}
	for _, body := range []string{`{"freeze":true}`, `{"advance":"1d"}`, "{"} {
		if status, text := d.send("POST", body); status != 400 || !strings.Contains(text, "their time is the machine's") {
			t.Errorf("%s: %d %s", body, status, text)
		}
	}
}
