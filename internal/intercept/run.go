package intercept

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"time"
)

// Exit codes of Run for a command that did not start, as shells use them.
const (
	ExitNotExecutable = 126
	ExitNotFound      = 127
)

// Stdio is what a command reads and writes. Files are handed over as they are,
// so a command on a terminal stays on it. Nil is the null device.
type Stdio struct {
	In       io.Reader
	Out, Err io.Writer
}

// OSStdio is this process's own.
func OSStdio() Stdio { return Stdio{os.Stdin, os.Stdout, os.Stderr} }

// Run runs cmd with env and returns its exit code: its own, 128+n if signal n
// ended it, 127 with an error if it was not found, 126 with an error if it could
// not be started. Signals that reach this process meanwhile are passed on, but
// for those that a terminal has already given to both. When ctx ends the
// command gets SIGTERM and, ten seconds later, SIGKILL.
func Run(ctx context.Context, cmd, env []string, std Stdio) (exitCode int, err error) {
	if len(cmd) == 0 {
		return ExitNotFound, errors.New("no command given")
	}
	path, code, err := lookup(cmd[0])
	if err != nil {
		return code, err
	}
	c := newCommand(ctx, path, cmd, env, std)
	return runCommand(c, nil)
}

// lookup finds the program in this process's PATH, as the shell would.
func lookup(file string) (path string, code int, err error) {
	path, err = exec.LookPath(file)
	switch {
	case err == nil:
		return path, 0, nil
	case errors.Is(err, exec.ErrDot): // the user's PATH says ".", and it is theirs
		path, err = filepath.Abs(path)
		return path, ExitNotFound, err
	case errors.Is(err, fs.ErrPermission):
		return "", ExitNotExecutable, fmt.Errorf("%s cannot be executed: %w", file, err)
	default:
		return "", ExitNotFound, fmt.Errorf("%s was not found: %w", file, err)
	}
}

func newCommand(ctx context.Context, path string, args, env []string, std Stdio) *exec.Cmd {
	c := exec.CommandContext(ctx, path)
	c.Args = args
	c.Env = env
	if c.Env == nil {
		c.Env = []string{} // nil would be our own
	}
	c.Stdin, c.Stdout, c.Stderr = std.In, std.Out, std.Err
	c.Cancel = func() error { return terminate(c.Process) }
	c.WaitDelay = 10 * time.Second
	return c
}

// runCommand starts c, passes signals on, and waits. started, if set, runs once
// the process is there; its error ends the command.
func runCommand(c *exec.Cmd, started func() error) (exitCode int, err error) {
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, passedOn...)
	defer signal.Stop(signals)
	if err := c.Start(); err != nil {
		return ExitNotExecutable, err
	}
	done := make(chan struct{})
	defer close(done)
	go func() {
		for {
			select {
			case sig := <-signals:
				if !fromTerminal(sig) {
					c.Process.Signal(sig) // an error says that it has just ended
				}
			case <-done:
				return
			}
		}
	}()
	if started != nil {
		if err := started(); err != nil {
			c.Process.Kill()
			c.Wait()
			if code := exitStatus(c.ProcessState); code > 128 && code != 128+9 {
				return code, nil // a signal came before the command did
			}
			return ExitNotExecutable, err
		}
	}
	err = c.Wait()
	code := exitStatus(c.ProcessState)
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit), // the code says it
		errors.Is(err, exec.ErrWaitDelay), // a grandchild keeps the output open
		errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return code, nil
	}
	return code, err
}
