// Package cli is the openecs command. It talks to the service only through
// package client, be the service in this process (package node), in another
// one on this machine, or elsewhere.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/client"
	"github.com/openecs/openecs/internal/intercept"
	"github.com/openecs/openecs/internal/node"
)

// Stdio is where a command reads and writes.
type Stdio struct {
	In       io.Reader
	Out, Err io.Writer
}

// Exit codes.
const (
	exitDone        = 0
	exitRefused     = 1   // by the service, or it could not be asked, or the data directory cannot be used
	exitUsage       = 2   // a mistake in the call: flags, a taken port, a data directory in use
	exitDeadline    = 3   // not in time
	exitInterrupted = 130 // as shells say it of SIGINT
)

// usageError is a mistake in the call: one sentence, exit 2.
type usageError struct{ error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// exitError ends with a code when everything has been said already.
type exitError int

func (e exitError) Error() string { return fmt.Sprintf("exit %d", int(e)) }

// app is one run of the command.
type app struct {
	Stdio
	dataDir, endpoint, region, cloud, profile string
	output, query, logFile                    string
	verbose, yes, endpointGiven               bool
	dialer                                    intercept.Dialer    // nil but in tests, which record what is dialled
	nodeOptions                               func(*node.Options) // nil but in tests, which put faults in
	logOut                                    io.Closer
	self                                      string // how this program is called, in commands to type next
	caFile                                    string
	consent                                   consent
}

// Main runs the command with its arguments and returns its exit code. It ends
// early when ctx does, as on an interrupt.
func Main(ctx context.Context, args []string, s Stdio) int {
	return (&app{Stdio: s, self: invocation(os.Args[0])}).run(ctx, args)
}

func (a *app) run(ctx context.Context, args []string) int {
	root := a.root()
	root.SetArgs(args)
	root.SetIn(a.In)
	root.SetOut(a.Out)
	root.SetErr(a.Err)
	err := root.ExecuteContext(ctx)
	if a.logOut != nil {
		a.logOut.Close()
	}
	if err == nil {
		return exitDone
	}
	return a.report(ctx, err)
}

// exitCode is the exit code for an error. The context's end comes first: what
// it ended carries the refusal before the last retry along. Of several errors
// the one with the greatest code decides.
func exitCode(ctx context.Context, err error) int {
	if err == nil {
		return exitDone
	}
	if exit, ok := errors.AsType[exitError](err); ok {
		return int(exit)
	}
	_, usage := errors.AsType[usageError](err)
	switch {
	case errors.Is(err, context.Canceled) && ctx.Err() != nil:
		return exitInterrupted
	case errors.Is(err, context.DeadlineExceeded): // a *client.DeadlineError is one
		return exitDeadline
	case usage || isCobraUsage(err):
		return exitUsage
	}
	return exitRefused
}

// deciding is the error that decides the exit code for all of them, the first
// of its kind; nil if none is an error.
func deciding(ctx context.Context, errs []error) (worst error) {
	for _, err := range errs {
		if err != nil && (worst == nil || exitCode(ctx, err) > exitCode(ctx, worst)) {
			worst = err
		}
	}
	return worst
}

// report prints an error and finds the exit code for it.
func (a *app) report(ctx context.Context, err error) int {
	say := func(format string, args ...any) {
		// Joined errors come in lines; what is said is one.
		fmt.Fprintf(a.Err, "openecs: %s\n", strings.ReplaceAll(fmt.Sprintf(format, args...), "\n", "; "))
	}
	code := exitCode(ctx, err)
	_, said := errors.AsType[exitError](err)
	deadline, late := errors.AsType[*client.DeadlineError](err)
	e, refused := errors.AsType[*api.Error](err)
	switch {
	case said:
	case code == exitInterrupted:
		say("interrupted")
	case late:
		say("%v", deadline)
	case code == exitDeadline:
		say("not done in time: %v", err)
	case refused:
		say("%s: %s", e.Code, e.Message)
		if e.RequestID != "" {
			fmt.Fprintf(a.Err, "  request %s\n", e.RequestID)
		}
		if next := advice(e.Code); next != "" {
			fmt.Fprintf(a.Err, "  %s\n", next)
		}
	default:
		say("%v", err)
	}
	return code
}

// isCobraUsage reports whether cobra itself refused the arguments: it has no
// type for that, only these beginnings.
func isCobraUsage(err error) bool {
	for _, p := range []string{"unknown command", "required flag", "accepts ", "requires ", "if any flags in the group"} {
		if strings.HasPrefix(err.Error(), p) {
			return true
		}
	}
	return false
}

// advice says what to do next about the refusals people meet most.
func advice(code string) string {
	switch {
	case strings.HasPrefix(code, "InvalidAccessKeyId"), code == "SignatureDoesNotMatch":
		return "openecs credentials shows the key of this machine's service."
	case code == api.CodeIncorrectInstanceStatus:
		return "openecs instance wait ID --for Running (or Stopped) waits for the state it needs."
	case code == api.CodeInvalidInstanceTypeValueNotSupported:
		return "openecs type list shows the types there are."
	case code == api.CodeInvalidImageIdNotFound:
		return "openecs image list shows the images there are."
	case code == api.CodeUnsupportedOperationNotImplemented:
		return "docs/coverage.md lists what works."
	}
	return ""
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "openecs",
		Short: "A self-hosted Elastic Compute Service that speaks Alibaba Cloud's ECS API",
		Long: `OpenECS answers Alibaba Cloud's ECS API on this machine: scripts, SDKs, the aliyun
CLI and Terraform work against it unchanged. Nothing reaches the real cloud
unless --cloud alibaba names it.

Commands use a service in this process with its state in the data directory, or
the server that runs on that directory.`,
		SilenceUsage: true, SilenceErrors: true,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	f := root.PersistentFlags()
	f.StringVar(&a.dataDir, "data-dir", env("OPENECS_DATA_DIR", defaultDataDir()), "directory that holds the service's state (OPENECS_DATA_DIR)")
	f.StringVar(&a.endpoint, "endpoint", os.Getenv("OPENECS_ENDPOINT"), "URL of a service elsewhere, such as http://127.0.0.1:7070 (OPENECS_ENDPOINT)")
	f.StringVar(&a.caFile, "ca-file", "", "PEM file of certificate authorities that sign for an https:// endpoint, besides the system's")
	f.StringVarP(&a.region, "region", "r", env("OPENECS_REGION", defaultRegion), "region (OPENECS_REGION)")
	f.StringVar(&a.cloud, "cloud", "", "the only value is alibaba: use the real Alibaba Cloud, where things cost money")
	f.StringVar(&a.profile, "profile", "", "with --cloud alibaba: a profile of the official credentials file")
	f.StringVarP(&a.output, "output", "o", "table", "table, json or yaml")
	f.StringVar(&a.query, "query", "", "JMESPath expression on the result; implies -o json unless yaml is asked for")
	f.BoolVarP(&a.verbose, "verbose", "v", false, "log each call to standard error")
	f.StringVar(&a.logFile, "log-file", "", "log each call to this file")
	f.BoolVarP(&a.yes, "yes", "y", false, "agree to what would be asked for: changes with --cloud alibaba, and reset")
	choices(root, "output", "table", "json", "yaml")
	choices(root, "cloud", "alibaba")
	root.SetFlagErrorFunc(flagError)
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error {
		a.endpointGiven = cmd.Flags().Changed("endpoint")
		if err := a.checkTarget(); err != nil {
			return err
		}
		return a.checkOutput()
	}
	root.AddCommand(
		a.launchCommand(), a.instanceCommand(),
		a.groupCommand(), a.networkCommand(), a.vpcCommand(), a.vswitchCommand(), a.interfaceCommand(), a.eipCommand(),
		a.regionCommand(), a.zoneCommand(), a.typeCommand(), a.imageCommand(),
		a.accountCommand(), a.priceCommand(), a.stockCommand(), a.spotCommand(),
		a.callCommand(), a.execCommand(), a.envCommand(), a.credentialsCommand(),
		a.serveCommand(), a.hostCommand(), a.healthCommand(), a.clockCommand(), a.resetCommand(), a.versionCommand(),
	)
	return root
}

func env(name, absent string) string {
	if v := os.Getenv(name); v != "" {
		return v
	}
	return absent
}

// defaultRegion is the region when nothing says another.
const defaultRegion = "cn-hangzhou"

// defaultDataDir is where the user's programs keep data.
func defaultDataDir() string {
	if d := os.Getenv("XDG_DATA_HOME"); d != "" {
		return filepath.Join(d, "openecs")
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "openecs-data"
	}
	switch runtime.GOOS {
	case "windows":
		return filepath.Join(env("LocalAppData", home), "openecs")
	case "darwin":
		return filepath.Join(home, "Library", "Application Support", "openecs")
	}
	return filepath.Join(home, ".local", "share", "openecs")
}
