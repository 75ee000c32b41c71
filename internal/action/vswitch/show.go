package vswitch

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/state"
)

// status is that of every vSwitch: it is there or it is not.
const status = "Available"

// show is a vSwitch as DescribeVSwitches shows it.
func show(o *api.DescribeVSwitchesVSwitch, v state.View, k ecs.Key, r *ecs.VSwitch) {
	o.VSwitchID, o.VSwitchName, o.Description = ecs.ID(ecs.KindVSwitch, k), r.Name, r.Description
	o.VPCID, o.ZoneID, o.OwnerID, o.Status = ecs.ID(ecs.KindVPC, r.VPC), v.Str(r.Zone), int64(r.Account), status
	o.CidrBlock, o.CreationTime, o.IsDefault = r.Prefix.String(), ecs.Second(r.Created), r.Default
	o.AvailableIPAddressCount = int64(network.FreeCount(v, k, r.Prefix))
	o.IPv6CidrBlock, o.EnabledIPv6 = r.Prefix6.String(), !r.Prefix6.IsZero()
	o.RouteTable = api.DescribeVSwitchesVSwitchRouteTable{RouteTableID: ecs.ID(ecs.KindRouteTable, network.TableOf(r)), RouteTableType: "System"}
	if r.RouteTable != 0 {
		o.RouteTable.RouteTableType = "Custom"
	}
	o.NetworkAclID = ecs.ID(ecs.KindNetworkACL, r.ACL)
	o.Tags.Tag = network.ShowTags(v, r.Tags)
	o.ResourceGroupID = resource.ShowGroup(v, r.Account, group(v, r))
}

// group is the resource group that a vSwitch is in: its VPC's.
func group(v state.View, r *ecs.VSwitch) ecs.Sym {
	if vpc, ok := state.VPCs.Get(v, r.VPC); ok {
		return vpc.ResourceGroup
	}
	return 0
}
