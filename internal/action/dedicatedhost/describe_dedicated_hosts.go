package dedicatedhost

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DescribeDedicatedHosts", (*Service).DescribeDedicatedHosts)

// DescribeDedicatedHosts lists hosts, newest first. All are Available and without
// a lock.
func (s *Service) DescribeDedicatedHosts(c *action.Call, in *api.DescribeDedicatedHostsRequest) (*api.DescribeDedicatedHostsResponse, error) {
	snap := s.DB.Snapshot()
	f := action.NewFilter(c, snap, state.DedicatedHosts, account, state.DedicatedHostsByAccount)
	if err := s.filter(c, snap, f, in); err != nil {
		return nil, err
	}
	page, err := s.Pager.Page(c, action.PageRequest{
		PageNumber: in.PageNumber, PageSize: in.PageSize, MaxResults: in.MaxResults, NextToken: in.NextToken,
		DefaultSize: 10, MaxSize: 100, MinResults: 1, MaximumResults: 100,
	})
	if err != nil {
		return nil, err
	}
	rows, total, next := f.List(page)
	out := &api.DescribeDedicatedHostsResponse{PageNumber: page.Number, PageSize: page.Size, TotalCount: total, NextToken: next}
	out.DedicatedHosts.DedicatedHost = make([]api.DescribeDedicatedHostsDedicatedHost, len(rows))
	for i, r := range rows {
		o := &out.DedicatedHosts.DedicatedHost[i]
		o.RegionID = c.Region.ID
		s.show(o, snap, r.Key, r.Record, in.QueryInventory == nil || *in.QueryInventory)
	}
	return out, nil
}

func (s *Service) filter(c *action.Call, snap *state.Snapshot, f *action.Filter[ecs.DedicatedHost], in *api.DescribeDedicatedHostsRequest) error {
	if in.DedicatedHostIDs != "" {
		ids, err := action.Strings("DedicatedHostIds", in.DedicatedHostIDs, 1<<20)
		if err != nil {
			return api.Errorf(api.CodeInvalidDedicatedHostIdsMalformed, "The specified DedicatedHostIds is not a JSON array of identifiers.")
		}
		if len(ids) > maxIDs {
			return api.Errorf(api.CodeInvalidParameterDedicatedHostIds, "At most %d DedicatedHostIds can be specified.", maxIDs)
		}
		f.IDList(c, ecs.KindDedicatedHost, ids)
	}
	switch in.Status {
	case "", "Available":
	case "Creating", "UnderAssessment", "PermanentFailure", "TempUnavailable", "Redeploying":
		f.None()
	default:
		return api.Errorf(api.CodeInvalidStatusValueNotSupported, "The specified Status is not valid.")
	}
	switch in.LockReason {
	case "":
	case "financial", "security":
		f.None()
	default:
		return api.Errorf(api.CodeInvalidLockReasonNotFound, "The specified LockReason is not found.")
	}
	if in.ZoneID != "" {
		if z, ok := s.Catalog.Zone(in.ZoneID); !ok || z.Region != c.Region {
			return api.Errorf(api.CodeInvalidZoneNotFound, "The specified zone does not exist.")
		}
		f.Symbol(in.ZoneID, func(r *ecs.DedicatedHost) ecs.Sym { return r.Zone })
	}
	if !action.OneOf(in.SocketDetails, "All", "Capacity") {
		return action.Invalid("SocketDetails")
	}
	if in.SocketDetails != "" {
		return api.Errorf(api.CodeUnsupportedOperationNotImplemented, "OpenECS does not tell the sockets of dedicated hosts apart (SocketDetails).")
	}
	if in.DedicatedHostClusterID != "" {
		k, ok := ecs.ParseID(ecs.KindHostCluster, in.DedicatedHostClusterID)
		if !ok {
			f.None()
		} else {
			f.Index(state.DedicatedHostsByCluster, uint64(k))
			f.Require(func(_ ecs.Key, r *ecs.DedicatedHost) bool { return r.Cluster == k })
		}
	}
	f.Name(in.DedicatedHostName, func(_ ecs.Key, r *ecs.DedicatedHost) string { return r.Name })
	f.Symbol(in.DedicatedHostType, func(r *ecs.DedicatedHost) ecs.Sym { return r.Type })
	if g := resource.NewGroupFilter(snap, c.Caller.Account, in.ResourceGroupID); g.Given() {
		f.Require(func(_ ecs.Key, r *ecs.DedicatedHost) bool { return g.Match(r.ResourceGroup) })
	}
	return f.Tags(c, in.Tag, state.DedicatedHostsByTag, func(r *ecs.DedicatedHost) []ecs.Tag { return r.Tags })
}

