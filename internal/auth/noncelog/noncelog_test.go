package noncelog

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
)

const day0 = int64(1_786_276_800) // 2026-08-09T12:00:00Z

type journal struct {
	*Log
	said *bytes.Buffer
}

func openLog(dir string) journal {
	said := &bytes.Buffer{}
	return journal{New(dir, []byte("secret"), slog.New(slog.NewTextHandler(said, nil))), said}
}

// load is everything in the journal of a directory.
func load(j journal) map[uint64]int64 {
	m := map[uint64]int64{}
	for h, at := range j.Load() {
		m[h] = at
	}
	return m
}

func files(t *testing.T, dir string) []string {
	t.Helper()
	f, err := filepath.Glob(filepath.Join(dir, "*"+ending))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestKeyStays(t *testing.T) {
	a, b := New("x", []byte("1"), nil).Key(), New("x", []byte("2"), nil).Key()
	if a == b || a != New("y", []byte("1"), nil).Key() || a == [16]byte{} {
		t.Errorf("%x %x", a, b)
	}
}

// TestReopened: what was appended is there after Close and without it, over
// many segments, and later appends go on where the last ended.
func TestReopened(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "nonces")
	want := map[uint64]int64{}
	for round := range 12 {
		j := openLog(dir)
		got := load(j)
		if len(got) != len(want) {
			t.Fatalf("round %d: %d loaded, want %d", round, len(got), len(want))
		}
		for h, at := range want {
			if got[h] != at {
				t.Fatalf("round %d: %d at %d, want %d", round, h, got[h], at)
			}
		}
		for i := range 2000 {
			h, at := uint64(round*10000+i+1), day0+int64(i)
			j.Append(h, at, day0-900)
			want[h] = at
		}
		if round%2 == 0 {
			j.Close()
			j.Append(1<<60, day0, day0)
		}
		if j.said.Len() != 0 {
			t.Errorf("said %s", j.said)
		}
	}
	if n := len(files(t, dir)); n < 2 || n > 4 {
		t.Errorf("%d segments", n)
	}
	info, err := os.Stat(files(t, dir)[0])
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
}

// TestOldSegmentsGo: the directory does not grow for ever, and nothing goes
// that a timestamp could still need.
func TestOldSegmentsGo(t *testing.T) {
	dir := t.TempDir()
	j := openLog(dir)
	load(j)
	const perSecond = 50
	now := day0
	for ; now < day0+6*3600; now++ {
		for i := range int64(perSecond) {
			j.Append(uint64(now*perSecond+i), now+i%7-3, now-900)
		}
	}
	j.Close()
	size := int64(0)
	for _, f := range files(t, dir) {
		info, err := os.Stat(f)
		if err != nil {
			t.Fatal(err)
		}
		size += info.Size()
	}
	live := int64(903 * perSecond * recordSize)
	if size > 8*live {
		t.Errorf("%d bytes for %d that are needed", size, live)
	}
	got := load(openLog(dir))
	for s := now - 890; s < now; s++ {
		for i := range int64(perSecond) {
			if _, ok := got[uint64(s*perSecond+i)]; !ok {
				t.Fatalf("%d s before the end: %d is gone", now-s, i)
			}
		}
	}
}

// TestDamaged: whatever is in the files, the journal opens, has all records
// that are whole, says what it skipped, and goes on.
func TestDamaged(t *testing.T) {
	for name, harm := range map[string]func(b []byte) []byte{
		"torn tail":     func(b []byte) []byte { return b[:100*recordSize-5] },
		"odd length":    func(b []byte) []byte { return append(b, 1, 2, 3) },
		"a bit flipped": func(b []byte) []byte { b[50*recordSize+3] ^= 4; return b },
		"zeros within":  func(b []byte) []byte { clear(b[50*recordSize : 51*recordSize]); return b },
		"rubbish tail":  func(b []byte) []byte { copy(b[100*recordSize:], strings.Repeat("rubbish", 50)); return b },
		"empty":         func([]byte) []byte { return nil },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			j := openLog(dir)
			load(j)
			for h := range uint64(100) {
				j.Append(h+1, day0, day0-900)
			}
			j.Close()
			path := files(t, dir)[0]
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, harm(b), 0o600); err != nil {
				t.Fatal(err)
			}
			j = openLog(dir)
			got := load(j)
			if n := len(got); name == "empty" && n != 0 || name != "empty" && n < 99 {
				t.Errorf("%d loaded", n)
			}
			j.Append(4711, day0, day0-900)
			j.Close()
			if again := load(openLog(dir)); again[4711] != day0 || len(again) != len(got)+1 {
				t.Errorf("%d loaded, then %d", len(got), len(again))
			}
		})
	}
}

// TestNoDirectory: a journal that cannot be kept says so once, and is tried
// again.
func TestNoDirectory(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "in the way")
	if err := os.WriteFile(dir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	j := openLog(dir)
	if got := load(j); len(got) != 0 {
		t.Errorf("%v", got)
	}
	j.said.Reset()
	for i := range int64(10) {
		j.Append(1, day0, day0-900+i/2)
	}
	if n := strings.Count(j.said.String(), "cannot be kept"); n != 1 {
		t.Errorf("said %d times: %s", n, j.said)
	}
	if err := os.Remove(dir); err != nil {
		t.Fatal(err)
	}
	j.Append(2, day0, day0)
	if got := load(openLog(dir)); got[2] != day0 || len(got) != 1 {
		t.Errorf("%v", got)
	}
}

// TestCutShort: a file that somebody cuts short beneath the mapping is no end
// of the process.
func TestCutShort(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("nothing is mapped there")
	}
	dir := t.TempDir()
	j := openLog(dir)
	j.Append(1, day0, day0)
	if err := os.Truncate(files(t, dir)[0], 0); err != nil {
		t.Fatal(err)
	}
	j.Append(2, day0, day0) // a fault
	j.Append(3, day0, day0+1)
	if got := load(openLog(dir)); got[3] != day0 || !strings.Contains(j.said.String(), "cannot be kept") {
		t.Errorf("%v, said %s", got, j.said)
	}
}

func TestConcurrentAppends(t *testing.T) {
	dir := t.TempDir()
	j := openLog(dir)
	var wg sync.WaitGroup
	for w := range uint64(8) {
		wg.Go(func() {
			for i := range uint64(2000) {
				j.Append(w*10000+i+1, day0, day0-900)
			}
		})
	}
	wg.Wait()
	if got := load(openLog(dir)); len(got) != 16000 {
		t.Errorf("%d loaded", len(got))
	}
}

func TestAppendAllocatesNothing(t *testing.T) {
	j := openLog(t.TempDir())
	j.Append(1, day0, day0)
	if n := testing.AllocsPerRun(1000, func() { j.Append(2, day0, day0) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkAppend(b *testing.B) {
	j := openLog(b.TempDir())
	for i := int64(0); b.Loop(); i++ {
		at := day0 + i/7000
		j.Append(uint64(i+1), at, at-900)
	}
}
