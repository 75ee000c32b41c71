package enginetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image/png"

	"github.com/openecs/openecs/internal/engine"
)

// What an engine.Console promises. An engine that is none skips this.

func consoleIsShown(ctx context.Context, s *Subject) error {
	x, ok := s.Engine.(engine.Console)
	if !ok {
		return errSkip
	}
	var none engine.Observation
	if _, err := x.Console(ctx, s.Machine(404), none, 100); !errors.Is(err, engine.ErrNotFound) {
		return fmt.Errorf("Console of an unknown machine: %v, want ErrNotFound", err)
	}
	if _, err := x.Screenshot(ctx, s.Machine(404), none); !errors.Is(err, engine.ErrNotFound) {
		return fmt.Errorf("Screenshot of an unknown machine: %v, want ErrNotFound", err)
	}
	m, err := s.make(ctx, 1)
	if err != nil {
		return err
	}
	if _, err := x.Screenshot(ctx, m, none); !errors.Is(err, engine.ErrNotRunning) {
		return fmt.Errorf("Screenshot of a machine that is off: %v, want ErrNotRunning", err)
	}
	if _, err := s.run(ctx, m, 2); err != nil {
		return err
	}
	var out engine.ConsoleOutput
	err = s.until(ctx, "the guest has written to its console", func() (_ bool, err error) { // it boots when the machine is up
		out, err = x.Console(ctx, m, none, 1<<16)
		return len(out.Text) > 0, err
	})
	if err != nil || out.Written.IsZero() {
		return fmt.Errorf("Console of a machine that has booted: %q, written %v: %w", out.Text, out.Written, err)
	}
	part, err := x.Console(ctx, m, none, 80)
	if err != nil || len(part.Text) > 80 || !bytes.HasSuffix(out.Text, part.Text) {
		return fmt.Errorf("Console with a limit of 80 bytes: %q: %w", part.Text, err)
	}
	b, err := x.Screenshot(ctx, m, none)
	if err != nil {
		return fmt.Errorf("Screenshot: %w", err)
	}
	if _, err := png.DecodeConfig(bytes.NewReader(b)); err != nil {
		return fmt.Errorf("Screenshot is no PNG: %w", err)
	}
	return nil
}
