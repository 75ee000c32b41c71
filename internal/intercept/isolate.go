package intercept

import (
	"context"
	"errors"
)

// ErrNoIsolation is wrapped by RunIsolated's error when this machine or user
// cannot have namespaces; the message says what is missing.
var ErrNoIsolation = errors.New("isolation is not available")

// IsolateConfig says what is reachable in the namespaces besides ports 80 and
// 443 of *.aliyuncs.com.
type IsolateConfig struct {
	// Port of the service, reachable inside as 127.0.0.1:Port as it is outside,
	// so the variables of Env work in both. 0 is none.
	Port int
}

// RunIsolated is Run in a network and a mount namespace made for the command
// (and a user namespace when this process may not make the others). In there
// every name below aliyuncs.com is 127.0.0.1, ports 80 and 443 of it are s, no
// other name resolves, and no network but loopback exists, so even a client that
// ignores proxy variables and certificates of any kind can reach nothing else.
// The namespaces of this process do not change; s goes on serving its other
// listeners, and ends none of them.
//
// The program must call IsolateMain first thing in main.
//
// It keeps out accidents, not attackers: a command run by root could leave.
func RunIsolated(ctx context.Context, s *Server, cfg IsolateConfig, cmd, env []string, std Stdio) (exitCode int, err error) {
	if len(cmd) == 0 {
		return ExitNotFound, errors.New("no command given")
	}
	return runIsolated(ctx, s, cfg, cmd, env, std)
}
