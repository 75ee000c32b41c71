package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/openecs/openecs/client"
)

func TestPrint(t *testing.T) {
	v := []map[string]any{{"Name": "a<b", "N": 1}, {"Name": "c", "N": 2}}
	table := func(w io.Writer) { row(w, "NAME", "N"); row(w, "a<b", 1); row(w, dash(""), 22) }
	for _, c := range []struct{ output, query, want string }{
		{"table", "", "NAME  N\na<b   1\n-     22\n"},
		{"json", "[].Name", "[\n  \"a<b\",\n  \"c\"\n]\n"},
		{"table", "[1].N", "2\n"}, // a query implies JSON
		{"yaml", "[0]", "\"N\": 1\nName: a<b\n"},
		{"json", "nothing", "null\n"},
	} {
		var out bytes.Buffer
		a := &app{Stdio: Stdio{Out: &out}, output: c.output, query: c.query}
		if err := a.checkOutput(); err != nil {
			t.Fatal(err)
		}
		if err := a.print(v, table); err != nil || out.String() != c.want {
			t.Errorf("-o %s --query %q: %v\n%q, want\n%q", c.output, c.query, err, out.String(), c.want)
		}
	}
}

// TestProgress: on a terminal the time of the live line runs, elsewhere each
// phase that is done is one plain line.
func TestProgress(t *testing.T) {
	for _, live := range []bool{true, false} {
		var out bytes.Buffer
		p := newProgress(&out, 1, false)
		p.live, p.width = live, func() int { return 80 }
		p.event(0, client.LaunchEvent{Phase: client.PhaseWaitStopped, InstanceID: "i-1", Status: "Pending"})
		time.Sleep(350 * time.Millisecond)
		p.event(0, client.LaunchEvent{Phase: client.PhaseWaitStopped, InstanceID: "i-1", Status: "Stopped", Done: true})
		p.done()
		s := out.String()
		if n := strings.Count(s, "(Pending)"); live && n < 3 || !live && n != 0 {
			t.Errorf("live %v: drawn %d times: %q", live, n, s)
		}
		if strings.Contains(s, "\x1b") != live || strings.Count(s, "\n") != 1 || !strings.Contains(s, "made i-1  0.") {
			t.Errorf("live %v: %q", live, s)
		}
	}
}

// TestProgressOfSeveral: the live line counts, and what stays is one line for
// each instance.
func TestProgressOfSeveral(t *testing.T) {
	var out bytes.Buffer
	p := newProgress(&out, 4, false)
	p.live, p.width = true, func() int { return 80 }
	p.event(0, client.LaunchEvent{Phase: client.PhaseWaitRunning, InstanceID: "i-1"})
	p.event(1, client.LaunchEvent{Phase: client.PhaseWaitStopped, InstanceID: "i-2"})
	p.event(1, client.LaunchEvent{Phase: client.PhaseWaitStopped, InstanceID: "i-2", Done: true})
	p.event(2, client.LaunchEvent{Phase: client.PhaseCreate})
	p.failed(2, errors.New("no room"))
	p.event(0, client.LaunchEvent{Phase: client.PhaseDescribe, InstanceID: "i-1", Done: true, Elapsed: 65 * time.Second})
	p.done()
	screen := render(out.String(), 80)
	if len(screen) != 3 || screen[0] != "[3/4] failed: no room" || screen[1] != "[1/4] done i-1  1m05s" ||
		!strings.HasPrefix(screen[2], "2 of 4 done, 1 being made, 1 to come  0.") {
		t.Errorf("%q", screen)
	}
}

// render is what a terminal of so many columns shows of an output.
func render(s string, columns int) []string {
	lines, row, col := [][]rune{nil}, 0, 0
	for i := 0; i < len(s); {
		if strings.HasPrefix(s[i:], "\x1b[K") {
			lines[row] = lines[row][:min(col, len(lines[row]))]
			i += 3
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		i += n
		switch r {
		case '\r':
			col = 0
		case '\n':
			lines, row = append(lines, nil), row+1
		default:
			if col == columns {
				lines, row, col = append(lines, nil), row+1, 0
			}
			for len(lines[row]) <= col {
				lines[row] = append(lines[row], ' ')
			}
			lines[row][col] = r
			col++
		}
		if r == '\n' {
			col = 0
		}
	}
	var out []string
	for _, l := range lines {
		out = append(out, strings.TrimRight(string(l), " "))
	}
	return slices.DeleteFunc(out, func(l string) bool { return l == "" })
}

// TestLaunchFailsInPart: a vSwitch of four addresses takes four of six.
func TestLaunchFailsInPart(t *testing.T) {
	clean(t)
	dir := t.TempDir()
	id := func(o outcome) string { return strings.Trim(o.want(t, 0, "").out, "\"\n") }
	vpc := id(run(t, dir, "call", "CreateVpc", "CidrBlock=192.168.0.0/16", "--query", "VpcId"))
	vsw := id(run(t, dir, "call", "CreateVSwitch", "VpcId="+vpc, "ZoneId=cn-hangzhou-h", "CidrBlock=192.168.0.0/29", "--query", "VSwitchId"))
	o := run(t, dir, "launch", "--vswitch", vsw, "--count", "6", "--no-start", "--description", "it's", "-o", "json").want(t, 1, "instance delete --force")
	var list []launchResult
	if err := json.Unmarshal([]byte(o.out), &list); err != nil || len(list) != 6 {
		t.Fatalf("%v\n%s", err, o.out)
	}
	made := 0
	for _, r := range list {
		switch {
		case r.InstanceID != "" && r.Error == nil:
			made++
			if !strings.Contains(o.err, r.InstanceID) {
				t.Errorf("the deleting command lacks %s", r.InstanceID)
			}
		case r.Error == nil || r.Error.Code == "" || r.Error.Message == "" || r.Error.RequestID == "":
			t.Errorf("%+v", r)
		}
	}
	if made != 4 {
		t.Errorf("%d were made, want 4", made)
	}
	for _, s := range []string{"--count=6", "--no-start", "--vswitch=" + vsw, "--data-dir=" + dir, "--client-token=launch-", "--type=ecs.g7.large", "--zone=cn-hangzhou-h", "--security-group=sg-", "--region=cn-hangzhou", "[6/6]", `it'\''s`} {
		if !strings.Contains(o.err, s) {
			t.Errorf("the continuing command lacks %s:\n%s", s, o.err)
		}
	}
}
