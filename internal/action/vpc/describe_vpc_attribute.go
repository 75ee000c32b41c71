package vpc

import (
	"strconv"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DescribeVpcAttribute", (*Service).DescribeVpcAttribute)

// DescribeVpcAttribute shows one VPC and how many resources it holds.
func (s *Service) DescribeVpcAttribute(c *action.Call, in *api.DescribeVpcAttributeRequest) (*api.DescribeVpcAttributeResponse, error) {
	snap := s.DB.Snapshot()
	k, r, err := find(c, snap, in.VPCID)
	if err != nil {
		return nil, err
	}
	if in.IsDefault != nil && *in.IsDefault != r.Default {
		return nil, notFound()
	}
	if action.Flag(in.DryRun) {
		return nil, action.DryRun()
	}
	o := &api.DescribeVpcAttributeResponse{
		VPCID: ecs.ID(ecs.KindVPC, k), VPCName: r.Name, Description: r.Description, RegionID: c.Region.ID, OwnerID: int64(r.Account),
		Status: status, CidrBlock: r.Prefix.String(), CreationTime: ecs.Second(r.Created), IsDefault: r.Default,
		DhcpOptionsSetID: ecs.ID(ecs.KindDHCPOptionsSet, r.DHCPOptions), DhcpOptionsSetStatus: network.DHCPStatus(r),
		VRouterID: ecs.ID(ecs.KindRouter, r.Router), ResourceGroupID: resource.ShowGroup(snap, r.Account, r.ResourceGroup),
		NetworkAclNum: strconv.Itoa(state.NetworkACLsByVPC.Count(snap, uint64(k))), DNSHostnameStatus: "DISABLED",
	}
	o.IPv6CidrBlock, o.EnabledIPv6, o.ClassicLinkEnabled, o.SupportIPv4Gateway = r.Prefix6.String(), !r.Prefix6.IsZero(), r.ClassicLink, true
	for _, p := range prefixes6(r) {
		o.IPv6CidrBlocks.IPv6CidrBlock = append(o.IPv6CidrBlocks.IPv6CidrBlock, api.DescribeVpcAttributeIPv6CidrBlock{IPv6CidrBlock: p.String(), IPv6Isp: ispOf(snap, r)})
	}
	for g := range state.IPv4GatewaysByVPC.Keys(snap, uint64(k), 0) {
		o.IPv4GatewayID = ecs.ID(ecs.KindIPv4Gateway, g)
	}
	o.VSwitchIDs.VSwitchID = vswitches(snap, k)
	o.SecondaryCidrBlocks.SecondaryCidrBlock = cidrs(r.Secondary)
	o.UserCidrs.UserCidr = cidrs(r.UserCIDRs)
	o.Tags.Tag = network.ShowTags(snap, r.Tags)
	o.CloudResources.CloudResourceSetType = []api.DescribeVpcAttributeCloudResourceSetType{
		{ResourceType: "VRouter", ResourceCount: 1},
		{ResourceType: "RouteTable", ResourceCount: state.RouteTablesByVPC.Count(snap, uint64(k))},
		{ResourceType: "VSwitch", ResourceCount: state.VSwitchesByVPC.Count(snap, uint64(k))},
	}
	return o, nil
}

// find finds a VPC with this product's words for one that is not there.
func find(c *action.Call, v state.View, id string) (ecs.Key, *ecs.VPC, error) {
	k, r, err := action.VPC(c, v, id)
	if err != nil {
		return 0, nil, notFound()
	}
	return k, r, nil
}

func notFound() error {
	return api.Errorf(api.CodeInvalidVpcIdNotFound, "Specified VPC does not exist.").WithStatus(404)
}
