package compute

import "errors"

// Why an instance's console cannot be read; other errors pass.
var (
	ErrNoConsole  = errors.New("compute: the host shows no consoles")
	ErrConsoleOff = errors.New("compute: the machine does not run")
)
