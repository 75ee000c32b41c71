package incus

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	incus "github.com/lxc/incus/v6/client"
	"github.com/lxc/incus/v6/shared/api"

	"github.com/openecs/openecs/internal/engine"
)

var _ engine.Executor = (*Host)(nil)

// execution is a command under way in a machine.
type execution struct {
	stopped chan struct{} // closed: the machine is being stopped
	out     gate
}

// gate passes on what a command writes until it is shut.
type gate struct {
	mu sync.Mutex
	w  io.Writer
}

func (g *gate) Write(b []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.w == nil {
		return len(b), nil
	}
	return g.w.Write(b)
}

func (g *gate) shut() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.w = nil
}

// Close lets the client treat it as a stream of its own.
func (g *gate) Close() error { return nil }

// endExecs ends what runs in a machine on behalf of this process; h.mu is held.
func (h *Host) endExecs(id engine.ID) {
	for e := range h.execs[id] {
		close(e.stopped)
	}
	delete(h.execs, id)
}

// inside finds a machine that runs and is not being stopped.
func (h *Host) inside(ctx context.Context, id engine.ID) (*api.Instance, error) {
	i, _, err := h.instance(ctx, id)
	if err != nil {
		return nil, err
	}
	mv := h.moving(id)
	switch power, known := powerOf(i); {
	case !known:
		return nil, fmt.Errorf("%w: %s is %s there", engine.ErrUnreachable, i.Name, i.Status)
	case power != engine.Running, mv != nil && mv.op != start:
		return nil, fmt.Errorf("%w: %d", engine.ErrNotRunning, id)
	}
	return i, nil
}

// Exec implements engine.Executor.
func (h *Host) Exec(ctx context.Context, m *engine.Machine, c *engine.Command, done func(engine.Exit)) error {
	i, err := h.inside(ctx, m.ID)
	if err != nil {
		return err
	}
	if c.Language != engine.Shell {
		return engine.ErrNotApplicable
	}
	u, err := h.user(ctx, i.Name, c.User)
	if err != nil {
		return err
	}
	dir := c.Dir
	if dir == "" {
		dir = u.home
	}
	if is, err := h.kindOf(ctx, i.Name, dir); err != nil {
		return err
	} else if is != "directory" {
		if c.Dir != "" {
			return fmt.Errorf("%w: %s", engine.ErrNoDirectory, dir)
		}
		dir = "/"
	}
	label := "OPENECS_EXEC=" + rand.Text()
	post := api.InstanceExecPost{
		Command: []string{"/bin/sh", "-c", `exec /bin/sh -c "$1" 2>&1`, "sh", string(c.Script)}, WaitForWS: true,
		Environment: map[string]string{
			"HOME": u.home, "USER": u.name, "LOGNAME": u.name, "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
		},
		User: u.uid, Group: u.gid, Cwd: dir,
	}
	for _, e := range append(c.Env, label) {
		name, value, _ := strings.Cut(e, "=")
		post.Environment[name] = value
	}
	e := &execution{stopped: make(chan struct{}), out: gate{w: c.Output}}
	if c.Output == nil {
		e.out.w = io.Discard
	}
	h.mu.Lock()
	if h.execs[m.ID] == nil {
		h.execs[m.ID] = map[*execution]struct{}{}
	}
	h.execs[m.ID][e] = struct{}{}
	h.mu.Unlock()
	read := make(chan bool)
	op, err := h.exec(ctx, i.Name, post, &incus.InstanceExecArgs{Stdin: bytes.NewReader(c.Stdin), Stdout: &e.out, Stderr: &e.out, DataDone: read})
	if err != nil {
		h.ended(m.ID, e)
		return err
	}
	h.work.Go(func() {
		exit := h.follow(ctx, i, e, op, label, read)
		e.out.shut()
		h.ended(m.ID, e)
		done(exit)
	})
	return nil
}

func (h *Host) ended(id engine.ID, e *execution) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.execs[id], e)
}

