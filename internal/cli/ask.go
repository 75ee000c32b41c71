package cli

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"strings"
	"sync"

	"golang.org/x/term"
)

// consent is the one place that decides whether something may be changed on the
// real cloud: asked for once in a run, on a terminal, or given by --yes.
type consent struct {
	mu    sync.Mutex
	given bool
}

// confirm asks on a terminal and needs --yes elsewhere. What was agreed to once
// is not asked for again in this run.
func (a *app) confirm(ctx context.Context, what string) error {
	a.consent.mu.Lock()
	defer a.consent.mu.Unlock()
	if a.yes || a.consent.given {
		return nil
	}
	in, ok := a.terminalIn()
	if !ok {
		return usagef("%s Say --yes if that is meant.", what)
	}
	fmt.Fprintf(a.Err, "%s Go on? [y/N] ", what)
	answer, err := untilDone(ctx, func() (string, error) { return bufio.NewReader(in).ReadString('\n') })
	if ctx.Err() != nil {
		fmt.Fprintln(a.Err)
		return err
	}
	switch strings.ToLower(strings.TrimSpace(answer)) {
	case "y", "yes":
		a.consent.given = true
		return nil
	}
	return usagef("not confirmed, and nothing was done")
}

// confirmCall is confirm for a call that the client is about to make; it is
// asked before every one that changes something on the real cloud.
func (a *app) confirmCall(ctx context.Context, action string) error {
	return a.confirm(ctx, fmt.Sprintf("This calls %s on the real Alibaba Cloud: it changes things there and may cost money.", action))
}

// askPassword reads a password from the terminal without showing it.
func (a *app) askPassword(ctx context.Context) (string, error) {
	in, ok := a.terminalIn()
	if !ok {
		return "", usagef("--password-prompt needs a terminal; use --password-file elsewhere")
	}
	state, err := term.GetState(int(in.Fd()))
	if err != nil {
		return "", err
	}
	fmt.Fprint(a.Err, "Password: ")
	password, err := untilDone(ctx, func() (string, error) {
		b, err := term.ReadPassword(int(in.Fd()))
		return string(b), err
	})
	if ctx.Err() != nil { // the reader sits there still: the terminal is to show again what is typed
		term.Restore(int(in.Fd()), state)
	}
	fmt.Fprintln(a.Err)
	if err == nil && password == "" {
		return "", usagef("the password is empty")
	}
	return password, err
}

// terminalIn is standard input if a person sits at it.
func (a *app) terminalIn() (*os.File, bool) {
	in, ok := a.In.(*os.File)
	return in, ok && term.IsTerminal(int(in.Fd()))
}

// untilDone is what read reads, or the context's error: nothing else ends a
// read from a terminal.
func untilDone(ctx context.Context, read func() (string, error)) (string, error) {
	type result struct {
		s   string
		err error
	}
	done := make(chan result, 1)
	go func() {
		s, err := read()
		done <- result{s, err}
	}()
	select {
	case r := <-done:
		return r.s, r.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}
