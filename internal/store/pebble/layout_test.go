package pebble

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/openecs/openecs/internal/store"
)

// holdEnv makes the test program a process that holds the directory it names.
const holdEnv = "OPENECS_TEST_HOLD"

func TestMain(m *testing.M) {
	if dir := os.Getenv(holdEnv); dir != "" {
		os.Exit(hold(dir))
	}
	os.Exit(m.Run())
}

// hold campaigns, says so, and waits for its standard input to end.
func hold(dir string) int {
	s, err := Open(dir, Options{})
	if err != nil {
		return 3
	}
	if _, err := s.Campaign(context.Background(), "127.0.0.1:7070"); err != nil {
		return 4
	}
	os.Stdout.WriteString("held\n")
	_, _ = os.Stdin.Read(make([]byte, 1))
	return 0 // without Close, as a process that is killed
}

// A second process is told who holds the directory, and gets it once the first is gone.
func TestHeldByAnotherProcess(t *testing.T) {
	dir := t.TempDir()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), holdEnv+"="+dir)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line := make([]byte, 5)
	if _, err := out.Read(line); err != nil || string(line) != "held\n" {
		t.Fatalf("the other process says %q, %v", line, err)
	}
	s := open(t, dir, Options{})
	_, err = s.Campaign(t.Context(), "me")
	var held store.ErrHeld
	if !errors.As(err, &held) || held.PID != cmd.Process.Pid || held.Addr != "127.0.0.1:7070" {
		t.Errorf("Campaign: %v", err)
	}
	if text := err.Error(); !strings.Contains(text, strconv.Itoa(held.PID)) || !strings.Contains(text, held.Addr) {
		t.Errorf("the sentence does not say who: %s", text)
	}
	if _, err := s.Head(t.Context()); !errors.As(err, &held) {
		t.Errorf("Head: %v", err)
	}
	if addr, err := s.Leader(t.Context()); addr != "127.0.0.1:7070" || err != nil {
		t.Errorf("Leader is %q, %v", addr, err)
	}
	if err := errors.Join(in.Close(), cmd.Wait()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Campaign(t.Context(), "me"); err != nil {
		t.Errorf("Campaign once the other is gone: %v", err)
	}
	if addr, _ := s.Leader(t.Context()); addr != "me" {
		t.Errorf("Leader is %q", addr)
	}
}

// Two stores of one process exclude each other as well, under whatever name, and hand over what they wrote.
func TestHeldByAnotherStore(t *testing.T) {
	dir := t.TempDir()
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(dir, link); err != nil {
		t.Skip(err)
	}
	a, b := open(t, dir, Options{}), open(t, link, Options{})
	for rev := store.Rev(1); rev <= 6; rev++ {
		term, err := a.Campaign(t.Context(), "a")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := b.Campaign(t.Context(), "b"); !errors.As(err, new(store.ErrHeld)) {
			t.Errorf("the other store's Campaign: %v", err)
		}
		if term.Head() != rev-1 {
			t.Errorf("the term begins at %d, want %d", term.Head(), rev-1)
		}
		if err := term.Commit(t.Context(), batchOf(rev)); err != nil {
			t.Fatal(err)
		}
		if err := term.Resign(t.Context()); err != nil {
			t.Fatal(err)
		}
		a, b = b, a
	}
	for _, err := range a.Watch(t.Context(), 0) { // what b wrote did not pass through a
		if !errors.Is(err, store.ErrCompacted) {
			t.Errorf("Watch: %v", err)
		}
		break
	}
}

