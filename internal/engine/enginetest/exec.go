package enginetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/openecs/openecs/internal/engine"
)

// What an engine.Executor promises. An engine that is none skips these.

// output collects what a command writes.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(b)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// command is one that was started.
type command struct {
	out  output
	mu   sync.Mutex
	exit *engine.Exit
	ends int
}

func (c *command) ended() (engine.Exit, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.exit == nil {
		return engine.Exit{}, false
	}
	return *c.exit, true
}

// start starts a script in a running machine.
func (s *Subject) start(ctx context.Context, x engine.Executor, m *engine.Machine, c engine.Command) (*command, error) {
	r := new(command)
	c.Output = &r.out
	err := s.ask(ctx, func() error {
		return x.Exec(ctx, m, &c, func(e engine.Exit) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.exit = &e
			r.ends++
		})
	})
	return r, err
}

// exec runs a script to its end.
func (s *Subject) exec(ctx context.Context, x engine.Executor, m *engine.Machine, script string) (string, engine.Exit, error) {
	r, err := s.start(ctx, x, m, engine.Command{Script: []byte(script)})
	if err != nil {
		return "", engine.Exit{}, fmt.Errorf("Exec %q: %w", script, err)
	}
	var e engine.Exit
	err = s.until(ctx, fmt.Sprintf("%q ends", script), func() (ok bool, _ error) {
		e, ok = r.ended()
		return ok, nil
	})
	return r.out.String(), e, err
}

// want runs a script and checks how it ends.
func (s *Subject) want(ctx context.Context, x engine.Executor, m *engine.Machine, script, out string, code int) error {
	got, e, err := s.exec(ctx, x, m, script)
	if err == nil && (got != out || e.Err != nil || e.Code != code) {
		err = fmt.Errorf("%q printed %q and ended %+v, want %q and %d", script, got, e, out, code)
	}
	return err
}

// executor makes and starts machine 1 of an engine that can run commands.
func (s *Subject) executor(ctx context.Context) (engine.Executor, *engine.Machine, error) {
	x, ok := s.Engine.(engine.Executor)
	if !ok {
		return nil, nil, errSkip
	}
	m, err := s.make(ctx, 1)
	if err == nil {
		_, err = s.run(ctx, m, 2)
	}
	return x, m, err
}

func commandsRun(ctx context.Context, s *Subject) error {
	x, m, err := s.executor(ctx)
	if err != nil {
		return err
	}
	for _, c := range []struct {
		script, out string
		code        int
	}{
		{"printf hello > /tmp/x; cat /tmp/x", "hello", 0},
		{"echo out; echo err >&2; exit 3", "out\nerr\n", 3},
		{"this-command-does-not-exist 2>/dev/null", "", 127},
		{"", "", 0},
	} {
		if err := s.want(ctx, x, m, c.script, c.out, c.code); err != nil {
			return err
		}
	}
	r, err := s.start(ctx, x, m, engine.Command{Script: []byte("pwd; echo $GREETING; cat"), Dir: "/tmp", Env: []string{"GREETING=hi"}, Stdin: []byte("typed\n")})
	if err != nil {
		return err
	}
	if err := s.until(ctx, "it ends", func() (bool, error) { _, ok := r.ended(); return ok, nil }); err != nil {
		return err
	}
	if got := r.out.String(); got != "/tmp\nhi\ntyped\n" {
		return fmt.Errorf("directory, environment and input: %q", got)
	}
	for want, c := range map[error]engine.Command{
		engine.ErrNoUser:      {Script: []byte("true"), User: "no-such-user"},
		engine.ErrNoDirectory: {Script: []byte("true"), Dir: "/no/such/directory"},
	} {
		if _, err := s.start(ctx, x, m, c); !errors.Is(err, want) {
			return fmt.Errorf("Exec: %v, want %v", err, want)
		}
	}
	return nil
}

func commandsNeedARunningMachine(ctx context.Context, s *Subject) error {
	x, ok := s.Engine.(engine.Executor)
	if !ok {
		return errSkip
	}
	try := func(m *engine.Machine, want error) error {
		err := x.Exec(ctx, m, &engine.Command{Script: []byte("true"), Output: new(output)}, func(engine.Exit) { panic("enginetest: done after an error") })
		if !errors.Is(err, want) {
			return fmt.Errorf("Exec: %v, want %v", err, want)
		}
		if err := x.WriteFile(ctx, m, &engine.File{Path: "/tmp/f", Mode: 0o644}); !errors.Is(err, want) {
			return fmt.Errorf("WriteFile: %v, want %v", err, want)
		}
		return nil
	}
	if err := try(s.Machine(404), engine.ErrNotFound); err != nil {
		return err
	}
	m, err := s.make(ctx, 1)
	if err != nil {
		return err
	}
	return try(m, engine.ErrNotRunning)
}

