package disk

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DescribeDisks", (*Service).DescribeDisks)

// maxIDs is how many identifiers DiskIds may hold.
const maxIDs = 100

// DescribeDisks lists disks, newest first. All filters must hold. What
// AdditionalAttributes asks for, IOPS and throughput, is shown in any case.
func (s *Service) DescribeDisks(c *action.Call, in *api.DescribeDisksRequest) (*api.DescribeDisksResponse, error) {
	snap := s.DB.Snapshot()
	f, err := filter(c, snap, in)
	if err != nil {
		return nil, err
	}
	page, err := s.Pager.Page(c, action.PageRequest{
		PageNumber: in.PageNumber, PageSize: in.PageSize, MaxResults: in.MaxResults, NextToken: in.NextToken,
		DefaultSize: 10, MaxSize: 100, MinResults: 10, MaximumResults: 500,
	})
	if err != nil {
		return nil, err
	}
	if action.Flag(in.DryRun) {
		return nil, action.DryRun()
	}
	rows, total, next := f.List(page)
	out := &api.DescribeDisksResponse{PageNumber: page.Number, PageSize: page.Size, TotalCount: total, NextToken: next}
	out.Disks.Disk = make([]api.DescribeDisksDisk, len(rows))
	for i, r := range rows {
		s.show(&out.Disks.Disk[i], snap, r.Key, r.Record)
	}
	return out, nil
}

// filter reads the filters. Values outside a closed set are refused, values
// that nothing has find nothing.
func filter(c *action.Call, snap *state.Snapshot, in *api.DescribeDisksRequest) (*action.Filter[ecs.Disk], error) {
	f := action.NewFilter(c, snap, state.Disks, account, state.DisksByAccount)
	f.Require(func(_ ecs.Key, d *ecs.Disk) bool { return shown(d) })
	for _, step := range [...]func(*action.Call, *action.Filter[ecs.Disk], *api.DescribeDisksRequest) error{
		filterSets, filterFlags, filterNames, filterTimes,
	} {
		if err := step(c, f, in); err != nil {
			return nil, err
		}
	}
	if err := f.Tags(c, in.Tag, state.DisksByTag, func(d *ecs.Disk) []ecs.Tag { return d.Tags }); err != nil {
		return nil, err
	}
	if in.DiskIDs == "" {
		return f, nil
	}
	ids, err := action.Strings("DiskIds", in.DiskIDs, maxIDs)
	if err != nil {
		return nil, api.Errorf(api.CodeInvalidParameterDiskIds, "The specified parameter DiskIds is not valid: a JSON array of at most %d identifiers.", maxIDs)
	}
	f.IDList(c, ecs.KindDisk, ids)
	return f, nil
}

// filterSets reads the filters whose values are closed sets.
func filterSets(_ *action.Call, f *action.Filter[ecs.Disk], in *api.DescribeDisksRequest) error {
	if in.Status != "" && in.Status != "All" {
		want, ok := ecs.ParseDiskStatus(in.Status)
		if !ok {
			return api.Errorf(api.CodeInvalidStatusValueNotSupported, "The specified disk status is not valid.")
		}
		f.Require(func(_ ecs.Key, d *ecs.Disk) bool { return statusIn(f.View, d) == want })
	}
	switch in.DiskType {
	case "", "all":
	case "system", "data":
		f.Require(func(_ ecs.Key, d *ecs.Disk) bool { return d.System == (in.DiskType == "system") })
	default:
		return api.Errorf(api.CodeInvalidDiskTypeValueNotSupported, "The specified disk type is not valid.")
	}
	switch in.Category {
	case "", "all":
	case "cloud", "cloud_efficiency", "cloud_ssd", "cloud_essd", "cloud_auto", "cloud_essd_entry", "local_ssd_pro", "local_hdd_pro", "ephemeral", "ephemeral_ssd",
		"elastic_ephemeral_disk_standard", "elastic_ephemeral_disk_premium", "cloud_regional_disk_auto":
		f.Symbol(in.Category, func(d *ecs.Disk) ecs.Sym { return d.Category })
	default:
		return api.Errorf(api.CodeInvalidCategoryValueNotSupported, "The specified disk category is not valid.")
	}
	if in.DiskChargeType != "" {
		want, ok := ecs.ParseChargeType(in.DiskChargeType)
		if !ok {
			return api.Errorf(api.CodeInvalidDiskChargeTypeNotFound, "The DiskChargeType does not exist in our records.")
		}
		f.Require(func(_ ecs.Key, d *ecs.Disk) bool { return d.ChargeType == want })
	}
	if in.LockReason != "" {
		want, ok := ecs.ParseLock(in.LockReason)
		if !ok {
			return api.Errorf(api.CodeInvalidLockReasonNotFound, "The specified LockReason is not found.")
		}
		f.Require(func(_ ecs.Key, d *ecs.Disk) bool { return lockOf(f.View, d)&want != 0 })
	}
	switch in.MultiAttach {
	case "":
	case "Enabled", "LegacyShared":
		f.None()
	case "Disabled":
	default:
		return api.Errorf(api.CodeInvalidParameterMultiAttach, "The specified parameter MultiAttach is not valid.")
	}
	if in.EnableShared != nil && in.MultiAttach != "" && *in.EnableShared != (in.MultiAttach != "Disabled") {
		return api.Errorf(api.CodeInvalidParameterMultiAttachAndEnableSharedNotMatch, "MultiAttach and EnableShared do not match.")
	}
	if action.Flag(in.EnableShared) {
		f.None()
	}
	return nil
}

