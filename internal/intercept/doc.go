// Package intercept puts OpenECS in the place of Alibaba Cloud for a program
// that knows nothing of it. It has four parts, each usable alone:
//
//   - a listener that tells HTTP and TLS apart by the first byte and is at the
//     same time an HTTP proxy for *.aliyuncs.com (Server),
//   - a name-constrained certificate authority for it (CA),
//   - the environment that steers a program there (EnvConfig),
//   - runners that start the program, plainly or in namespaces of its own where
//     nothing else can be reached (Run, RunIsolated).
//
// Only one place in it opens a connection to the outside: Server, for hosts
// named in Options.Allow, through Options.Dialer.
//
// It stands beside internal/server (layer 4) and knows nothing of the API it
// carries: the handler is passed in. internal/cli may import it.
package intercept
