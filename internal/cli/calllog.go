package cli

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/openecs/openecs/client"
)

// logCalls has each call written to standard error (-v) and to --log-file.
// Secrets are masked before they get here.
func (a *app) logCalls(config *client.Config) error {
	var out []io.Writer
	if a.verbose {
		out = append(out, a.Err)
	}
	if a.logFile != "" {
		f, err := os.OpenFile(a.logFile, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			return usagef("--log-file: %v", err)
		}
		a.logOut = f
		out = append(out, f)
	}
	if len(out) == 0 {
		return nil
	}
	w := io.MultiWriter(out...)
	var mu sync.Mutex
	config.Observe = func(r client.CallRecord) {
		mu.Lock()
		defer mu.Unlock()
		fmt.Fprintln(w, formatCall(r))
	}
	return nil
}

// formatCall is a call on one line: time, action, parameters, request id,
// duration and what came of it.
func formatCall(r client.CallRecord) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s.%s", r.Time.UTC().Format("2006-01-02T15:04:05.000Z"), r.Product, r.Action)
	for _, p := range r.Params {
		fmt.Fprintf(&b, " %s=%q", p.Name, p.Value)
	}
	fmt.Fprintf(&b, " request=%s duration=%s", r.RequestID, r.Duration.Round(time.Microsecond))
	if r.Attempt > 1 {
		fmt.Fprintf(&b, " attempt=%d", r.Attempt)
	}
	if r.Err != nil {
		fmt.Fprintf(&b, " error=%q", r.Err.Error())
	} else {
		fmt.Fprintf(&b, " status=%d", r.Status)
	}
	return b.String()
}

// log is where an embedded service logs: warnings, to standard error.
func (a *app) log() *slog.Logger {
	return slog.New(slog.NewTextHandler(a.Err, &slog.HandlerOptions{Level: slog.LevelWarn}))
}
