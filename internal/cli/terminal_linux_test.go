package cli

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/openecs/openecs/internal/intercept"
)

// terminal is a pseudo terminal: what is run on it, and what it was sent.
type terminal struct {
	us, them *os.File
	columns  int

	mu   sync.Mutex
	sent bytes.Buffer
	read chan struct{} // closed when nothing comes any more
}

func newTerminal(t *testing.T, columns int) *terminal {
	t.Helper()
	fd, err := unix.Open("/dev/ptmx", unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)
	}
	if err == nil {
		err = unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: uint16(columns)})
	}
	if err != nil {
		t.Fatal(err)
	}
	them, err := os.OpenFile("/dev/pts/"+strconv.Itoa(n), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	x := &terminal{us: os.NewFile(uintptr(fd), "ptmx"), them: them, columns: columns, read: make(chan struct{})}
	go func() {
		defer close(x.read)
		for b := make([]byte, 4096); ; {
			n, err := x.us.Read(b)
			x.mu.Lock()
			x.sent.Write(b[:n])
			x.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	t.Cleanup(func() { x.them.Close(); x.us.Close() })
	return x
}

// text is what has been written so far.
func (x *terminal) text() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.sent.String()
}

// screen is what is to be seen once everything that ran on it has ended.
func (x *terminal) screen() []string {
	x.them.Close()
	<-x.read
	return render(x.text(), x.columns)
}

func (x *terminal) waitFor(t *testing.T, s string) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !strings.Contains(x.text(), s); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%q did not come:\n%s", s, x.text())
		}
	}
}

// runOn runs the command in this process on the terminal.
func runOn(x *terminal, ctx context.Context, d intercept.Dialer, args ...string) int {
	a := &app{Stdio: Stdio{In: x.them, Out: x.them, Err: x.them}, dialer: d}
	return a.run(ctx, args)
}

// TestLiveProgress: the live line is drawn again and again and leaves nothing
// behind, in a window that is narrower than what it has to say, too.
func TestLiveProgress(t *testing.T) {
	clean(t)
	t.Setenv("TERM", "xterm")
	dir := t.TempDir()
	serveIn(t, dir, "--sim", "scaled", "--sim-scale", "10")
	for _, columns := range []int{100, 40} {
		x := newTerminal(t, columns)
		if code := runOn(x, context.Background(), nil, "--data-dir", dir, "launch"); code != 0 {
			t.Fatalf("exit %d\n%s", code, x.text())
		}
		if n := strings.Count(x.text(), "\r\x1b[Kwaiting until it runs"); n < 10 {
			t.Errorf("%d columns: the live line was drawn %d times in two seconds", columns, n)
		}
		for _, draw := range strings.Split(x.text(), "\x1b[K") {
			if line, _, _ := strings.Cut(draw, "\r"); strings.HasPrefix(line, "waiting") && len(line) >= columns {
				t.Fatalf("%d columns: %q wraps", columns, line)
			}
		}
		all := strings.Join(x.screen(), "\n")
		if strings.Contains(all, "waiting") || strings.Contains(all, "asking") {
			t.Errorf("%d columns: live lines are left:\n%s", columns, all)
		}
		for _, phase := range []string{"created i-", "made i-", "start accepted i-", "running i-", "public address given i-", "done i-"} {
			if strings.Count(all, "\n"+phase) != 1 {
				t.Errorf("%d columns: no one line of %q:\n%s", columns, phase, all)
			}
		}
	}
	x := newTerminal(t, 90)
	if code := runOn(x, context.Background(), nil, "--data-dir", dir, "launch", "--count", "5"); code != 0 {
		t.Fatalf("exit %d\n%s", code, x.text())
	}
	if !strings.Contains(x.text(), "\r\x1b[K0 of 5 done, 5 booting") {
		t.Errorf("the live line does not count:\n%q", x.text())
	}
	all := strings.Join(x.screen(), "\n")
	if strings.Count(all, "/5] done i-") != 5 || strings.Contains(all, "of 5 done") || strings.Contains(all, "booting") {
		t.Errorf("%s", all)
	}
}

// onTerminal starts the built command with a terminal of its own, so that what
// is typed there interrupts it.
func onTerminal(t *testing.T, x *terminal, args ...string) *exec.Cmd {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, args...)
	cmd.Args[0] = "openecs" // as it is called when it is on the PATH
	cmd.Stdin, cmd.Stdout, cmd.Stderr = x.them, x.them, x.them
	cmd.Env = append(os.Environ(), "TERM=xterm")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if cmd.ProcessState == nil {
			cmd.Process.Kill()
			cmd.Wait()
		}
	})
	return cmd
}

