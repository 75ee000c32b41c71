package snapshot

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/billing"
	"github.com/openecs/openecs/internal/model/block"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "CreateSnapshot", (*Service).CreateSnapshot)

// CreateSnapshot begins a snapshot of a disk: it is progressing until the
// engine has taken it.
func (s *Service) CreateSnapshot(c *action.Call, in *api.CreateSnapshotRequest) (*api.CreateSnapshotResponse, error) {
	once, err := c.Once(in.ClientToken, nil)
	if err != nil {
		return nil, err
	}
	snap := s.DB.Snapshot()
	made, found, err := once.Earlier(snap, c.Now)
	if err != nil {
		return nil, err
	}
	if found {
		return &api.CreateSnapshotResponse{SnapshotID: ecs.ID(ecs.KindSnapshot, made[0])}, nil
	}
	if err := checkCreate(c, snap, in); err != nil {
		return nil, err
	}
	disk, d, err := findDisk(c, snap, in.DiskID)
	if err != nil {
		return nil, err
	}
	instant, err := instantAccess(in.InstantAccess, in.InstantAccessRetentionDays, in.RetentionDays)
	if err != nil {
		return nil, err
	}
	if flash := strings.EqualFold(in.Category, "flash"); (flash || instant != 0) && !essd(snap.Str(d.Category)) {
		return nil, api.Errorf(api.CodeIncorrectDiskTypeNotSupport, "The specified disk category does not support instant access.")
	}
	err = s.DB.Update(c.Context, func(tx *state.Tx) error {
		made, err = once.Do(tx, func() ([]ecs.Key, error) {
			d, ok := state.Disks.Get(tx, disk)
			if !ok {
				return nil, noDisk()
			}
			if err := snapshotable(tx, disk, d); err != nil {
				return nil, err
			}
			group, ok := resource.Group(tx, d.Account, in.ResourceGroupID)
			if !ok {
				return nil, noResourceGroup()
			}
			if err := billing.Affordable(tx, d.Account, billing.Something); err != nil {
				return nil, err
			}
			return []ecs.Key{block.TakeSnapshot(tx, disk, d, ecs.Snapshot{
				Name: strings.Clone(in.SnapshotName), Description: strings.Clone(in.Description), Category: tx.Sym(strings.ToLower(in.Category)),
				Retention: int32(number(in.RetentionDays)), Instant: instant, Tags: tag.Store(tx, in.Tag), ResourceGroup: group,
			})}, nil
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	return &api.CreateSnapshotResponse{SnapshotID: ecs.ID(ecs.KindSnapshot, made[0])}, nil
}

// checkCreate checks what the request alone tells.
func checkCreate(c *action.Call, v state.View, in *api.CreateSnapshotRequest) error {
	if err := checkTexts(in.SnapshotName, in.Description); err != nil {
		return err
	}
	if err := checkRetention(in.RetentionDays); err != nil {
		return err
	}
	if err := tag.Check(in.Tag); err != nil {
		return err
	}
	switch strings.ToLower(in.Category) {
	case "", "standard":
	case "flash":
		if in.InstantAccess != nil {
			return api.Errorf(api.CodeInvalidParameterConflict, "Category and InstantAccess cannot be given together.").WithStatus(400)
		}
	default:
		return api.Errorf(api.CodeInvalidSnapshotCategoryMalformed, "The specified snapshot category is not valid.")
	}
	return checkPlace(c, v, in.ResourceGroupID, in.StorageLocationArn)
}
