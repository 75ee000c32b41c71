package cli

import (
	"context"

	"golang.org/x/sys/windows"
)

// watchParent stops the server when the process that started it is gone.
func watchParent(ctx context.Context, parent int, stop func()) {
	h, err := windows.OpenProcess(windows.SYNCHRONIZE, false, uint32(parent))
	if err != nil { // gone already
		stop()
		return
	}
	defer windows.CloseHandle(h)
	for ctx.Err() == nil {
		if event, err := windows.WaitForSingleObject(h, 500); event == windows.WAIT_OBJECT_0 || err != nil {
			stop()
			return
		}
	}
}