// lockOf is what a disk is locked for: what its instance is.
func lockOf(v state.View, d *ecs.Disk) ecs.Lock {
	if i, ok := state.Instances.Get(v, d.Instance); ok {
		return i.Locks &^ ecs.LockReplacing
	}
	return 0
}

// statusIn is a disk's status, in sight of its instance.
func statusIn(v state.View, d *ecs.Disk) ecs.DiskStatus {
	i, _ := state.Instances.Get(v, d.Instance)
	return d.StatusIn(i)
}

// filterFlags reads the filters that ask yes or no.
func filterFlags(_ *action.Call, f *action.Filter[ecs.Disk], in *api.DescribeDisksRequest) error {
	for _, b := range [...]struct {
		want *bool
		of   func(*ecs.Disk) bool
	}{
		{in.DeleteWithInstance, func(d *ecs.Disk) bool { return d.DeleteWithInstance }},
		{in.DeleteAutoSnapshot, func(d *ecs.Disk) bool { return !d.Flags.Has(ecs.KeepAutoSnapshots) }},
		{in.EnableAutoSnapshot, func(d *ecs.Disk) bool { return !d.Flags.Has(ecs.NoAutoSnapshot) }},
		{in.EnableAutomatedSnapshotPolicy, func(d *ecs.Disk) bool { return d.Policy != 0 }},
		{in.Portable, portable},
	} {
		if b.want != nil {
			f.Require(func(_ ecs.Key, d *ecs.Disk) bool { return b.of(d) == *b.want })
		}
	}
	if action.Flag(in.Encrypted) {
		f.Require(func(_ ecs.Key, d *ecs.Disk) bool { return d.Encrypted })
	}
	return nil
}

// portable reports whether a disk can be detached and live on its own.
func portable(d *ecs.Disk) bool {
	return !d.System && !d.Flags.Has(ecs.NotPortable) && d.ChargeType == ecs.PostPaid
}

// filterNames reads the filters on what a disk is called, and where it is.
func filterNames(c *action.Call, f *action.Filter[ecs.Disk], in *api.DescribeDisksRequest) error {
	f.Symbol(in.ZoneID, func(d *ecs.Disk) ecs.Sym { return d.Zone })
	f.Symbol(in.SnapshotID, func(d *ecs.Disk) ecs.Sym { return d.Snapshot })
	f.Symbol(in.KMSKeyID, func(d *ecs.Disk) ecs.Sym { return d.KMSKey })
	group := resource.NewGroupFilter(f.View, c.Caller.Account, in.ResourceGroupID)
	if key, ok := group.Key(); ok {
		f.Index(state.DisksByResourceGroup, key)
	}
	f.Require(func(_ ecs.Key, d *ecs.Disk) bool { return group.Match(d.ResourceGroup) })
	f.Name(in.DiskName, func(_ ecs.Key, d *ecs.Disk) string { return d.Name })
	if in.AutoSnapshotPolicyID != "" {
		want, ok := ecs.ParseID(ecs.KindSnapshotPolicy, in.AutoSnapshotPolicyID)
		f.Require(func(_ ecs.Key, d *ecs.Disk) bool { return ok && d.Policy == want })
	}
	if in.InstanceID != "" {
		k, _, err := action.Instance(c, f.View, in.InstanceID)
		if err != nil {
			f.None()
			return nil
		}
		f.Index(state.DisksByInstance, uint64(k))
		f.Require(func(_ ecs.Key, d *ecs.Disk) bool { return d.Instance == k })
	}
	return nil
}

// filterTimes reads Filter.N: disks made from and until.
func filterTimes(_ *action.Call, f *action.Filter[ecs.Disk], in *api.DescribeDisksRequest) error {
	for _, e := range in.Filter {
		if e.Key == "" {
			continue
		}
		if e.Key != "CreationStartTime" && e.Key != "CreationEndTime" {
			return api.Errorf(api.CodeInvalidFilterKeyNotFound, "The specified Filter Key is not found.")
		}
		t, ok := ecs.ParseTime(e.Value)
		if !ok {
			return api.Errorf(api.CodeInvalidFilterValue, "The specified Filter Value is not valid.")
		}
		at, from := t.Unix(), e.Key == "CreationStartTime"
		f.Require(func(_ ecs.Key, d *ecs.Disk) bool { return from && d.Created >= at || !from && d.Created <= at })
	}
	return nil
}
