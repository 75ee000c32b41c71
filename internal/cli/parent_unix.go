//go:build unix

package cli

import (
	"context"
	"os"
	"time"
)

// watchParent stops the server when the process that started it is gone: this
// one then belongs to another. It looks, for the signal that Linux can send
// comes at the end of the thread that started a process, not of the process.
func watchParent(ctx context.Context, parent int, stop func()) {
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for os.Getppid() == parent {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
	stop()
}
