package disk

import (
	"slices"
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ModifyDiskAttribute", (*Service).ModifyDiskAttribute)

// ModifyDiskAttribute changes the attributes of one disk (DiskId) or of several
// (DiskIds): of all of them or of none.
func (s *Service) ModifyDiskAttribute(c *action.Call, in *api.ModifyDiskAttributeRequest) (*api.ModifyDiskAttributeResponse, error) {
	ids := slices.Clone(in.DiskIDs)
	if in.DiskID != "" {
		ids = append(ids, in.DiskID)
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	nothing := in.DiskName == "" && !c.Has("Description") && in.DeleteWithInstance == nil && in.DeleteAutoSnapshot == nil &&
		in.EnableAutoSnapshot == nil && in.BurstingEnabled == nil
	err := action.FirstOf([]action.Check{
		{len(ids) == 0, api.CodeMissingParameter, `The input parameter "DiskId" that is mandatory for processing this request is not supplied.`},
		{in.DiskID != "" && len(in.DiskIDs) > 0, api.CodeInvalidParameter, "DiskId and DiskIds.N cannot be given together."},
		{len(ids) > maxIDs, api.CodeInvalidParameter, "DiskIds.N may hold at most 100 disks."},
		{in.DiskName != "" && !ecs.ValidName(in.DiskName), api.CodeInvalidDiskNameMalformed, "The specified disk name is wrongly formed."},
		{in.Description != "" && !ecs.ValidDescription(in.Description), api.CodeInvalidDescriptionMalformed, "The specified description is wrongly formed."},
		{nothing, api.CodeNoAttributeToModify, "No attribute to be modified in this request."},
	})
	if err != nil {
		return nil, err
	}
	return &api.ModifyDiskAttributeResponse{}, s.DB.Update(c.Context, func(tx *state.Tx) error {
		for _, id := range ids {
			k, d, err := find(c, tx, id)
			if err != nil {
				return err
			}
			next, err := modified(c, tx, d, in)
			if err != nil {
				return err
			}
			state.Disks.Put(tx, k, next)
		}
		return nil
	})
}

// modified is a disk with the attributes asked for.
func modified(c *action.Call, v state.View, d *ecs.Disk, in *api.ModifyDiskAttributeRequest) (*ecs.Disk, error) {
	err := action.FirstOf([]action.Check{
		{d.Work.Doing(ecs.WorkCreate) || d.Work.Doing(ecs.WorkDetach), api.CodeIncorrectDiskStatus, "The current disk status does not support this operation."},
		{in.DeleteWithInstance != nil && !*in.DeleteWithInstance && d.Flags.Has(ecs.NotPortable), api.CodeDeleteWithInstanceConflict,
			"The specified disk is not a portable disk and cannot be set to DeleteWithInstance attribute."},
		{in.BurstingEnabled != nil && v.Str(d.Category) != "cloud_auto", api.CodeBurstingEnabledForDiskCategoryUnsupported,
			"The specified disk category does not support bursting enabled."},
	})
	if err != nil {
		return nil, err
	}
	next := *d
	if in.DiskName != "" {
		next.Name = strings.Clone(in.DiskName)
	}
	if c.Has("Description") {
		next.Description = strings.Clone(in.Description)
	}
	if in.DeleteWithInstance != nil {
		next.DeleteWithInstance = *in.DeleteWithInstance
	}
	set(&next.Flags, ecs.KeepAutoSnapshots, in.DeleteAutoSnapshot, false)
	set(&next.Flags, ecs.NoAutoSnapshot, in.EnableAutoSnapshot, false)
	set(&next.Flags, ecs.Bursting, in.BurstingEnabled, true)
	return &next, nil
}

// set sets a flag where to is as, clears it where it is not, and leaves it where
// to is absent.
func set(flags *ecs.DiskFlags, f ecs.DiskFlags, to *bool, as bool) {
	switch {
	case to == nil:
	case *to == as:
		*flags |= f
	default:
		*flags &^= f
	}
}
