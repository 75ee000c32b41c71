package dedicatedhost

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DescribeDedicatedHostClusters", (*Service).DescribeDedicatedHostClusters)

// DescribeDedicatedHostClusters lists clusters with their hosts, newest first. No
// cluster is ever locked, nor has a Status: neither is shown.
func (s *Service) DescribeDedicatedHostClusters(c *action.Call, in *api.DescribeDedicatedHostClustersRequest) (*api.DescribeDedicatedHostClustersResponse, error) {
	snap := s.DB.Snapshot()
	f := action.NewFilter(c, snap, state.HostClusters, clusterAccount, state.HostClustersByAccount)
	if err := f.IDs(c, ecs.KindHostCluster, "DedicatedHostClusterIds", in.DedicatedHostClusterIDs, maxIDs); err != nil {
		return nil, err
	}
	f.Name(in.DedicatedHostClusterName, func(_ ecs.Key, r *ecs.HostCluster) string { return r.Name })
	f.Symbol(in.ZoneID, func(r *ecs.HostCluster) ecs.Sym { return r.Zone })
	if in.LockReason != "" || in.Status != "" {
		f.None()
	}
	if g := resource.NewGroupFilter(snap, c.Caller.Account, in.ResourceGroupID); g.Given() {
		f.Require(func(_ ecs.Key, r *ecs.HostCluster) bool { return g.Match(r.ResourceGroup) })
	}
	if err := f.Tags(c, in.Tag, state.HostClustersByTag, func(r *ecs.HostCluster) []ecs.Tag { return r.Tags }); err != nil {
		return nil, err
	}
	page, err := s.Pager.Page(c, action.PageRequest{PageNumber: in.PageNumber, PageSize: in.PageSize, DefaultSize: 10, MaxSize: 100})
	if err != nil {
		return nil, err
	}
	rows, total, _ := f.List(page)
	out := &api.DescribeDedicatedHostClustersResponse{PageNumber: page.Number, PageSize: page.Size, TotalCount: total}
	out.DedicatedHostClusters.DedicatedHostCluster = make([]api.DescribeDedicatedHostClustersDedicatedHostCluster, len(rows))
	for i, row := range rows {
		o, r := &out.DedicatedHostClusters.DedicatedHostCluster[i], row.Record
		o.DedicatedHostClusterID, o.DedicatedHostClusterName, o.Description = ecs.ID(ecs.KindHostCluster, row.Key), r.Name, r.Description
		o.RegionID, o.ZoneID, o.ResourceGroupID, o.Tags.Tag = c.Region.ID, snap.Str(r.Zone), snap.Str(r.ResourceGroup), tag.Show(snap, r.Tags)
		sum := &o.DedicatedHostClusterCapacity
		for k, h := range state.DedicatedHostsByCluster.Descend(snap, uint64(row.Key), 0) {
			o.DedicatedHostIDs.DedicatedHostID = append(o.DedicatedHostIDs.DedicatedHostID, ecs.ID(ecs.KindDedicatedHost, k))
			if t, ok := s.Catalog.HostType(snap.Str(h.Type)); ok {
				sum.TotalVcpus += t.VCPU(int(h.OverCommit))
				sum.TotalMemory += t.MemoryGiB
			}
		}
		sum.AvailableVcpus, sum.AvailableMemory = sum.TotalVcpus, sum.TotalMemory
	}
	return out, nil
}
