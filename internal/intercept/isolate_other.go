//go:build !linux

package intercept

import (
	"context"
	"fmt"
	"runtime"
)

// IsolateMain does nothing here: only Linux has the namespaces.
func IsolateMain() {}

func runIsolated(context.Context, *Server, IsolateConfig, []string, []string, Stdio) (int, error) {
	return ExitNotExecutable, fmt.Errorf("%w on %s: it needs the network namespaces of Linux; without it, clients that ignore the proxy variables are not intercepted",
		ErrNoIsolation, runtime.GOOS)
}
