package archtest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What reads the wall clock or waits by it.
var (
	timing   = []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "NewTimer", "NewTicker", "Tick"}
	duration = []string{"Now", "Since"}
)

// mayTime is who may use package time's clock, which of its functions, and why. All others take a
// clock.Clock, or are given the instant.
var mayTime = []struct {
	pkg    string
	funcs  []string
	reason string
}{
	{"internal/clock", timing, "it is the clock"},
	{"cmd", timing, "the edge of the process"},
	{"internal/cli", timing, "the edge of the process: it waits for a remote service as a client does"},
	{"client", timing, "runs in other programs, against services with clocks of their own"},
	{"examples", timing, "programs of their own"},
	{"bench", timing, "measures"},
	{"internal/intercept", timing, "the edge of the process: sockets, certificates' validity and child processes live in the machine's time"},
	{"internal/server", duration, "durations for logs and metrics; the time of a request is clock.Clock's"},
	{"internal/engine/incus", timing, "real hosts live in the machine's time"},
	{"internal/store/storetest", timing, "a test suite"},
	{"internal/engine/enginetest", timing, "a test suite"},
	{"internal/store", duration, "durations for metrics"},
}

func TestOnlyTheClockReadsTheClock(t *testing.T) {
	for _, s := range sources(t) {
		if s.isTest() {
			continue
		}
		allowed := []string{}
		for _, m := range mayTime {
			if within(s.pkg(), m.pkg) {
				allowed = append(allowed, m.funcs...)
			}
		}
		for _, use := range timeUses(s) {
			if name, _, _ := strings.Cut(use, " "); !slices.Contains(allowed, name) {
				t.Errorf("time.%s: time comes from internal/clock, so that a test can drive it", use)
			}
		}
	}
}

// timeUses are the uses of timing in a file, each as "Name at file:line".
func timeUses(s source) (uses []string) {
	name, imported := s.imports()["time"]
	switch {
	case !imported || name == "_":
		return nil
	case name == ".":
		return []string{fmt.Sprintf("* at %s: a dot import hides what is used", s.path)}
	case name == "":
		name = "time"
	}
	ast.Inspect(s.file, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok || !slices.Contains(timing, sel.Sel.Name) {
			return true
		}
		// The parser resolves what the file itself declares; a package name stays unresolved.
		if x, ok := sel.X.(*ast.Ident); ok && x.Name == name && x.Obj == nil {
			uses = append(uses, fmt.Sprintf("%s at %s:%d", sel.Sel.Name, s.path, s.fset.Position(sel.Pos()).Line))
		}
		return true
	})
	return uses
}

func TestTimeUsesAreFound(t *testing.T) {
	parse := func(src string) []string {
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, "x.go", src, 0)
		if err != nil {
			t.Fatal(err)
		}
		return timeUses(source{"x.go", fset, f})
	}
	for src, want := range map[string][]string{
		"package x\nimport \"time\"\nvar a = time.Now()\nvar b = time.AfterFunc\nvar c = time.Second": {"Now at x.go:3", "AfterFunc at x.go:4"},
		"package x\nimport clock \"time\"\nvar a = clock.NewTicker(1)":                                {"NewTicker at x.go:3"},
		"package x\nimport . \"time\"\nvar a = Now()":                                                 {"* at x.go: a dot import hides what is used"},
		"package x\nimport \"time\"\nfunc f(time interface{ Now() }) { time.Now() }":                  nil,
		"package x\nimport \"time\"\nvar a = b.Now().After(time.Time{})":                              nil,
		"package x\nvar a = time.Now()":                                                               nil,
	} {
		if diff := cmp.Diff(want, parse(src)); diff != "" {
			t.Errorf("%s\n%s", src, diff)
		}
	}
}
