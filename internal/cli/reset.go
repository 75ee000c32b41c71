package cli

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/openecs/openecs/internal/node"
	"github.com/openecs/openecs/internal/store"
	"github.com/openecs/openecs/internal/store/pebble"
)

func (a *app) resetCommand() *cobra.Command {
	return &cobra.Command{Use: "reset", Short: "Delete the data directory: everything in it, keys too", Example: "  openecs reset --yes", Args: noArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		if a.cloud != "" || a.endpointGiven {
			return usagef("reset deletes a data directory; --endpoint and --cloud are not for it")
		}
		if !a.yes {
			return usagef("reset deletes %s and everything in it; say --yes if that is meant", a.dataDir)
		}
		if _, err := os.Stat(a.dataDir); errors.Is(err, os.ErrNotExist) {
			return nil
		}
		if name := node.EngineOf(a.dataDir); name != "" {
			return usagef("the instances in %s are real, run by %s: delete them first, then remove the directory yourself", a.dataDir, name)
		}
		release, err := a.hold(cmd.Context())
		if err != nil {
			return err
		}
		// Only what is ours: a mistyped directory loses nothing. Its keys go while
		// the lock is held; the store cannot on every system.
		for _, name := range []string{"keys.json", "ca.pem", "ca-key.pem", "server.json", "env", "nonces", "clock.json", "engine"} {
			if err := os.RemoveAll(filepath.Join(a.dataDir, name)); err != nil {
				release()
				return err
			}
		}
		release()
		if err := os.RemoveAll(filepath.Join(a.dataDir, "store")); err != nil {
			return err
		}
		os.Remove(a.dataDir) // if nothing else is in it
		return nil
	}}
}

// hold takes the lock of the data directory, whatever state that is in. It is
// refused only while another process has it.
func (a *app) hold(ctx context.Context) (release func(), err error) {
	dir := filepath.Join(a.dataDir, "store")
	none := func() {}
	if _, err := os.Stat(dir); err != nil {
		return none, nil
	}
	s, err := pebble.Open(dir, pebble.Options{Reserve: -1})
	if err != nil {
		return none, nil // damaged or newer: reset is the way out
	}
	if _, err := s.Campaign(ctx, ""); err != nil {
		s.Close()
		if errors.As(err, new(store.ErrHeld)) {
			return nil, a.openError(err)
		}
		return none, nil
	}
	return func() { s.Close() }, nil
}
