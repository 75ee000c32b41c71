package node

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/openecs/openecs/internal/fault"
)

// A FileError says what is wrong with a file that the options name.
type FileError struct {
	Option, File string
	Err          error
}

func (e *FileError) Error() string { return fmt.Sprintf("--%s %s: %v", e.Option, e.File, e.Err) }
func (e *FileError) Unwrap() error { return e.Err }

// prepare seeds an empty service and puts faults in force, as the options say.
func (n *Node) prepare(ctx context.Context) error {
	if file := n.options.Seed; file != "" {
		if !n.Service.Empty() {
			return &FileError{"seed", file, errors.New("it is for an empty service, and this data directory has something in it: use --ephemeral, or openecs reset first")}
		}
		data, err := os.ReadFile(file)
		if err == nil {
			err = n.kit.Seed(ctx, data)
		}
		if err != nil {
			return &FileError{"seed", file, err}
		}
	}
	if file := n.options.Faults; file != "" {
		data, err := os.ReadFile(file)
		var rules []fault.Rule
		if err == nil {
			rules, err = fault.Parse(data)
		}
		if err == nil {
			_, _, err = n.kit.Faults.Add(rules...)
		}
		if err != nil {
			return &FileError{"faults", file, err}
		}
	}
	return nil
}
