package disk

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

// show is a disk as DescribeDisks shows it.
func (s *Service) show(o *api.DescribeDisksDisk, v state.View, k ecs.Key, d *ecs.Disk) {
	id := ecs.ID(ecs.KindDisk, k)
	o.DiskID, o.SerialNumber, o.DiskName, o.Description = id, id[len("d-"):], d.Name, d.Description
	if region, ok := s.Catalog.RegionByCode(k.Region()); ok {
		o.RegionID = region.ID
	}
	o.ZoneID, o.Category, o.PerformanceLevel, o.Size = v.Str(d.Zone), v.Str(d.Category), v.Str(d.Performance), int(d.Size)
	i, _ := state.Instances.Get(v, d.Instance)
	o.Status, o.Type, o.Portable = d.StatusIn(i).String(), "data", portable(d)
	if d.System {
		o.Type = "system"
	}
	o.CreationTime, o.AttachedTime, o.DetachedTime = ecs.Second(d.Created), ecs.Second(d.Attached), ecs.Second(d.Detached)
	o.DiskChargeType, o.ExpiredTime = d.ChargeType.String(), ecs.NeverExpires
	if d.Expires != 0 {
		o.ExpiredTime = ecs.Minute(d.Expires)
	}
	o.ImageID, o.SourceSnapshotID = v.Str(d.Image), v.Str(d.Snapshot)
	o.DeleteWithInstance, o.DeleteAutoSnapshot = d.DeleteWithInstance, !d.Flags.Has(ecs.KeepAutoSnapshots)
	o.EnableAutoSnapshot, o.EnableAutomatedSnapshotPolicy = !d.Flags.Has(ecs.NoAutoSnapshot), d.Policy != 0
	o.AutoSnapshotPolicyID = ecs.ID(ecs.KindSnapshotPolicy, d.Policy)
	o.Encrypted, o.KMSKeyID, o.BurstingEnabled, o.ProvisionedIops = d.Encrypted, v.Str(d.KMSKey), d.Flags.Has(ecs.Bursting), int64(d.ProvisionedIOPS)
	o.MultiAttach, o.ResourceGroupID = "Disabled", v.Str(d.ResourceGroup)
	p := catalog.DiskPerformance(o.Category, o.PerformanceLevel, o.Size, int(d.ProvisionedIOPS))
	o.IOPS, o.IOPSRead, o.IOPSWrite = p.IOPS, p.IOPS, p.IOPS
	o.Throughput, o.ThroughputRead, o.ThroughputWrite = p.Throughput, p.Throughput, p.Throughput
	for _, l := range lockOf(v, d).Names() {
		o.OperationLocks.OperationLock = append(o.OperationLocks.OperationLock, api.DescribeDisksDiskOperationLock{LockReason: l})
	}
	o.Tags.Tag = tag.Show(v, d.Tags)
	if d.Instance != 0 {
		o.InstanceID, o.Device = ecs.ID(ecs.KindInstance, d.Instance), v.Str(d.Device)
		o.Attachments.Attachment = []api.DescribeDisksDiskAttachment{{InstanceID: o.InstanceID, Device: o.Device, AttachedTime: o.AttachedTime}}
	}
}
