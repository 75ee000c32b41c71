package cli

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/openecs/openecs/api"
)

// instanceExec runs a command inside an instance, by Cloud Assistant.
func (a *app) instanceExec() *cobra.Command {
	var user, dir string
	var timeout time.Duration
	cmd := &cobra.Command{
		Use: "exec ID -- COMMAND [ARG...]", Short: "Run a command inside an instance, print what it prints, exit as it exits",
		Long: `Run a command inside a running instance with Cloud Assistant, wait for it, print what
it printed and exit with its exit code. A single argument is a shell script; several
are a command and its arguments.

Simulated instances have a small shell with common commands and files of their own,
which last as long as the service that runs them.`,
		Example: "  openecs instance exec i-bp1... -- uname -a\n  openecs instance exec i-bp1... -- 'printf hello > /tmp/x; cat /tmp/x'",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) < 2 {
				return usagef("%s needs an instance id and a command; see %s --help", cmd.CommandPath(), cmd.CommandPath())
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if timeout < time.Second || timeout > 24*time.Hour {
				return usagef("--timeout is from 1s to 24h")
			}
			return a.with(cmd.Context(), func(t *target) error {
				r, err := a.execute(cmd.Context(), t, &api.RunCommandRequest{
					RegionID: a.region, Type: "RunShellScript", InstanceID: args[:1], Username: user, WorkingDir: dir, Timeout: new(int64(timeout.Seconds())),
					CommandContent: base64.StdEncoding.EncodeToString([]byte(script(args[1:]))), ContentEncoding: "Base64",
				})
				if err != nil {
					return err
				}
				return a.executed(r)
			})
		},
	}
	cmd.Flags().StringVar(&user, "user", "", "user of the instance to run it as; root by default")
	cmd.Flags().StringVar(&dir, "dir", "", "directory to run it in; the user's home by default")
	cmd.Flags().DurationVar(&timeout, "timeout", time.Minute, "end it after this long")
	return cmd
}

var plainWord = regexp.MustCompile(`^[A-Za-z0-9_@%+=:,./-]+$`)

// script is a command and its arguments as a shell has them.
func script(args []string) string {
	if len(args) == 1 {
		return args[0]
	}
	words := make([]string, len(args))
	for i, w := range args {
		if words[i] = w; !plainWord.MatchString(w) {
			words[i] = "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
		}
	}
	return strings.Join(words, " ")
}

// Waits between looks at a command that runs.
const (
	firstLook = 20 * time.Millisecond
	lastLook  = 2 * time.Second
)

type executed = api.DescribeInvocationResultsInvocationInvocationResult

// execute runs a command and waits for its result. When ctx ends first the
// command is stopped.
func (a *app) execute(ctx context.Context, t *target, in *api.RunCommandRequest) (*executed, error) {
	out, err := t.RunCommand(ctx, in)
	if err != nil {
		return nil, err
	}
	for wait := firstLook; ; wait = min(wait*3/2, lastLook) {
		select {
		case <-ctx.Done():
			late, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
			defer cancel()
			t.StopInvocation(late, &api.StopInvocationRequest{RegionID: in.RegionID, InvokeID: out.InvokeID})
			return nil, ctx.Err()
		case <-time.After(wait):
		}
		list, err := t.DescribeInvocationResults(ctx, &api.DescribeInvocationResultsRequest{RegionID: in.RegionID, InvokeID: out.InvokeID, ContentEncoding: "Base64"})
		if err != nil && ctx.Err() == nil {
			return nil, err
		}
		if err != nil || len(list.Invocation.InvocationResults.InvocationResult) == 0 {
			continue
		}
		switch r := &list.Invocation.InvocationResults.InvocationResult[0]; r.InvocationStatus {
		case "Pending", "Running", "Stopping", "Scheduled":
		default:
			return r, nil
		}
	}
}

// executed prints what a command printed and says how it ended.
func (a *app) executed(r *executed) error {
	b, err := base64.StdEncoding.DecodeString(r.Output)
	if err != nil {
		return fmt.Errorf("the output cannot be read: %w", err)
	}
	if a.output == "table" {
		if _, err := a.Out.Write(b); err != nil {
			return err
		}
	} else {
		r.Output = string(b)
		if err := a.print(r, func(io.Writer) {}); err != nil {
			return err
		}
	}
	if r.Dropped > 0 {
		fmt.Fprintf(a.Err, "openecs: %d more bytes of output were not kept\n", r.Dropped)
	}
	switch r.InvocationStatus {
	case "Success":
		return nil
	case "Failed":
		return exitError(r.ExitCode)
	case "Timeout":
		fmt.Fprintln(a.Err, "openecs: the command was ended: its time was over; --timeout gives it more")
		return exitError(exitDeadline)
	}
	fmt.Fprintf(a.Err, "openecs: the command did not run to its end: %s: %s\n", or(r.ErrorCode, r.InvocationStatus), r.ErrorInfo)
	return exitError(exitRefused)
}

func or(s, absent string) string {
	if s == "" {
		return absent
	}
	return s
}
