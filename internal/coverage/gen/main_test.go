package main

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/coverage"
	"github.com/openecs/openecs/internal/errtable"
	"github.com/openecs/openecs/internal/service"
)

var update = flag.Bool("update", false, "write docs/coverage.md and testdata/missing.txt anew")

// docs/coverage.md must be that of the actions as they are.
func TestPageIsCurrent(t *testing.T) {
	if *update {
		if err := run(); err != nil {
			t.Fatal(err)
		}
	}
	in, err := coverage.Load(service.Supported())
	if err != nil {
		t.Fatal(err)
	}
	root, err := errtable.Root()
	if err != nil {
		t.Fatal(err)
	}
	golden(t, filepath.Join(root, filepath.FromSlash(coverage.File)), coverage.Page(in))
}

// The actions that most clients call and that do not work yet, by name: the
// list may only shrink, and whoever makes an action work takes it off.
func TestMissing(t *testing.T) {
	text := strings.Join(coverage.Missing(api.Actions(), service.Supported()), "\n") + "\n"
	file := filepath.Join("testdata", "missing.txt")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	golden(t, file, text)
}

func golden(t *testing.T, file, want string) {
	t.Helper()
	have, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(have) != want {
		t.Errorf("%s is not current: run go test ./internal/coverage/gen -update", file)
	}
}

// complete are the groups of which every action that most clients call works.
var complete = []string{
	"disk", "snapshot", "image", "key-pair", "launch-template", "tag", "cloud-assistant", "instance", "deployment-set", "system-event",
	"reserved-instance", "other",
}

// TestGroupsComplete fails while an action of tier T0 or T1 of one of these groups answers that it is not supported.
func TestGroupsComplete(t *testing.T) {
	supported, seen := service.Supported(), map[string]int{}
	for a := range api.Actions() {
		if a.Product != "Ecs" || a.Tier != "T0" && a.Tier != "T1" || !slices.Contains(complete, a.Group) {
			continue
		}
		if seen[a.Group]++; !supported(a) {
			t.Errorf("%s, %s of group %s, does not work", a.Name, a.Tier, a.Group)
		}
	}
	for _, group := range complete {
		if seen[group] == 0 {
			t.Errorf("no action of group %s is of tier T0 or T1", group)
		}
	}
}