func TestRefusedDirectories(t *testing.T) {
	full := func(t *testing.T) string {
		dir := t.TempDir()
		s := open(t, dir, Options{})
		term, err := s.Campaign(t.Context(), "")
		if err != nil {
			t.Fatal(err)
		}
		for rev := store.Rev(1); rev <= 50; rev++ {
			if err := term.Commit(t.Context(), batchOf(rev)); err != nil {
				t.Fatal(err)
			}
		}
		killed := t.TempDir() // as it is before Close empties the log
		if err := os.CopyFS(killed, os.DirFS(dir)); err != nil {
			t.Fatal(err)
		}
		return killed
	}
	write := func(t *testing.T, dir, name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name string
		harm func(t *testing.T, dir string)
		want error
	}{
		{"newer format", func(t *testing.T, dir string) { write(t, dir, formatName, "openecs store 2\n") }, store.ErrNewer},
		{"format is rubbish", func(t *testing.T, dir string) { write(t, dir, formatName, "\x00\x01") }, store.ErrCorrupt},
		{"format is empty", func(t *testing.T, dir string) { write(t, dir, formatName, "") }, store.ErrCorrupt},
		{"format is cut", func(t *testing.T, dir string) { write(t, dir, formatName, "openecs store 1") }, store.ErrCorrupt},
		{"format is lost", func(t *testing.T, dir string) { remove(t, dir, formatName) }, store.ErrCorrupt},
		{"database is lost", func(t *testing.T, dir string) { remove(t, dir, dbName) }, store.ErrCorrupt},
		{"manifest is lost", func(t *testing.T, dir string) { remove(t, dir, dbName+"/MANIFEST-*") }, store.ErrCorrupt},
		{"manifest is rubbish", func(t *testing.T, dir string) { scribble(t, dir, dbName+"/MANIFEST-*") }, store.ErrCorrupt},
		{"log is rubbish", func(t *testing.T, dir string) { scribble(t, dir, dbName+"/*.log") }, store.ErrCorrupt},
		{"newer Pebble", func(t *testing.T, dir string) {
			remove(t, dir, dbName+"/marker.format-version.*")
			write(t, dir, dbName+"/marker.format-version.000099.999", "")
		}, store.ErrNewer},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := full(t)
			c.harm(t, dir)
			before := snapshot(t, dir)
			s, err := Open(dir, Options{})
			if err == nil {
				_, err = s.Campaign(t.Context(), "me")
				_ = s.Close()
			}
			if !errors.Is(err, c.want) {
				t.Fatalf("got %v, want it to be %q", err, c.want)
			}
			if text := err.Error(); !strings.Contains(text, dir) || !strings.Contains(text, "nothing was changed") {
				t.Errorf("the sentence does not say where and what to do: %s", text)
			}
			for name, text := range before {
				if after := snapshot(t, dir)[name]; after != text {
					t.Errorf("%s was changed", name)
				}
			}
		})
	}
}

func remove(t *testing.T, dir, pattern string) {
	t.Helper()
	for _, name := range glob(t, dir, pattern) {
		if err := os.RemoveAll(name); err != nil {
			t.Fatal(err)
		}
	}
}

// scribble turns bytes in the middle of the files.
func scribble(t *testing.T, dir, pattern string) {
	t.Helper()
	for _, name := range glob(t, dir, pattern) {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for i := 8; i < len(text) && i < 64; i++ {
			text[i] ^= 0x5a
		}
		if err := os.WriteFile(name, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func glob(t *testing.T, dir, pattern string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil || len(names) == 0 {
		t.Fatalf("nothing matches %s: %v", pattern, err)
	}
	return names
}

// snapshot is the content of every file below dir, but of the lock.
func snapshot(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := make(map[string]string)
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == lockName {
			return err
		}
		text, err := os.ReadFile(path)
		out[path] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// A directory that cannot be made or entered is told as it is, not as held.
func TestUnusableDirectory(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := Open(filepath.Join(file, "data"), Options{})
	if err == nil {
		_, err = s.Campaign(t.Context(), "")
	}
	if err == nil || errors.As(err, new(store.ErrHeld)) {
		t.Errorf("a directory below a file: %v", err)
	}
}

func TestStats(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	term, err := s.Campaign(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	before := s.Stats()
	var bytes uint64
	for rev := store.Rev(1); rev <= 10; rev++ {
		if err := term.Commit(t.Context(), batchOf(rev)); err != nil {
			t.Fatal(err)
		}
		bytes += uint64(batchOf(rev).Size())
	}
	after := s.Stats()
	if got, want := after.Syncs-before.Syncs, uint64(10); got != want {
		t.Errorf("%d syncs of the log for %d commits", got, want)
	}
	after.Syncs = 0
	if want := (store.Stats{Commits: 10, Changes: 40, Bytes: bytes}); after != want {
		t.Errorf("counted %+v, want %+v", after, want)
	}
}
