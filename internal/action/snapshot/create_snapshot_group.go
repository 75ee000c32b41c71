package snapshot

import (
	"slices"
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

var _ = action.Handle(&actions, "CreateSnapshotGroup", (*Service).CreateSnapshotGroup)

// What a group may hold.
const (
	maxGroupDisks = 16
	maxGroupGiB   = 32 << 10
)

// CreateSnapshotGroup begins snapshots of several disks at one instant: of an
// instance's, or of those that are named, which may be those of several
// instances of a zone. It is for all of them or for none.
func (s *Service) CreateSnapshotGroup(c *action.Call, in *api.CreateSnapshotGroupRequest) (*api.CreateSnapshotGroupResponse, error) {
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
		return &api.CreateSnapshotGroupResponse{SnapshotGroupID: ecs.ID(ecs.KindSnapshotGroup, made[0])}, nil
	}
	if err := checkGroup(c, snap, in); err != nil {
		return nil, err
	}
	instant, err := instantAccess(in.InstantAccess, in.InstantAccessRetentionDays, nil)
	if err != nil {
		return nil, err
	}
	disks, err := groupDisks(c, snap, in)
	if err != nil {
		return nil, err
	}
	err = s.DB.Update(c.Context, func(tx *state.Tx) error {
		made, err = once.Do(tx, func() ([]ecs.Key, error) {
			group, ok := resource.Group(tx, c.Caller.Account, in.ResourceGroupID)
			if !ok {
				return nil, noResourceGroup()
			}
			g := &ecs.SnapshotGroup{
				Account: c.Caller.Account, Name: strings.Clone(in.Name), Description: strings.Clone(in.Description), Created: tx.Now().Unix(), Tags: tag.Store(tx, in.Tag),
				ResourceGroup: group,
			}
			k := tx.NewKey(c.RegionCode())
			if g.Instance, err = groupFit(tx, disks); err != nil {
				return nil, err
			}
			if err := billing.Affordable(tx, c.Caller.Account, billing.Something); err != nil {
				return nil, err
			}
			state.SnapshotGroups.Put(tx, k, g)
			for _, disk := range disks {
				if d, ok := state.Disks.Get(tx, disk); ok {
					block.TakeSnapshot(tx, disk, d, ecs.Snapshot{Group: k, Instant: instant})
				}
			}
			return []ecs.Key{k}, nil
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	return &api.CreateSnapshotGroupResponse{SnapshotGroupID: ecs.ID(ecs.KindSnapshotGroup, made[0])}, nil
}

// checkGroup checks what the request alone tells.
func checkGroup(c *action.Call, v state.View, in *api.CreateSnapshotGroupRequest) error {
	if err := checkGroupTexts(in.Name, in.Description); err != nil {
		return err
	}
	if err := tag.Check(in.Tag); err != nil {
		return err
	}
	switch {
	case len(in.DiskID) > 0 && len(in.ExcludeDiskID) > 0:
		return api.Errorf(api.CodeInvalidParameterConflict, "DiskId and ExcludeDiskId cannot be given together.").WithStatus(400)
	case in.InstanceID == "" && len(in.DiskID) == 0:
		return api.Errorf(api.CodeMissingParameter, "The input parameter %q that is mandatory for processing this request is not supplied.", "InstanceId")
	case len(in.DiskID) > maxGroupDisks:
		return action.Invalid("DiskId")
	case len(in.ExcludeDiskID) > maxGroupDisks:
		return action.Invalid("ExcludeDiskId")
	}
	return checkPlace(c, v, in.ResourceGroupID, in.StorageLocationArn)
}

func checkGroupTexts(name, description string) error {
	if name != "" && !ecs.ValidName(name) {
		return api.Errorf(api.CodeInvalidParameterName, "The specified Name is wrongly formed.")
	}
	if description != "" && !ecs.ValidDescription(description) {
		return api.Errorf(api.CodeInvalidDescriptionMalformed, "The specified Description is wrongly formed.").WithStatus(404)
	}
	return nil
}

// groupDisks is the disks that are asked for, each once.
func groupDisks(c *action.Call, v state.View, in *api.CreateSnapshotGroupRequest) (disks []ecs.Key, err error) {
	var instance ecs.Key
	if in.InstanceID != "" {
		if instance, _, err = action.Instance(c, v, in.InstanceID); err != nil {
			return nil, err
		}
	}
	for _, id := range in.DiskID {
		k, d, err := findDisk(c, v, id)
		if err != nil {
			return nil, err
		}
		if instance != 0 && d.Instance != instance {
			return nil, notInGroup("The specified disk is not attached to the specified instance.")
		}
		if !slices.Contains(disks, k) {
			disks = append(disks, k)
		}
	}
	if len(disks) > 0 {
		return disks, nil
	}
	var but []ecs.Key
	for _, id := range in.ExcludeDiskID {
		k, d, err := findDisk(c, v, id)
		if err != nil {
			return nil, err
		}
		if d.Instance != instance {
			return nil, notInGroup("The specified disk is not attached to the specified instance.")
		}
		but = append(but, k)
	}
	for k := range state.DisksByInstance.Ascend(v, uint64(instance), 0) {
		if !slices.Contains(but, k) {
			disks = append(disks, k)
		}
	}
	if len(disks) == 0 || len(disks) > maxGroupDisks {
		return nil, notInGroup("A snapshot-consistent group holds the snapshots of 1 to 16 disks.")
	}
	return disks, nil
}

func notInGroup(message string) error {
	return api.Errorf(api.CodeDiskIdValueNotSupported, "%s", message)
}

// groupFit checks that the disks, as they are now, go together and that a
// snapshot can be taken of each. instance is the one whose disks all of them
// are, if there is one.
func groupFit(tx *state.Tx, disks []ecs.Key) (instance ecs.Key, err error) {
	var zone ecs.Sym
	size, several := 0, false
	for i, k := range disks {
		d, ok := state.Disks.Get(tx, k)
		if !ok {
			return 0, noDisk()
		}
		switch {
		case !essd(tx.Str(d.Category)):
			return 0, api.Errorf(api.CodeDiskCategoryOperationNotSupported, "The operation is not supported for the category of the specified disk.")
		case d.Flags.Has(ecs.MultiAttach):
			return 0, api.Errorf(api.CodeInvalidOperationMultiAttachDisk, "The specified disk can be attached to several instances.")
		case i > 0 && d.Zone != zone:
			return 0, notInGroup("The disks of a snapshot-consistent group must be in one zone.")
		}
		if size += int(d.Size); size > maxGroupGiB {
			return 0, notInGroup("The disks of a snapshot-consistent group have 32 TiB at most.")
		}
		if err := snapshotable(tx, k, d); err != nil {
			return 0, err
		}
		several = several || i > 0 && d.Instance != instance
		zone, instance = d.Zone, d.Instance
	}
	if several {
		return 0, nil
	}
	return instance, nil
}
