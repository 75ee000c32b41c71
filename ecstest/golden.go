package ecstest

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var updateGolden = flag.Bool("ecstest.update", false, "write the golden files of ecstest anew")

// Golden compares the requests since the start, ForgetRequests or Reset with a
// file, and fails the test if they differ. What differs from run to run, ids,
// request ids, times, order numbers and the endpoint, stands as a placeholder
// that is the same wherever the value is: <i-1>, <vpc-1>, <time-2>.
//
//	go test ./mypackage -args -ecstest.update
//
// writes the file; so does the package's own flag -update, if it has one.
func (s *Server) Golden(tb testing.TB, file string) {
	tb.Helper()
	got := []byte(s.transcript())
	if updating() {
		err := os.MkdirAll(filepath.Dir(file), 0o755)
		if err == nil {
			err = os.WriteFile(file, got, 0o644)
		}
		if err != nil {
			tb.Fatalf("ecstest: %v", err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		tb.Fatalf("ecstest: %v; run with -args -ecstest.update to write it", err)
	}
	if !bytes.Equal(got, want) {
		tb.Errorf("the requests are not those of %s; run with -args -ecstest.update if they should be\n%s", file, firstDifference(string(want), string(got)))
	}
}

func updating() bool {
	if *updateGolden {
		return true
	}
	f := flag.Lookup("update")
	return f != nil && f.Value.String() == "true"
}

// firstDifference shows where two texts part.
func firstDifference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range max(len(w), len(g)) {
		switch {
		case i >= len(w):
			return fmt.Sprintf("line %d is not expected: %s", i+1, g[i])
		case i >= len(g):
			return fmt.Sprintf("line %d is missing: %s", i+1, w[i])
		case w[i] != g[i]:
			return fmt.Sprintf("line %d\nwant %s\ngot  %s", i+1, w[i], g[i])
		}
	}
	return ""
}

// transcript is the requests as a text that is the same in each run.
func (s *Server) transcript() string {
	var b strings.Builder
	for _, r := range s.Requests() {
		fmt.Fprintf(&b, "%s %s", r.Product, r.Action)
		if r.Region != "" {
			fmt.Fprintf(&b, " in %s", r.Region)
		}
		b.WriteString("\n")
		for _, p := range r.Params {
			if p.Name == "RegionId" || p.Name == "ClientToken" { // one is said, the other drawn
				continue
			}
			fmt.Fprintf(&b, "  %s: %s\n", p.Name, p.Value)
		}
		if r.Status == 0 {
			b.WriteString("= connection dropped\n\n")
			continue
		}
		fmt.Fprintf(&b, "%s\n", strings.TrimSpace(fmt.Sprint("= ", r.Status, " ", r.Code)))
		var pretty bytes.Buffer
		if json.Indent(&pretty, []byte(r.Answer), "  ", "  ") == nil {
			fmt.Fprintf(&b, "  %s\n\n", pretty.String())
		} else {
			fmt.Fprintf(&b, "  %s\n\n", r.Answer)
		}
	}
	return strings.ReplaceAll(replaceVolatile(b.String()), strings.TrimPrefix(s.Endpoint, "http://"), "<endpoint>")
}

// volatile is what differs from run to run: request ids, ids of resources, times
// and order numbers.
var volatile = regexp.MustCompile(`\b[0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12}\b|\b(?i:[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12})\b|` +
	`\b(?:[a-z]{1,8}-)+[a-z]{2}[0-9a-z]{15,22}\b|\b\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?Z\b|\b2\d{14}\b|\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b`)

func replaceVolatile(text string) string {
	seen, counts := map[string]string{}, map[string]int{}
	return volatile.ReplaceAllStringFunc(text, func(v string) string {
		if p := seen[v]; p != "" {
			return p
		}
		kind := "number"
		switch {
		case strings.Count(v, ":") == 5:
			kind = "mac"
		case strings.HasSuffix(v, "Z"):
			kind = "time"
		case strings.Count(v, "-") == 4 && len(v) == 36:
			kind = "uuid"
		case strings.Contains(v, "-"):
			kind = v[:strings.LastIndexByte(v, '-')]
		}
		counts[kind]++
		seen[v] = fmt.Sprintf("<%s-%d>", kind, counts[kind])
		return seen[v]
	})
}
