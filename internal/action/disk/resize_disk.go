package disk

import (
	"fmt"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/block"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ResizeDisk", (*Service).ResizeDisk)

// ResizeDisk makes a disk larger. The new size shows at once; the guest sees it
// after its next boot, or with Type=online, which needs it Running, right away.
func (s *Service) ResizeDisk(c *action.Call, in *api.ResizeDiskRequest) (*api.ResizeDiskResponse, error) {
	if in.Type != "" && in.Type != "offline" && in.Type != "online" {
		return nil, api.Errorf(api.CodeInvalidParamType, "The specified parameter Type is not valid.")
	}
	once, err := c.Once(in.ClientToken, nil)
	if err != nil {
		return nil, err
	}
	var made []ecs.Key
	err = s.DB.Update(c.Context, func(tx *state.Tx) error {
		made, err = once.Do(tx, func() ([]ecs.Key, error) {
			k, d, err := find(c, tx, in.DiskID)
			if err == nil {
				err = s.resizable(tx, k, d, *in.NewSize, in.Type == "online")
			}
			if err != nil {
				return nil, err
			}
			next := *d
			next.Size = int32(*in.NewSize)
			if err := s.diskRoom(tx, k.Region(), d, next.Size-d.Size); err != nil {
				return nil, err
			}
			var order ecs.Key
			if d.ChargeType == ecs.PrePaid {
				if order, err = block.Order(tx, s.Prices, ecs.OrderUpgrade, k, d, &next); err != nil {
					return nil, action.NoPrice(err)
				}
			}
			block.Change(tx, k, d, next, ecs.WorkResize)
			return []ecs.Key{order}, nil
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	return &api.ResizeDiskResponse{OrderID: block.OrderID(made[0])}, nil
}

// resizable checks whether a disk as it is now can grow to a size.
func (s *Service) resizable(v state.View, k ecs.Key, d *ecs.Disk, size int, online bool) error {
	if err := quiet(v, k, d); err != nil {
		return err
	}
	category := v.Str(d.Category)
	if online && category == "cloud" {
		return api.Errorf(api.CodeInvalidDiskCategoryNotSupported, "The specified disk category does not support to be resized online.")
	}
	code := api.CodeInvalidDataDiskSizeValueNotSupported
	if d.System {
		code = api.CodeInvalidSystemDiskSizeValueNotSupported
	}
	_, most, ok := s.Catalog.DiskLimits(category, v.Str(d.Performance), d.System)
	err := action.FirstOf([]action.Check{
		{size < 1, code, "The specified size is not valid."},
		{size <= int(d.Size), api.CodeInvalidDiskSizeTooSmall, fmt.Sprintf("The new size must be larger than the %d GiB the disk has.", d.Size)},
		{!ok || size > most, api.CodeInvalidDiskSizeTooLarge, fmt.Sprintf("The new size exceeds the limit of %d GiB.", most)},
	})
	if err != nil {
		return err
	}
	i, err := host(v, d, ecs.Running, ecs.Stopped)
	if err != nil {
		return err
	}
	if online && i != nil && i.Status() != ecs.Running {
		return api.Errorf(api.CodeInvalidInstanceStatusNotRunning, "The instance must be running for its disk to be resized online.")
	}
	return nil
}
