package deploymentset

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DescribeDeploymentSets", (*Service).DescribeDeploymentSets)

// What Domain and Granularity say of every set.
const (
	domain      = "default"
	granularity = "host"
)

// maxIDs is how many identifiers DeploymentSetIds may hold.
const maxIDs = 100

// DescribeDeploymentSets lists deployment sets with their members, newest first.
// NetworkType is documented as without use.
func (s *Service) DescribeDeploymentSets(c *action.Call, in *api.DescribeDeploymentSetsRequest) (*api.DescribeDeploymentSetsResponse, error) {
	snap := s.DB.Snapshot()
	f := action.NewFilter(c, snap, state.DeploymentSets, account, state.DeploymentSetsByAccount)
	if in.DeploymentSetIDs != "" {
		ids, err := action.Strings("DeploymentSetIds", in.DeploymentSetIDs, 1<<20)
		if err != nil {
			return nil, err
		}
		if len(ids) > maxIDs {
			return nil, api.Errorf(api.CodeInvalidDeploymentSetIdsTooManyInput, "The parameter DeploymentSets size should less than 100.")
		}
		f.IDList(c, ecs.KindDeploymentSet, ids)
	}
	if in.Strategy != "" {
		want, ok := ecs.ParseDeploymentStrategy(in.Strategy)
		if !ok {
			f.None()
		}
		f.Require(func(_ ecs.Key, r *ecs.DeploymentSet) bool { return r.Strategy == want })
	}
	if in.Domain != "" && !strings.EqualFold(in.Domain, domain) || in.Granularity != "" && !strings.EqualFold(in.Granularity, granularity) {
		f.None()
	}
	f.Name(in.DeploymentSetName, func(_ ecs.Key, r *ecs.DeploymentSet) string { return r.Name })
	if in.Type != "" {
		return nil, api.Errorf(api.CodeUnsupportedOperationNotImplemented, "OpenECS does not support the Type of deployment sets, whose values are not published.")
	}
	page, err := s.Pager.Page(c, action.PageRequest{PageNumber: in.PageNumber, PageSize: in.PageSize, DefaultSize: 10, MaxSize: 50})
	if err != nil {
		return nil, err
	}
	rows, total, _ := f.List(page)
	out := &api.DescribeDeploymentSetsResponse{PageNumber: page.Number, PageSize: page.Size, TotalCount: total, RegionID: c.Region.ID}
	out.DeploymentSets.DeploymentSet = make([]api.DescribeDeploymentSetsDeploymentSet, len(rows))
	for i, r := range rows {
		s.show(&out.DeploymentSets.DeploymentSet[i], c.Region.ID, snap, r.Key, r.Record)
	}
	return out, nil
}

func (s *Service) show(o *api.DescribeDeploymentSetsDeploymentSet, region string, v state.View, k ecs.Key, r *ecs.DeploymentSet) {
	o.DeploymentSetID, o.DeploymentSetName, o.DeploymentSetDescription = ecs.ID(ecs.KindDeploymentSet, k), r.Name, r.Description
	o.AccountID, o.CreationTime = int64(r.Account), ecs.Second(r.Created)
	o.DeploymentStrategy, o.Domain, o.Granularity = r.Strategy.String(), domain, granularity
	o.Strategy = "LooseDispersion"
	if r.Strategy == ecs.LowLatency {
		o.Strategy = "LooseAggregation"
	}
	o.GroupCount = int(r.Groups)
	for i := range state.InstancesByDeploymentSet.Ascend(v, uint64(k), 0) {
		o.InstanceIDs.InstanceID = append(o.InstanceIDs.InstanceID, ecs.ID(ecs.KindInstance, i))
	}
	o.InstanceAmount = len(o.InstanceIDs.InstanceID)
	seats := compute.SeatsOf(v, k, r, 0)
	for _, z := range s.Catalog.Zones(region) {
		used := 0
		if zone, ok := state.LookupSym(v, z.ID); ok {
			used = seats.Used(zone)
		}
		o.Capacities.Capacity = append(o.Capacities.Capacity, api.DescribeDeploymentSetsDeploymentSetCapacity{
			ZoneID: z.ID, UsedAmount: used, AvailableAmount: r.Room() - used,
		})
	}
}
