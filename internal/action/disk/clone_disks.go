package disk

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/block"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "CloneDisks", (*Service).CloneDisks)

// CloneDisks makes a pay-as-you-go disk with the content of another, in that
// one's zone. It is Creating until the engine has made it. The answer's task is
// named after it.
func (s *Service) CloneDisks(c *action.Call, in *api.CloneDisksRequest) (*api.CloneDisksResponse, error) {
	dry := strings.EqualFold(in.DryRun, "true")
	once, err := c.Once(in.ClientToken, &dry)
	if err != nil {
		return nil, err
	}
	spec := block.Spec{Category: strings.Clone(in.DiskCategory), Level: strings.Clone(in.PerformanceLevel), SizeGiB: *in.Size, Bursting: action.Flag(in.BurstingEnabled)}
	if in.ProvisionedIops != nil {
		spec.IOPS = *in.ProvisionedIops
	}
	if err := s.cloneForm(c, in, &spec); err != nil {
		return nil, err
	}
	check := func(v state.View) (ecs.Key, *ecs.Disk, error) {
		k, src, err := find(c, v, in.SourceDiskID)
		if err == nil {
			err = s.cloneable(v, k, src, &spec)
		}
		return k, src, err
	}
	if dry {
		if _, _, err := check(s.DB.Snapshot()); err != nil {
			return nil, err
		}
		return nil, action.DryRun()
	}
	var made []ecs.Key
	err = s.DB.Update(c.Context, func(tx *state.Tx) error {
		made, err = once.Do(tx, func() ([]ecs.Key, error) {
			from, src, err := check(tx)
			if err != nil {
				return nil, err
			}
			group, ok := resource.Group(tx, c.Caller.Account, in.ResourceGroupID)
			if !ok {
				return nil, api.Errorf(api.CodeInvalidResourceGroupNotFound, "The specified resource group does not exist.")
			}
			k := tx.NewKey(from.Region())
			d := ecs.Disk{
				Account: c.Caller.Account, Zone: src.Zone, Category: tx.Sym(spec.Category), Performance: tx.Sym(spec.Level), Size: int32(spec.SizeGiB),
				Name: strings.Clone(in.DiskName), Encrypted: action.Flag(in.Encrypted) || src.Encrypted, KMSKey: src.KMSKey, Created: tx.Now().Unix(),
				Tags: tag.Store(tx, in.Tag), ProvisionedIOPS: int32(spec.IOPS), Source: from, Flags: src.Flags & ecs.EverAttached, ResourceGroup: group,
			}
			if spec.Bursting {
				d.Flags |= ecs.Bursting
			}
			block.Encrypt(tx, k.Region(), &d)
			block.Work(tx, k, d, ecs.WorkCreate)
			return []ecs.Key{k, block.Task(tx, k, "CloneDisks", true)}, nil
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	return &api.CloneDisksResponse{TaskGroupID: ecs.TaskGroupID(made[len(made)-1])}, nil
}

// cloneForm checks what the request alone tells.
func (s *Service) cloneForm(c *action.Call, in *api.CloneDisksRequest, spec *block.Spec) error {
	if err := tag.Check(in.Tag); err != nil {
		return err
	}
	err := action.FirstOf([]action.Check{
		{in.DiskName != "" && !ecs.ValidName(in.DiskName), api.CodeInvalidDiskNameMalformed, "The specified disk name is wrongly formed."},
		{!block.KnownCategory(s.Catalog, in.DiskCategory), api.CodeInvalidDataDiskCategoryValueNotSupported, "The specified disk category is not valid."},
		{in.MultiAttach != "Enabled" && in.MultiAttach != "Disabled", api.CodeInvalidParameterMultiAttach, "The specified parameter MultiAttach is not valid."},
		{in.MultiAttach == "Enabled", api.CodeUnsupportedOperationNotImplemented, "OpenECS does not attach a disk to several instances yet."},
		{in.KMSKeyID != "" && !action.Flag(in.Encrypted), api.CodeInvalidParameterEncryptedIllegal, "The specified parameter Encrypted must be true when KmsKeyId is not empty."},
		{in.KMSKeyID != "" && in.KMSKeyID != block.ServiceKey(c.Caller.Account, c.RegionCode()), api.CodeInvalidParameterKMSKeyIdNotFound, "The specified KMSKeyId does not exist."},
		{!resource.HasGroup(s.DB.Snapshot(), c.Caller.Account, in.ResourceGroupID), api.CodeInvalidResourceGroupNotFound, "The specified resource group does not exist."},
		{len(in.Arn) > 0, api.CodeUnsupportedOperationNotImplemented, "OpenECS does not support Arn of disks."},
	})
	if err != nil {
		return err
	}
	return specError(spec.Check(s.Catalog, false), api.CodeInvalidDataDiskSizeValueNotSupported)
}

// cloneable checks whether a disk as it is now can be the source of a clone.
func (s *Service) cloneable(v state.View, k ecs.Key, src *ecs.Disk, spec *block.Spec) error {
	if spec.SizeGiB < int(src.Size) {
		return api.Errorf(api.CodeInvalidDiskSizeTooSmall, "A clone is at least as large as its source.")
	}
	if err := quiet(v, k, src); err != nil {
		return err
	}
	if st := statusIn(v, src); st != ecs.DiskAvailable && st != ecs.DiskInUse {
		return incorrectStatus()
	}
	if z, ok := s.Catalog.Zone(v.Str(src.Zone)); ok && !z.SellsDisk(spec.Category) {
		return api.Errorf(api.CodeInvalidDataDiskCategoryNotSupported, "The zone does not offer the specified disk category.")
	}
	return nil
}