func exitOf(t *testing.T, cmd *exec.Cmd) int {
	t.Helper()
	err := cmd.Wait()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return exit.ExitCode()
	}
	if err != nil {
		t.Fatal(err)
	}
	return 0
}

// TestInterruptOnTerminal: Ctrl-C half-way.
func TestInterruptOnTerminal(t *testing.T) {
	clean(t)
	dir := t.TempDir()
	serveIn(t, dir, "--sim", "stepped")
	x := newTerminal(t, 70)
	cmd := onTerminal(t, x, "--data-dir", dir, "launch", "--count", "5")
	x.waitFor(t, "5 being made")
	x.us.WriteString("\x03")
	if code := exitOf(t, cmd); code != exitInterrupted {
		t.Errorf("exit %d, want 130", code)
	}
	all := strings.Join(x.screen(), "\n")
	for _, want := range []string{"Of this launch exist: i-", "  delete:   openecs instance delete", "  continue: openecs launch", "openecs: interrupted"} {
		if !strings.Contains(all, want) {
			t.Errorf("no %q:\n%s", want, all)
		}
	}
	// One that was interrupted before the first look has no status yet.
	if rows := regexp.MustCompile(`(?m)^i-\w+ +(Pending|-) `).FindAllString(all, -1); len(rows) != 5 || strings.Contains(all, "\nNext:") {
		t.Errorf("%s", all)
	}
}

// TestAskOnTerminal: the question about the real cloud, and the answers to it.
func TestAskOnTerminal(t *testing.T) {
	cloudKey(t)
	for _, c := range []struct {
		answer string
		asked  int // how often
		goesOn bool
	}{{"y\n", 1, true}, {"YES\n", 1, true}, {"\n", 1, false}, {"n\n", 1, false}, {"yellow\n", 1, false}} {
		x := newTerminal(t, 200)
		ctx, cancel := context.WithCancel(context.Background())
		d := &intercept.RecordingDialer{Next: dialOnce{cancel}}
		x.us.WriteString(c.answer)
		code := runOn(x, ctx, d, "--data-dir", t.TempDir(), "--cloud", "alibaba", "instance", "stop", "i-1", "i-2")
		all := strings.Join(x.screen(), "\n")
		if n := strings.Count(all, "[y/N]"); n != c.asked {
			t.Errorf("%q: asked %d times\n%s", c.answer, n, all)
		}
		if went := len(d.Dials()) > 0; went != c.goesOn || !c.goesOn && (code != exitUsage || !strings.Contains(all, "not confirmed")) {
			t.Errorf("%q: exit %d, dials %v\n%s", c.answer, code, d.Dials(), all)
		}
		cancel()
	}
	// Ctrl-C is an answer, too.
	x := newTerminal(t, 200)
	cmd := onTerminal(t, x, "--data-dir", t.TempDir(), "--cloud", "alibaba", "instance", "stop", "i-1")
	x.waitFor(t, "[y/N]")
	x.us.WriteString("\x03")
	if code := exitOf(t, cmd); code != exitInterrupted {
		t.Errorf("exit %d, want 130", code)
	}
}

// TestPasswordPrompt: what is typed is not shown, and after Ctrl-C the terminal
// shows again what is typed.
func TestPasswordPrompt(t *testing.T) {
	clean(t)
	dir := t.TempDir()
	x := newTerminal(t, 100)
	cmd := onTerminal(t, x, "--data-dir", dir, "launch", "--no-start", "--password-prompt")
	x.waitFor(t, "Password: ")
	time.Sleep(100 * time.Millisecond) // until the terminal is told not to show it
	x.us.WriteString("Secret-pass1\n")
	if code := exitOf(t, cmd); code != 0 || strings.Contains(x.text(), "Secret-pass1") {
		t.Errorf("exit %d\n%s", code, x.text())
	}
	x = newTerminal(t, 100)
	cmd = onTerminal(t, x, "--data-dir", dir, "launch", "--no-start", "--password-prompt")
	x.waitFor(t, "Password: ")
	time.Sleep(100 * time.Millisecond)
	x.us.WriteString("\x03")
	if code := exitOf(t, cmd); code != exitInterrupted {
		t.Errorf("exit %d, want 130\n%s", code, x.text())
	}
	if mode, err := unix.IoctlGetTermios(int(x.them.Fd()), unix.TCGETS); err != nil || mode.Lflag&unix.ECHO == 0 {
		t.Errorf("the terminal does not show what is typed: %v", err)
	}
}
