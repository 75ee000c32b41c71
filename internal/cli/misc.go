package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"

	"github.com/openecs/openecs/internal/intercept"
	"github.com/openecs/openecs/internal/node"
)

// readFile reads a file, or standard input for "-".
func readFile(a *app, path string) ([]byte, error) {
	if path == "-" {
		return io.ReadAll(io.LimitReader(a.In, 1<<20))
	}
	return os.ReadFile(path)
}

func makeDir(dir string) error { return os.MkdirAll(dir, 0o700) }

func (a *app) loadCA() (*intercept.CA, error) { return intercept.LoadOrCreateCA(a.dataDir) }

func (a *app) healthCommand() *cobra.Command {
	var wait time.Duration
	cmd := &cobra.Command{
		Use: "health", Short: "Ask whether the server is healthy; exit 0, or 3 when it is not in time", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			end := time.Now().Add(wait)
			for {
				if where, ok := a.healthy(cmd.Context()); ok {
					fmt.Fprintf(a.Out, "healthy: %s\n", where)
					return nil
				}
				if cmd.Context().Err() != nil {
					return cmd.Context().Err()
				}
				if !time.Now().Add(100 * time.Millisecond).Before(end) {
					fmt.Fprintln(a.Err, "openecs: no healthy server was found")
					return exitError(exitDeadline)
				}
				time.Sleep(100 * time.Millisecond)
			}
		},
	}
	cmd.Flags().DurationVar(&wait, "wait", 0, "how long to go on asking")
	return cmd
}

func (a *app) healthy(ctx context.Context) (string, bool) {
	where := a.endpoint
	if where == "" {
		at, ok, err := node.Running(a.dataDir)
		if err != nil || !ok {
			return "", false
		}
		where = at.Endpoint
	}
	return where, alive(ctx, where)
}

func (a *app) credentialsCommand() *cobra.Command {
	return &cobra.Command{Use: "credentials", Short: "Show the root access key of the data directory", Args: cobra.NoArgs, RunE: func(*cobra.Command, []string) error {
		keys, err := node.ReadKeys(a.dataDir)
		if os.IsNotExist(err) {
			return usagef("%s has no keys yet; openecs serve or openecs launch draws them", a.dataDir)
		}
		if err != nil {
			return err
		}
		v := map[string]string{"AccessKeyId": keys.AccessKeyID, "AccessKeySecret": keys.AccessKeySecret, "AccountId": fmt.Sprint(keys.Account)}
		return a.print(v, func(w io.Writer) {
			row(w, "access key id", keys.AccessKeyID)
			row(w, "access key secret", keys.AccessKeySecret)
			row(w, "account", keys.Account)
		})
	}}
}

func (a *app) resetCommand() *cobra.Command {
	return &cobra.Command{Use: "reset", Short: "Delete the data directory: everything in it, keys too", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		if !a.yes {
			return usagef("reset deletes %s and everything in it; say --yes if that is meant", a.dataDir)
		}
		if at, ok, _ := node.Running(a.dataDir); ok && alive(cmd.Context(), at.Endpoint) {
			return usagef("a server (process %d) runs on %s; stop it first", at.PID, a.dataDir)
		}
		if _, err := os.Stat(a.dataDir); os.IsNotExist(err) {
			return nil
		}
		// Only what is ours: a mistyped directory loses nothing.
		for _, name := range []string{"keys.json", "ca.pem", "ca-key.pem", "server.json", "store", "env"} {
			if err := os.RemoveAll(filepath.Join(a.dataDir, name)); err != nil {
				return err
			}
		}
		os.Remove(a.dataDir)
		return nil
	}}
}

// version is set by release builds.
var version = "dev"

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{Use: "version", Short: "Show the version", Args: cobra.NoArgs, RunE: func(*cobra.Command, []string) error {
		v := map[string]string{"version": version, "go": runtime.Version(), "platform": runtime.GOOS + "/" + runtime.GOARCH}
		if b, ok := debug.ReadBuildInfo(); ok {
			for _, s := range b.Settings {
				if s.Key == "vcs.revision" {
					v["revision"] = s.Value
				}
			}
		}
		return a.print(v, func(w io.Writer) { row(w, "openecs", v["version"], v["go"], v["platform"]) })
	}}
}
