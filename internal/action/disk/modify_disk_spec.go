package disk

import (
	"slices"
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/block"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ModifyDiskSpec", (*Service).ModifyDiskSpec)

// ModifyDiskSpec changes the category, the performance level or the provisioned
// IOPS of a disk. The new ones show at once.
func (s *Service) ModifyDiskSpec(c *action.Call, in *api.ModifyDiskSpecRequest) (*api.ModifyDiskSpecResponse, error) {
	options := in.PerformanceControlOptions
	err := action.FirstOf([]action.Check{
		{options.IOPS != nil || options.Throughput != nil || options.Recover != "", api.CodeUnsupportedOperationNotImplemented, "OpenECS does not support PerformanceControlOptions."},
		{in.DestinationZoneID != "", api.CodeUnsupportedOperationNotImplemented, "OpenECS does not move disks to another zone."},
		{in.DiskCategory == "" && in.PerformanceLevel == "" && in.ProvisionedIops == nil, api.CodeMissingParameter,
			`The input parameter "DiskCategory" or "PerformanceLevel" that is mandatory for processing this request is not supplied.`},
		{in.DiskCategory != "" && !slices.Contains(ranks, in.DiskCategory), api.CodeInvalidDiskCategoryValueNotSupported, "The specified disk category is not valid."},
	})
	if err != nil {
		return nil, err
	}
	out := &api.ModifyDiskSpecResponse{}
	var spec block.Spec
	err = s.change(c, in.DiskID, in.DryRun, func(v state.View, k ecs.Key, d *ecs.Disk) (err error) {
		spec, err = s.respec(v, k, d, in)
		return err
	}, func(tx *state.Tx, k ecs.Key, d *ecs.Disk) error {
		next := *d
		next.SetSpec(ecs.DiskSpec{
			Category: tx.Sym(strings.Clone(spec.Category)), Performance: tx.Sym(strings.Clone(spec.Level)), Size: d.Size, ProvisionedIOPS: int32(spec.IOPS),
		})
		if spec.Category != "cloud_auto" {
			next.Flags &^= ecs.Bursting
		}
		if d.ChargeType == ecs.PrePaid {
			order, err := block.Order(tx, s.Prices, ecs.OrderUpgrade, k, d, &next)
			if err != nil {
				return action.NoPrice(err)
			}
			out.OrderID = block.OrderID(order)
		}
		block.Change(tx, k, d, next, ecs.WorkModify)
		out.TaskID = ecs.ID(ecs.KindTask, block.Task(tx, k, c.Info.Name, false))
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// ranks are the categories that a disk can be changed to, the better ones first.
var ranks = []string{"cloud_essd", "cloud_auto", "cloud_ssd", "cloud_essd_entry", "cloud_efficiency"}

// respec is what a disk would be, if it as it is now can become that: a disk paid
// in advance only gets better, none goes down to PL0, basic disks stay what they
// are, and ESSD Entry disks become ESSD or ESSD AutoPL disks.
func (s *Service) respec(v state.View, k ecs.Key, d *ecs.Disk, in *api.ModifyDiskSpecRequest) (block.Spec, error) {
	if err := quiet(v, k, d); err != nil {
		return block.Spec{}, err
	}
	if _, err := host(v, d, ecs.Running, ecs.Stopped); err != nil {
		return block.Spec{}, err
	}
	from, level := v.Str(d.Category), v.Str(d.Performance)
	spec := block.Spec{Category: from, Level: in.PerformanceLevel, SizeGiB: int(d.Size), IOPS: int64(d.ProvisionedIOPS)}
	if in.DiskCategory != "" {
		spec.Category = in.DiskCategory
	}
	if in.ProvisionedIops != nil {
		spec.IOPS = *in.ProvisionedIops
	} else if spec.Category != "cloud_auto" {
		spec.IOPS = 0
	}
	if spec.Level == "" && spec.Category == from {
		spec.Level = level
	}
	if spec.Level != "" && spec.Category != "cloud_essd" {
		return spec, api.Errorf(api.CodeInvalidPerformanceLevelMalformed, "Only an ESSD has a performance level.")
	}
	if err := specError(spec.Check(s.Catalog, d.System), api.CodeOperationDenied); err != nil {
		return spec, err
	}
	same := spec.Category == from && spec.Level == level
	worse := slices.Index(ranks, spec.Category) > slices.Index(ranks, from) || spec.Category == from && spec.Level < level
	err := action.FirstOf([]action.Check{
		{same && spec.IOPS == int64(d.ProvisionedIOPS), api.CodeOperationDenied, "The disk is that already."},
		{from == "cloud" && !same, api.CodeOperationDenied, "The category of a basic disk cannot be changed."},
		{from == "cloud_essd_entry" && !same && spec.Category != "cloud_essd" && spec.Category != "cloud_auto", api.CodeOperationDenied,
			"An ESSD Entry disk can become an ESSD or an ESSD AutoPL disk only."},
		{worse && d.ChargeType == ecs.PrePaid, api.CodeOperationDenied, "A subscription disk cannot be downgraded."},
		{spec.Level == "PL0" && level != "PL0" && from == "cloud_essd", api.CodeOperationDenied, "An ESSD cannot be downgraded to PL0."},
	})
	if err != nil {
		return spec, err
	}
	return spec, s.sold(v, d, spec.Category)
}

// sold checks that a disk's zone sells a category, and that its instance takes it.
func (s *Service) sold(v state.View, d *ecs.Disk, category string) error {
	if z, ok := s.Catalog.Zone(v.Str(d.Zone)); ok && !z.SellsDisk(category) {
		return api.Errorf(api.CodeOperationDeniedNoStock, "The zone does not offer the specified disk category.")
	}
	if i, ok := state.Instances.Get(v, d.Instance); ok {
		if t, ok := s.Catalog.Type(v.Str(i.Type)); ok && !t.Family.TakesDisk(category) {
			return api.Errorf(api.CodeInvalidInstanceTypeNotSupportDiskCategory, "The instanceType of the specified instance does not support this disk category.")
		}
	}
	return nil
}

// specError is what an action answers to an error of block.Spec.Check; size is
// its code for a size out of range.
func specError(err error, size string) error {
	switch err {
	case nil:
		return nil
	case block.ErrLevel:
		return api.Errorf(api.CodeInvalidPerformanceLevelMalformed, "The specified parameter PerformanceLevel is not valid.")
	case block.ErrLevelNeedsMore:
		return api.Errorf(api.CodeOperationDeniedPerformanceLevelNotMatch, "The specified PerformanceLevel and disk size do not match.")
	case block.ErrBursting:
		return api.Errorf(api.CodeBurstingEnabledForDiskCategoryUnsupported, "The specified disk category does not support bursting enabled.")
	case block.ErrNoIOPS:
		return api.Errorf(api.CodeProvisionedIopsForDiskCategoryUnsupported, "The specified disk category does not support provisioned iops.")
	case block.ErrIOPS:
		return api.Errorf(api.CodeInvalidProvisionedIopsLimitExceed, "The specified ProvisionedIops is out of range.")
	}
	return api.Errorf(size, "The specified disk size is beyond the permitted range.")
}
