package cli

import (
	"context"
	"embed"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"text/template"

	"github.com/spf13/cobra"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/client"
	"github.com/openecs/openecs/internal/intercept"
	"github.com/openecs/openecs/internal/node"
)

//go:embed tools/*.tmpl
var toolTemplates embed.FS

// tools are the clients that env knows the configuration of.
var tools = []string{"terraform", "aliyun", "python", "go", "node", "java", "packer"}

func (a *app) envCommand() *cobra.Command {
	var tool, shell string
	cmd := &cobra.Command{
		Use: "env", Short: "Print the variables for a shell, or the configuration of a tool, that point at the server",
		Long: `env describes the server that runs on the data directory: the variables that lead
a shell's programs to it, or with --tool the configuration of one tool.`,
		Example: `  eval "$(openecs env)"                                                     sh, bash, zsh
  openecs env --shell fish | source                                         fish
  openecs env --shell powershell | Out-String | Invoke-Expression           PowerShell
  for /f "delims=" %i in ('openecs env --shell cmd') do @%i                 cmd
  openecs env --tool terraform > provider.tf`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if tool != "" && shell != "" {
				return usagef("--tool and --shell exclude each other")
			}
			return a.env(cmd.Context(), tool, shell)
		},
	}
	cmd.Flags().StringVar(&tool, "tool", "", "print the configuration of "+oneOf(tools))
	choices(cmd, "tool", tools...)
	cmd.Flags().StringVar(&shell, "shell", "", oneOf(shellNames())+"; default: by $SHELL, else the system's")
	choices(cmd, "shell", shellNames()...)
	return cmd
}

// toolData is what the templates are filled with.
type toolData struct {
	URL, HostPort, Host, Port, Region, AccessKeyID, Secret, CA string
	Products                                                   []string
}

func (a *app) env(ctx context.Context, tool, shell string) error {
	if tool != "" && !slices.Contains(tools, tool) {
		return usagef("--tool %s: it is one of %s", tool, oneOf(tools))
	}
	if shell == "" {
		shell = detectShell(os.Getenv("SHELL"), runtime.GOOS)
	}
	if _, ok := shells[shell]; !ok {
		return usagef("--shell %s: it is one of %s", shell, oneOf(shellNames()))
	}
	if a.cloud != "" || a.endpointGiven {
		return usagef("env describes the server of a data directory; --endpoint and --cloud are not for it")
	}
	at, ok := a.running(ctx)
	if !ok {
		return usagef("no server runs on %s; start one with openecs serve", a.dataDir)
	}
	keys, err := node.ReadKeys(a.dataDir)
	if err != nil {
		return err
	}
	u, err := url.Parse(at.Endpoint)
	if err != nil {
		return err
	}
	d := toolData{
		URL: at.Endpoint, HostPort: u.Host, Host: u.Hostname(), Port: u.Port(), Region: a.region, AccessKeyID: keys.AccessKeyID,
		Secret: keys.AccessKeySecret, CA: at.CA, Products: products(),
	}
	if tool == "" {
		return a.shellEnv(d, shells[shell])
	}
	t, err := template.ParseFS(toolTemplates, "tools/"+tool+".tmpl")
	if err != nil {
		return err
	}
	return t.Execute(a.Out, d)
}

// products are the products that have actions here, as endpoint names.
func products() []string {
	var out []string
	for info := range api.Actions() {
		if name := strings.ToLower(info.Product); !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// shellEnv prints what programs that honour proxy variables need, for a
// shell. The files that the variables name are in the data directory.
func (a *app) shellEnv(d toolData, sh shell) error {
	dir := filepath.Join(a.dataDir, "env")
	ca, err := intercept.LoadOrCreateCA(a.dataDir)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	config, err := a.execEnv(dir, d.HostPort, ca, client.Credential{AccessKeyID: d.AccessKeyID, AccessKeySecret: d.Secret})
	if err != nil {
		return err
	}
	vars := variables(config, nil)
	slices.Sort(vars)
	for _, v := range vars {
		name, value, _ := strings.Cut(v, "=")
		fmt.Fprintln(a.Out, sh.set(name, value))
	}
	gone := append(config.Removed(os.Environ()), "NO_PROXY", "no_proxy")
	slices.Sort(gone)
	for _, name := range slices.Compact(gone) {
		fmt.Fprintln(a.Out, sh.unset(name))
	}
	return nil
}