// exec starts a command. The client opens websockets without a context, so it gets
// a goroutine that may be left.
func (h *Host) exec(ctx context.Context, name string, post api.InstanceExecPost, args *incus.InstanceExecArgs) (string, error) {
	type begun struct {
		op  incus.Operation
		err error
	}
	ch := make(chan begun, 1)
	go func() {
		op, err := h.server.UseProject(api.ProjectDefaultName).ExecInstance(name, post, args)
		ch <- begun{op, err}
	}()
	short, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	select {
	case b := <-ch:
		if b.err != nil {
			return "", inTerms(b.err)
		}
		return b.op.Get().ID, nil
	case <-short.Done():
		if ctx.Err() != nil {
			return "", context.Cause(ctx)
		}
		return "", fmt.Errorf("%w: the command did not begin", engine.ErrUnreachable)
	}
}

// follow waits until a command has ended or is ended.
func (h *Host) follow(ctx context.Context, i *api.Instance, e *execution, op, label string, read <-chan bool) engine.Exit {
	select {
	case <-e.stopped:
		return engine.Exit{Err: engine.ErrStopped}
	case <-h.live.Done():
		return engine.Exit{Err: engine.ErrUnreachable}
	case <-ctx.Done():
		h.kill(i.Name, label)
		return engine.Exit{Err: context.Cause(ctx)}
	case <-read:
	}
	// Its output has ended; a moment later so has it.
	for {
		var o api.Operation
		err := h.get(h.live, fmt.Sprintf("/1.0/operations/%s/wait?timeout=%d", op, slice/time.Second), &o)
		select {
		case <-e.stopped:
			return engine.Exit{Err: engine.ErrStopped}
		default:
		}
		code, ok := o.Metadata["return"].(float64)
		if err != nil {
			// The host makes errors of the two codes that a shell has for them.
			for text, c := range map[string]float64{"Command not executable": 126, "Command not found": 127} {
				if strings.Contains(err.Error(), text) {
					code, ok, err = c, true, nil
				}
			}
		}
		switch {
		case err != nil && !isNotFound(err):
			return engine.Exit{Err: err}
		case ctx.Err() != nil:
			h.kill(i.Name, label)
			return engine.Exit{Err: context.Cause(ctx)}
		case err == nil && !ok && !o.StatusCode.IsFinal():
			continue
		case ok && code >= 0 && code != killed:
			return engine.Exit{Code: int(code)}
		case h.wentDown(i):
			return engine.Exit{Err: engine.ErrStopped}
		case ok:
			return engine.Exit{Code: int(code)}
		default:
			return engine.Exit{Err: fmt.Errorf("how the command ended is not known: %w", errors.Join(err, errors.New(o.Err)))}
		}
	}
}

// killed is the code of a command that was killed, as all are when a machine goes down.
const killed = 128 + 9

// wentDown tells whether a machine has stopped, or come up anew, since it was looked at. A
// guest that powers itself off takes a moment to show it.
func (h *Host) wentDown(was *api.Instance) bool {
	for range 4 {
		var i api.Instance
		if err := h.get(h.live, instancePath(was.Name), &i); isNotFound(err) {
			return true
		} else if err != nil {
			return false
		}
		if power, known := powerOf(&i); known && power == engine.Stopped || !i.LastUsedAt.Equal(was.LastUsedAt) {
			return true
		}
		if pause(h.live, 250*time.Millisecond) != nil {
			return false
		}
	}
	return false
}

// kill ends everything that a command started: all of it has the label in its
// environment.
func (h *Host) kill(name, label string) {
	script := `for p in /proc/[0-9]*; do grep -qs "$1" "$p/environ" && kill -9 "${p#/proc/}"; done`
	err := h.async(h.live, "POST", instancePath(name)+"/exec", api.InstanceExecPost{Command: []string{"/bin/sh", "-c", script, "sh", label}})
	if err != nil {
		h.log.Warn("a command that was ended may go on in its machine", "machine", name, "cause", err)
	}
}
