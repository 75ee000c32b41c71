// Command openecs is a self-hosted Elastic Compute Service that speaks Alibaba
// Cloud's ECS API, and the tool to use it with.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/openecs/openecs/internal/cli"
	"github.com/openecs/openecs/internal/intercept"
)

func main() {
	intercept.IsolateMain() // takes over in the helper process of `openecs exec --isolate`
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	code := cli.Main(ctx, os.Args[1:], cli.Stdio{In: os.Stdin, Out: os.Stdout, Err: os.Stderr})
	stop()
	os.Exit(code)
}
