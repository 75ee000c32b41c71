package node

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/openecs/openecs/internal/fault"
)

// prepare seeds an empty service and puts faults in force, as the options say.
func (n *Node) prepare(ctx context.Context) error {
	if file := n.options.Seed; file != "" {
		if n.Service.DB.Snapshot().Rev() != 0 {
			return errors.New("--seed is for an empty service: this data directory has something in it, use --ephemeral or openecs reset")
		}
		data, err := os.ReadFile(file)
		if err == nil {
			err = n.kit.Seed(ctx, data)
		}
		if err != nil {
			return fmt.Errorf("--seed %s: %w", file, err)
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
			return fmt.Errorf("--faults %s: %w", file, err)
		}
	}
	return nil
}
