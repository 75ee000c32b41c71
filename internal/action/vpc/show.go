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

// status is that of every VPC: it is there or it is not.
const status = "Available"

// show is a VPC as DescribeVpcs shows it. The request's region is the VPC's.
func show(o *api.DescribeVpcsVPC, c *action.Call, v state.View, k ecs.Key, r *ecs.VPC) {
	o.VPCID, o.VPCName, o.Description = ecs.ID(ecs.KindVPC, k), r.Name, r.Description
	o.RegionID, o.OwnerID, o.Status = c.Region.ID, int64(r.Account), status
	o.CidrBlock, o.CreationTime, o.IsDefault = r.Prefix.String(), ecs.Second(r.Created), r.Default
	o.VRouterID = ecs.ID(ecs.KindRouter, r.Router)
	o.DhcpOptionsSetID, o.DhcpOptionsSetStatus = ecs.ID(ecs.KindDHCPOptionsSet, r.DHCPOptions), network.DHCPStatus(r)
	o.RouterTableIDs.RouterTableIDs = tables(v, k)
	o.IPv6CidrBlock, o.EnabledIPv6 = r.Prefix6.String(), !r.Prefix6.IsZero()
	for _, p := range prefixes6(r) {
		o.IPv6CidrBlocks.IPv6CidrBlock = append(o.IPv6CidrBlocks.IPv6CidrBlock, api.DescribeVpcsVPCIPv6CidrBlock{IPv6CidrBlock: p.String(), IPv6Isp: ispOf(v, r)})
	}
	o.VSwitchIDs.VSwitchID = vswitches(v, k)
	o.SecondaryCidrBlocks.SecondaryCidrBlock = cidrs(r.Secondary)
	o.UserCidrs.UserCidr = cidrs(r.UserCIDRs)
	o.Tags.Tag = network.ShowTags(v, r.Tags)
	o.ResourceGroupID = resource.ShowGroup(v, r.Account, r.ResourceGroup)
	o.CenStatus, o.NetworkAclNum, o.DNSHostnameStatus = "Detached", strconv.Itoa(state.NetworkACLsByVPC.Count(v, uint64(k))), "DISABLED"
}

// vswitches are the identifiers of a VPC's vSwitches, oldest first.
func vswitches(v state.View, vpc ecs.Key) []string {
	var out []string
	for k := range state.VSwitchesByVPC.Keys(v, uint64(vpc), 0) {
		out = append(out, ecs.ID(ecs.KindVSwitch, k))
	}
	return out
}

// tables are the identifiers of a VPC's route tables, the system one first.
func tables(v state.View, vpc ecs.Key) []string {
	var out []string
	for k := range state.RouteTablesByVPC.Keys(v, uint64(vpc), 0) {
		out = append(out, ecs.ID(ecs.KindRouteTable, k))
	}
	return out
}

func cidrs(list []ecs.Prefix) []string {
	var out []string
	for _, p := range list {
		out = append(out, p.String())
	}
	return out
}
