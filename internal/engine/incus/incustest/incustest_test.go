package incustest_test

import (
	"os"
	"strings"
	"testing"

	"github.com/openecs/openecs/internal/engine/incus/incustest"
)

// A daemon comes up, survives a crash, is found under its socket, and leaves nothing.
func TestDaemon(t *testing.T) {
	d := incustest.Start(t)
	if err := d.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := d.Again(); err != nil {
		t.Fatal(err)
	}
	out, err := d.Client(t.Context(), "storage", "list", "--format", "csv").Output()
	if err != nil || !strings.HasPrefix(string(out), incustest.Pool+",btrfs,") {
		t.Fatalf("%s: %v", out, err)
	}
	links, err := d.In(t.Context(), "ip", "-o", "link").Output()
	if err != nil || strings.Count(string(links), "\n") != 1 {
		t.Fatalf("links in the daemon's namespace: %s: %v", links, err)
	}
	if err := d.Down(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(d.Dir); !os.IsNotExist(err) {
		t.Errorf("%s is left: %v", d.Dir, err)
	}
	// The cleanup of Start takes down what is down already.
	if d, err = incustest.Up(); err != nil {
		t.Fatal(err)
	}
	if err := d.Down(); err != nil {
		t.Error(err)
	}
}
