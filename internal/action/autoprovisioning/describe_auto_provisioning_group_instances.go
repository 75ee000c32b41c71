package autoprovisioning

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/image"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DescribeAutoProvisioningGroupInstances", (*Service).DescribeAutoProvisioningGroupInstances)

// DescribeAutoProvisioningGroupInstances lists the instances of a group that are
// still there, newest first.
func (s *Service) DescribeAutoProvisioningGroupInstances(c *action.Call, in *api.DescribeAutoProvisioningGroupInstancesRequest) (*api.DescribeAutoProvisioningGroupInstancesResponse, error) {
	snap := s.DB.Snapshot()
	k, _, err := find(c, snap, in.AutoProvisioningGroupID)
	if err != nil {
		return nil, err
	}
	page, err := s.Pager.Page(c, action.PageRequest{PageNumber: in.PageNumber, PageSize: in.PageSize, DefaultSize: 10, MaxSize: 100})
	if err != nil {
		return nil, err
	}
	f := action.NewFilter(c, snap, state.Instances, func(r *ecs.Instance) uint64 { return r.Account }, state.InstancesByAccount)
	f.Index(state.InstancesByProvisioning, uint64(k))
	f.Require(func(_ ecs.Key, r *ecs.Instance) bool { return r.Placement.Provisioning == k })
	rows, total, _ := f.List(page)
	out := &api.DescribeAutoProvisioningGroupInstancesResponse{PageNumber: page.Number, PageSize: page.Size, TotalCount: total}
	out.Instances.Instance = make([]api.DescribeAutoProvisioningGroupInstancesInstance, len(rows))
	for i, r := range rows {
		o := &out.Instances.Instance[i]
		o.InstanceID, o.InstanceType, o.CreationTime, o.Status = ecs.ID(ecs.KindInstance, r.Key), snap.Str(r.Record.Type), ecs.Minute(r.Record.Created), r.Record.Status().String()
		o.RegionID, o.ZoneID, o.IOOptimized, o.NetworkType = c.Region.ID, snap.Str(r.Record.Zone), r.Record.Flags.Has(ecs.IOOptimized), "vpc"
		o.IsSpot = r.Record.Spot != ecs.NoSpot
		if n, ok := state.Interfaces.Get(snap, r.Record.Interface); ok {
			o.NetworkType = n.Network().String()
		}
		if t, ok := s.Catalog.Type(o.InstanceType); ok {
			o.CPU, o.Memory = t.VCPU, t.MemoryMiB()
		}
		if m, ok := image.Of(snap, s.Catalog, snap.Str(r.Record.Image)); ok {
			o.OSType = m.OSType
		}
	}
	return out, nil
}
