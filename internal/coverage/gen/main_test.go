package main

import (
	"flag"
	"os"
	"path/filepath"
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
