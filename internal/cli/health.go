package cli

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/spf13/cobra"
)

func (a *app) healthCommand() *cobra.Command {
	var wait time.Duration
	cmd := &cobra.Command{
		Use: "health", Short: "Ask whether the server is healthy; exit 0, or 3 when it is not in time", Args: noArgs,
		Long: `health asks the server at --endpoint, or the one that runs on the data directory.
It exits with 0 as soon as that is healthy, and with 3 when it is not within --wait.`,
		Example: "  openecs health --wait 10s\n  openecs health --endpoint http://127.0.0.1:7070",
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.health(cmd.Context(), wait) },
	}
	cmd.Flags().DurationVar(&wait, "wait", 0, "how long to go on asking")
	return cmd
}

func (a *app) health(ctx context.Context, wait time.Duration) error {
	if a.cloud != "" {
		return usagef("health is for a service of your own; --cloud is not for it")
	}
	if wait < 0 {
		return usagef("--wait %s is less than nothing", wait)
	}
	if _, err := a.rootCAs(); err != nil {
		return err
	}
	for end := time.Now().Add(wait); ; {
		if where, ok := a.healthy(ctx); ok {
			return a.print(map[string]string{"Endpoint": where, "Status": "healthy"}, func(w io.Writer) { row(w, "healthy: "+where) })
		}
		if !time.Now().Add(healthPause).Before(end) {
			where := "on " + a.dataDir
			if a.endpoint != "" {
				where = "at " + a.endpoint
			}
			fmt.Fprintf(a.Err, "openecs: no healthy server was found %s\n", where)
			return exitError(exitDeadline)
		}
		select {
		case <-time.After(healthPause):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

const healthPause = 100 * time.Millisecond

func (a *app) healthy(ctx context.Context) (string, bool) {
	if a.endpoint == "" {
		at, ok := a.running(ctx)
		return at.Endpoint, ok
	}
	_, ok := a.alive(ctx, a.endpoint)
	return a.endpoint, ok
}

// alive asks a server's health page; cell tells one data directory's from
// another's.
func (a *app) alive(ctx context.Context, endpoint string) (cell string, ok bool) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, endpoint+"/_openecs/health", nil)
	if err != nil {
		return "", false
	}
	tr, err := a.transport()
	if err != nil {
		return "", false
	}
	resp, err := tr.RoundTrip(req)
	if err != nil {
		return "", false
	}
	defer resp.Body.Close()
	var page struct{ Cell string }
	err = json.NewDecoder(io.LimitReader(resp.Body, 4096)).Decode(&page)
	return page.Cell, err == nil && resp.StatusCode == http.StatusOK
}

// transport reaches the pages of a server under /_openecs/.
func (a *app) transport() (*http.Transport, error) {
	roots, err := a.rootCAs()
	if err != nil {
		return nil, err
	}
	tr := &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{RootCAs: roots}} // and no proxy: it may be this very service
	if a.dialer != nil {
		tr.DialContext = a.dialer.DialContext
	}
	return tr, nil
}
