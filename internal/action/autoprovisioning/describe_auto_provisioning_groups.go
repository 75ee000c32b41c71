package autoprovisioning

import (
	"slices"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DescribeAutoProvisioningGroups", (*Service).DescribeAutoProvisioningGroups)

// maxIDs is how many groups, or statuses, a request may name.
const maxIDs = 20

// DescribeAutoProvisioningGroups lists groups, newest first. One whose ValidUntil
// came shows as deleted until it is.
func (s *Service) DescribeAutoProvisioningGroups(c *action.Call, in *api.DescribeAutoProvisioningGroupsRequest) (*api.DescribeAutoProvisioningGroupsResponse, error) {
	snap := s.DB.Snapshot()
	f := action.NewFilter(c, snap, state.ProvisioningGroups, account, state.ProvisioningGroupsByAccount)
	if len(in.AutoProvisioningGroupID) > maxIDs {
		return nil, action.Invalid("AutoProvisioningGroupId")
	}
	if len(in.AutoProvisioningGroupID) > 0 {
		f.IDList(c, ecs.KindProvisioning, in.AutoProvisioningGroupID)
	}
	f.Name(in.AutoProvisioningGroupName, func(_ ecs.Key, r *ecs.ProvisioningGroup) string { return r.Name })
	if len(in.AutoProvisioningGroupStatus) > 0 {
		f.Require(func(_ ecs.Key, r *ecs.ProvisioningGroup) bool {
			return slices.Contains(in.AutoProvisioningGroupStatus, status(r))
		})
	}
	f.Group(c, in.ResourceGroupID, state.ProvisioningGroupsByResourceGroup, func(r *ecs.ProvisioningGroup) ecs.Sym { return r.ResourceGroup })
	if err := f.Tags(c, in.Tag, state.ProvisioningGroupsByTag, func(r *ecs.ProvisioningGroup) []ecs.Tag { return r.Tags }); err != nil {
		return nil, err
	}
	page, err := s.Pager.Page(c, action.PageRequest{PageNumber: in.PageNumber, PageSize: in.PageSize, DefaultSize: 10, MaxSize: 100})
	if err != nil {
		return nil, err
	}
	rows, total, _ := f.List(page)
	out := &api.DescribeAutoProvisioningGroupsResponse{PageNumber: page.Number, PageSize: page.Size, TotalCount: total}
	out.AutoProvisioningGroups.AutoProvisioningGroup = make([]api.DescribeAutoProvisioningGroupsAutoProvisioningGroup, len(rows))
	for i, r := range rows {
		show(&out.AutoProvisioningGroups.AutoProvisioningGroup[i], c.Region.ID, snap, r.Key, r.Record)
	}
	return out, nil
}

func status(r *ecs.ProvisioningGroup) string {
	if r.Expired {
		return "deleted"
	}
	return "active"
}

func show(o *api.DescribeAutoProvisioningGroupsAutoProvisioningGroup, region string, v state.View, k ecs.Key, r *ecs.ProvisioningGroup) {
	o.AutoProvisioningGroupID, o.AutoProvisioningGroupName, o.AutoProvisioningGroupType = ecs.ID(ecs.KindProvisioning, k), r.Name, v.Str(r.Type)
	o.CreationTime, o.RegionID, o.ResourceGroupID, o.Tags.Tag = ecs.Second(r.Created), region, v.Str(r.ResourceGroup), tag.Show(v, r.Tags)
	o.ValidFrom, o.ValidUntil = ecs.Second(r.ValidFrom), forever.Format(time.RFC3339)
	if r.ValidUntil != 0 {
		o.ValidUntil = ecs.Second(r.ValidUntil)
	}
	o.Status, o.State = status(r), "fulfilled"
	switch {
	case !r.Fulfilled:
		o.State = "error"
	case r.Short:
		o.State = "fulfilling"
	}
	o.ExcessCapacityTerminationPolicy = "no-termination"
	if r.TerminateExcess {
		o.ExcessCapacityTerminationPolicy = "termination"
	}
	o.TerminateInstances, o.TerminateInstancesWithExpiration = r.TerminateOnDelete, r.TerminateExpiration
	o.LaunchTemplateID, o.LaunchTemplateVersion = ecs.ID(ecs.KindLaunchTemplate, r.Template), v.Str(r.TemplateVersion)
	o.MaxSpotPrice = shown(r.MaxSpotPrice)
	o.PayAsYouGoOptions.AllocationStrategy = v.Str(r.PayAsYouGoStrategy)
	o.SpotOptions.AllocationStrategy, o.SpotOptions.InstanceInterruptionBehavior = v.Str(r.SpotStrategy), v.Str(r.SpotInterruption)
	o.SpotOptions.InstancePoolsToUseCount = int(r.SpotPools)
	o.TargetCapacitySpecification = api.DescribeAutoProvisioningGroupsAutoProvisioningGroupTargetCapacitySpecification{
		DefaultTargetCapacityType: v.Str(r.DefaultType), PayAsYouGoTargetCapacity: float64(r.PayAsYouGo), SpotTargetCapacity: float64(r.Spot), TotalTargetCapacity: float64(r.Total),
	}
	for _, f := range r.Configs {
		o.LaunchTemplateConfigs.LaunchTemplateConfig = append(o.LaunchTemplateConfigs.LaunchTemplateConfig, api.DescribeAutoProvisioningGroupsAutoProvisioningGroupLaunchTemplateConfig{
			InstanceType: v.Str(f.Type), VSwitchID: v.Str(f.VSwitch), WeightedCapacity: shown(f.Weight), MaxPrice: shown(f.MaxPrice), Priority: float64(f.Priority),
		})
	}
}

// shown is a number that is kept in millionths.
func shown(n int64) float64 { return float64(n) / ecs.Millionths }
