package cli

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/openecs/openecs/internal/node"
)

// readFile reads a file, or standard input for "-".
func readFile(a *app, path string) ([]byte, error) {
	if path == "-" {
		return io.ReadAll(io.LimitReader(a.In, 1<<20))
	}
	return os.ReadFile(path)
}

func (a *app) credentialsCommand() *cobra.Command {
	return &cobra.Command{Use: "credentials", Short: "Show the root access key of the data directory", Example: "  openecs credentials\n  openecs credentials --query AccessKeySecret", Args: noArgs, RunE: func(*cobra.Command, []string) error {
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

// version is set by release builds.
var version = "dev"

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{Use: "version", Short: "Show the version", Args: noArgs, RunE: func(*cobra.Command, []string) error {
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
