package vpc

import (
	"iter"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DescribeVpcs", (*Service).DescribeVpcs)

// DescribeVpcs lists an account's VPCs in a region, newest first. A filter that
// nothing fits gives an empty list.
func (s *Service) DescribeVpcs(c *action.Call, in *api.DescribeVpcsRequest) (*api.DescribeVpcsResponse, error) {
	snap := s.DB.Snapshot()
	match, err := filter(c, snap, in)
	if err != nil {
		return nil, err
	}
	page, err := s.Pager.Page(c, action.PageRequest{PageNumber: in.PageNumber, PageSize: in.PageSize, DefaultSize: 10, MaxSize: 50})
	if err != nil {
		return nil, err
	}
	if action.Flag(in.DryRun) {
		return nil, action.DryRun()
	}
	scope := state.Scope(c.Caller.Account, c.RegionCode())
	rows, total, _ := action.List(page, func(below ecs.Key) iter.Seq2[ecs.Key, *ecs.VPC] {
		return state.VPCsByAccount.Descend(snap, scope, below)
	}, match, -1)
	out := &api.DescribeVpcsResponse{PageNumber: page.Number, PageSize: page.Size, TotalCount: total}
	out.VPCs.VPC = make([]api.DescribeVpcsVPC, len(rows))
	for i, r := range rows {
		show(&out.VPCs.VPC[i], c, snap, r.Key, r.Record)
	}
	return out, nil
}

// filter reads the filters; what it returns decides which VPCs are asked for.
func filter(c *action.Call, snap *state.Snapshot, in *api.DescribeVpcsRequest) (func(ecs.Key, *ecs.VPC) bool, error) {
	ids, ok := network.ParseIDs(ecs.KindVPC, in.VPCID)
	if !ok {
		return nil, api.Errorf(api.CodeInvalidVpcIdNumberNotSupported, "The number of vpcIds exceeds the limit.")
	}
	if !resource.HasGroup(snap, c.Caller.Account, in.ResourceGroupID) {
		return nil, noGroup()
	}
	group := resource.NewVPCGroupFilter(snap, c.Caller.Account, in.ResourceGroupID)
	tags, err := network.TagFilter(snap, in.Tag)
	if err != nil {
		return nil, err
	}
	// No VPC here has advanced features or another owner.
	none := action.Flag(in.AdvancedFeature) ||
		in.VPCOwnerID != nil && uint64(*in.VPCOwnerID) != c.Caller.Account
	return func(k ecs.Key, r *ecs.VPC) bool {
		return !none && ids.Match(k) &&
			(in.DhcpOptionsSetID == "" || ecs.ID(ecs.KindDHCPOptionsSet, r.DHCPOptions) == in.DhcpOptionsSetID) &&
			(in.VPCName == "" || r.Name == in.VPCName) &&
			(in.EnableIPv6 == nil || *in.EnableIPv6 == !r.Prefix6.IsZero()) &&
			(in.IsDefault == nil || r.Default == *in.IsDefault) &&
			group.Match(r.ResourceGroup) && tags.Match(r.Tags)
	}, nil
}
