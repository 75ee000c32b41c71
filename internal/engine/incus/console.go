package incus

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"

	incus "github.com/lxc/incus/v6/client"
	"github.com/lxc/incus/v6/shared/api"

	"github.com/openecs/openecs/internal/engine"
	"github.com/openecs/openecs/internal/engine/screen"
)

var _ engine.Console = (*Host)(nil)

// Console implements engine.Console. Written is when the machine last came up: the
// host does not tell when it last wrote.
func (h *Host) Console(ctx context.Context, m *engine.Machine, _ engine.Observation, limit int) (out engine.ConsoleOutput, err error) {
	i, _, err := h.instance(ctx, m.ID)
	if err != nil || started(i).IsZero() {
		return out, err
	}
	err = h.with(ctx, func(c incus.InstanceServer) error {
		r, err := c.GetInstanceConsoleLog(i.Name, nil)
		if api.StatusErrorCheck(err, http.StatusNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		defer r.Close()
		out.Text, err = io.ReadAll(r)
		return err
	})
	if err != nil {
		return engine.ConsoleOutput{}, err
	}
	if len(out.Text) > 0 {
		out.Written = started(i)
	}
	if len(out.Text) > limit {
		out.Text = out.Text[len(out.Text)-limit:]
		out.Text = out.Text[bytes.IndexByte(out.Text, '\n')+1:]
	}
	return out, nil
}

// Screenshot implements engine.Console: containers have no screen, so what its
// console shows is drawn.
func (h *Host) Screenshot(ctx context.Context, m *engine.Machine, o engine.Observation) ([]byte, error) {
	i, _, err := h.instance(ctx, m.ID)
	if err != nil {
		return nil, err
	}
	if power, known := powerOf(i); known && power != engine.Running {
		return nil, fmt.Errorf("%w: %d", engine.ErrNotRunning, m.ID)
	}
	out, err := h.Console(ctx, m, o, 1<<16)
	if err != nil {
		return nil, err
	}
	return screen.Draw(out.Text)
}
