package incus

import (
	"context"

	"github.com/lxc/incus/v6/shared/api"

	"github.com/openecs/openecs/internal/engine"
)

type task struct{}

func (h *Host) makeDisk(ctx context.Context, m *engine.Machine, d *engine.Disk) error { return nil }
func (h *Host) removeDisks(ctx context.Context, i *api.Instance, m mark) error        { return nil }