func (s *Service) show(o *api.DescribeDedicatedHostsDedicatedHost, v state.View, k ecs.Key, r *ecs.DedicatedHost, inventory bool) {
	o.DedicatedHostID, o.DedicatedHostName, o.Description, o.Status = ecs.ID(ecs.KindDedicatedHost, k), r.Name, r.Description, "Available"
	o.DedicatedHostType, o.ZoneID, o.DedicatedHostClusterID = v.Str(r.Type), v.Str(r.Zone), ecs.ID(ecs.KindHostCluster, r.Cluster)
	o.DedicatedHostOwnerID, o.CreationTime, o.ResourceGroupID, o.Tags.Tag = int64(r.Account), ecs.Second(r.Created), v.Str(r.ResourceGroup), tag.Show(v, r.Tags)
	o.ChargeType, o.ExpiredTime, o.AutoReleaseTime = r.ChargeType.String(), ecs.NeverExpires, ecs.Second(r.AutoRelease)
	if r.ChargeType == ecs.PrePaid {
		o.ExpiredTime, o.SaleCycle = ecs.Minute(r.Expires), r.SaleUnit.String()
	}
	o.AutoPlacement, o.ActionOnMaintenance = "on", "Migrate"
	if r.NoPlacement {
		o.AutoPlacement = "off"
	}
	if r.StopOnRepair {
		o.ActionOnMaintenance = "Stop"
	}
	o.NetworkAttributes.UdpTimeout, o.NetworkAttributes.SlbUdpTimeout = int(r.UDPTimeout), int(r.SLBUDPTimeout)
	o.CPUOverCommitRatio = float64(r.OverCommit) / 1000
	o.HostDetailInfo.SerialNumber, o.MachineID = o.DedicatedHostID[len("dh-"):], o.DedicatedHostID[len("dh-"):]
	for ik, i := range state.InstancesByHost.Ascend(v, uint64(k), 0) {
		o.Instances.Instance = append(o.Instances.Instance, api.DescribeDedicatedHostsDedicatedHostInstance{
			InstanceID: ecs.ID(ecs.KindInstance, ik), InstanceOwnerID: int64(i.Account), InstanceType: v.Str(i.Type),
		})
	}
	t, ok := s.Catalog.HostType(o.DedicatedHostType)
	if !ok {
		return
	}
	o.Cores, o.Sockets = t.Cores, t.Sockets
	o.SupportedInstanceTypeFamilies.SupportedInstanceTypeFamily = []string{t.Family}
	o.SupportedInstanceTypesList.SupportedInstanceTypesList = s.types(t.Family)
	n := &o.Capacity
	n.TotalVcpus, n.TotalMemory = t.VCPU(int(r.OverCommit)), float64(t.MemoryGiB)
	if inventory {
		vcpus, memory := compute.HostUse(v, s.Catalog, k, 0)
		n.AvailableVcpus, n.AvailableMemory = max(0, n.TotalVcpus-vcpus), max(0, n.TotalMemory-memory)
		for _, id := range o.SupportedInstanceTypesList.SupportedInstanceTypesList {
			if it, ok := s.Catalog.Type(id); ok {
				n.AvailableInstanceTypes.AvailableInstanceType = append(n.AvailableInstanceTypes.AvailableInstanceType, api.DescribeDedicatedHostsDedicatedHostCapacityAvailableInstanceType{
					InstanceType: id, AvailableInstanceCapacity: min(n.AvailableVcpus/it.VCPU, int(n.AvailableMemory/it.MemoryGiB)),
				})
			}
		}
	}
}

// types are the instance types of a family.
func (s *Service) types(family string) (ids []string) {
	if f, ok := s.Catalog.Family(family); ok {
		for _, t := range f.Types() {
			ids = append(ids, t.ID)
		}
	}
	return ids
}