// endsWith starts a command that would go on for long, does something, and checks that this ends it.
func (s *Subject) endsWith(ctx context.Context, x engine.Executor, m *engine.Machine, want error, do func(cancel context.CancelCauseFunc) error) error {
	inner, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	r := new(command)
	err := x.Exec(inner, m, &engine.Command{Script: []byte("echo begun; sleep 86400; echo not reached"), Output: &r.out}, func(e engine.Exit) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.exit = &e
		r.ends++
	})
	if err != nil {
		return err
	}
	if err := s.until(ctx, "it has begun", func() (bool, error) { return r.out.String() != "", nil }); err != nil {
		return err
	}
	if err := do(cancel); err != nil {
		return err
	}
	if err := s.until(ctx, "it ends", func() (bool, error) { _, ok := r.ended(); return ok, nil }); err != nil {
		return err
	}
	if err := s.Pass(ctx); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if !errors.Is(r.exit.Err, want) || r.ends != 1 || strings.Contains(r.out.String(), "not") {
		return fmt.Errorf("it ended %d times with %+v, want once with %v", r.ends, *r.exit, want)
	}
	return nil
}

func commandsEnd(ctx context.Context, s *Subject) error {
	x, m, err := s.executor(ctx)
	if err != nil {
		return err
	}
	why := errors.New("enough")
	if err := s.endsWith(ctx, x, m, why, func(cancel context.CancelCauseFunc) error { cancel(why); return nil }); err != nil {
		return fmt.Errorf("by its context: %w", err)
	}
	e := s.Engine
	for _, step := range []struct {
		name string
		gen  engine.Gen
		do   func(engine.Gen) error
	}{
		{"stop", 3, func(g engine.Gen) error { return e.Stop(ctx, 1, g, true) }},
		{"reboot", 5, func(g engine.Gen) error { return e.Reboot(ctx, 1, g, &m.Boot, true) }},
		{"removal", 6, func(engine.Gen) error { return e.Remove(ctx, 1) }},
	} {
		err := s.endsWith(ctx, x, m, engine.ErrStopped, func(context.CancelCauseFunc) error {
			return s.ask(ctx, func() error { return step.do(step.gen) })
		})
		if err != nil {
			return fmt.Errorf("by a %s: %w", step.name, err)
		}
		if step.name == "stop" {
			if _, err := s.reach(ctx, 1, 3, engine.Stopped); err != nil {
				return err
			}
			if _, err := s.run(ctx, m, 4); err != nil {
				return err
			}
		}
		if step.name == "reboot" {
			if _, err := s.reach(ctx, 1, 5, engine.Running); err != nil {
				return err
			}
		}
	}
	return nil
}

func filesStay(ctx context.Context, s *Subject) error {
	x, m, err := s.executor(ctx)
	if err != nil {
		return err
	}
	f := &engine.File{Path: "/opt/openecs/test.sh", Mode: 0o755, Data: []byte("echo from file\n")}
	if err := x.WriteFile(ctx, m, f); err != nil {
		return fmt.Errorf("WriteFile: %w", err)
	}
	if err := s.want(ctx, x, m, "sh /opt/openecs/test.sh; stat -c %a /opt/openecs/test.sh", "from file\n755\n", 0); err != nil {
		return err
	}
	if err := x.WriteFile(ctx, m, f); !errors.Is(err, engine.ErrFileExists) {
		return fmt.Errorf("WriteFile of a file that exists: %v", err)
	}
	f.Overwrite, f.Data = true, []byte("echo replaced\n")
	if err := x.WriteFile(ctx, m, f); err != nil {
		return fmt.Errorf("WriteFile over a file: %w", err)
	}
	for want, f := range map[error]*engine.File{
		engine.ErrNoUser:  {Path: "/tmp/a", Owner: "no-such-user"},
		engine.ErrNoGroup: {Path: "/tmp/a", Group: "no-such-group"},
		engine.ErrBadPath: {Path: "/opt/openecs/test.sh/below"},
	} {
		if err := x.WriteFile(ctx, m, f); !errors.Is(err, want) {
			return fmt.Errorf("WriteFile: %v, want %v", err, want)
		}
	}
	if err := s.ask(ctx, func() error { return s.Engine.Reboot(ctx, 1, 3, &m.Boot, false) }); err != nil {
		return err
	}
	if _, err := s.reach(ctx, 1, 3, engine.Running); err != nil {
		return err
	}
	if err := s.want(ctx, x, m, "sh /opt/openecs/test.sh", "replaced\n", 0); err != nil {
		return fmt.Errorf("after a reboot: %w", err)
	}
	other, err := s.make(ctx, 2)
	if err != nil {
		return err
	}
	if _, err := s.run(ctx, other, 2); err != nil {
		return err
	}
	if err := s.want(ctx, x, other, "test -e /opt/openecs", "", 1); err != nil {
		return fmt.Errorf("in another machine: %w", err)
	}
	return nil
}
