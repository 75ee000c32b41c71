//go:build unix

package intercept

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestRunExitCodes(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "text")
	os.WriteFile(text, []byte("not a program"), 0o644)
	broken := filepath.Join(dir, "broken")
	os.WriteFile(broken, []byte("#!/no/such/interpreter\n"), 0o755)
	for name, tc := range map[string]struct {
		cmd    []string
		code   int
		failed bool
	}{
		"success":         {[]string{"sh", "-c", "exit 0"}, 0, false},
		"its own code":    {[]string{"sh", "-c", "exit 42"}, 42, false},
		"killed":          {[]string{"sh", "-c", "kill -KILL $$"}, 137, false},
		"terminated":      {[]string{"sh", "-c", "kill -TERM $$"}, 143, false},
		"not found":       {[]string{"no-such-command-here"}, 127, true},
		"not there":       {[]string{filepath.Join(dir, "absent")}, 127, true},
		"not executable":  {[]string{text}, 126, true},
		"bad interpreter": {[]string{broken}, 126, true},
		"nothing":         {nil, 127, true},
	} {
		t.Run(name, func(t *testing.T) {
			code, err := Run(context.Background(), tc.cmd, os.Environ(), Stdio{})
			if code != tc.code || (err != nil) != tc.failed {
				t.Fatalf("code %d, error %v; want %d, %t", code, err, tc.code, tc.failed)
			}
		})
	}
}

func TestRunStdioAndEnvironment(t *testing.T) {
	t.Setenv("LEAK", "yes")
	var out, errs bytes.Buffer
	code, err := Run(context.Background(), []string{"/bin/sh", "-c", `cat; echo "$A ${LEAK-none} $1" >&2`, "sh", "arg with blank"},
		[]string{"A=b"}, Stdio{In: strings.NewReader("input"), Out: &out, Err: &errs})
	if code != 0 || err != nil || out.String() != "input" || errs.String() != "b none arg with blank\n" {
		t.Fatalf("%d %v %q %q", code, err, &out, &errs)
	}
	out.Reset()
	if code, err := Run(context.Background(), []string{"/bin/sh", "-c", `echo "${LEAK-none}"`}, nil, Stdio{Out: &out}); code != 0 || err != nil || out.String() != "none\n" {
		t.Fatalf("no environment: %d %v %q", code, err, &out)
	}
}

// startAndWait runs a script and calls do once it has written "ready".
func startAndWait(t *testing.T, ctx context.Context, run func(context.Context, []string, Stdio) (int, error), script string, do func()) (code int, out string) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	type result struct {
		code int
		err  error
	}
	done := make(chan result, 1)
	go func() {
		code, err := run(ctx, []string{"sh", "-c", script}, Stdio{Out: w})
		w.Close()
		done <- result{code, err}
	}()
	ready := make([]byte, len("ready\n"))
	if _, err := io.ReadFull(r, ready); err != nil {
		t.Fatal(err)
	}
	do()
	rest, _ := io.ReadAll(r)
	res := <-done
	if res.err != nil {
		t.Fatal(res.err)
	}
	return res.code, string(rest)
}

func plainRun(ctx context.Context, cmd []string, std Stdio) (int, error) {
	return Run(ctx, cmd, os.Environ(), std)
}

const waiting = `; echo ready; i=0; while [ $i -lt 200 ]; do sleep 0.05; i=$((i+1)); done; exit 99`

func TestRunPassesSignals(t *testing.T) {
	for sig, name := range map[syscall.Signal]string{syscall.SIGTERM: "TERM", syscall.SIGHUP: "HUP", syscall.SIGUSR1: "USR1"} {
		code, out := startAndWait(t, context.Background(), plainRun, `trap 'echo got `+name+`; exit 7' `+name+waiting, func() {
			syscall.Kill(os.Getpid(), sig)
		})
		if code != 7 || out != "got "+name+"\n" {
			t.Errorf("%s: %d %q", name, code, out)
		}
	}
	code, _ := startAndWait(t, context.Background(), plainRun, `:`+waiting, func() { syscall.Kill(os.Getpid(), syscall.SIGTERM) })
	if code != 128+15 {
		t.Errorf("untrapped SIGTERM: %d", code)
	}
}

func TestRunEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	began := time.Now()
	code, out := startAndWait(t, ctx, plainRun, `trap 'echo bye; exit 3' TERM`+waiting, cancel)
	if code != 3 || out != "bye\n" || time.Since(began) > 5*time.Second {
		t.Fatalf("%d %q after %v", code, out, time.Since(began))
	}
}

func TestRunFromPathWithDot(t *testing.T) {
	dir := t.TempDir()
	os.WriteFile(filepath.Join(dir, "here"), []byte("#!/bin/sh\nexit 5\n"), 0o755)
	t.Chdir(dir)
	t.Setenv("PATH", ".")
	if code, err := Run(context.Background(), []string{"here"}, nil, Stdio{}); code != 5 || err != nil {
		t.Fatal(code, err)
	}
}
