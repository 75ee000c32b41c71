// Command openecs is cmd/openecs for the tests: every answer of the services it runs is held to its documented shape,
// and what is wrong is printed to standard error.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/openecs/openecs/internal/cli"
	"github.com/openecs/openecs/internal/intercept"
	"github.com/openecs/openecs/internal/shapetest"
)

func main() {
	intercept.IsolateMain()
	shapetest.Watch()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	code := cli.Main(ctx, os.Args[1:], cli.Stdio{In: os.Stdin, Out: os.Stdout, Err: os.Stderr})
	stop()
	os.Exit(code)
}
