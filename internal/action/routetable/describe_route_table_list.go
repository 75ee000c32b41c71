package routetable

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DescribeRouteTableList", (*Service).DescribeRouteTableList)

// DescribeRouteTableList lists route tables, newest first.
func (s *Service) DescribeRouteTableList(c *action.Call, in *api.DescribeRouteTableListRequest) (*api.DescribeRouteTableListResponse, error) {
	snap := s.DB.Snapshot()
	f := action.NewFilter(c, snap, state.RouteTables, account, state.RouteTablesByAccount)
	tags, err := network.TagFilter(snap, in.Tag)
	if err != nil {
		return nil, err
	}
	if in.RouteTableID != "" {
		f.IDList(c, ecs.KindRouteTable, []string{in.RouteTableID})
	}
	if in.RouterType != "" && in.RouterType != "VRouter" && in.VPCID == "" { // no border router is here
		f.None()
	}
	of(f, ecs.KindVPC, in.VPCID)
	of(f, ecs.KindRouter, in.RouterID) // it has its VPC's key
	groups := resource.NewVPCGroupFilter(snap, c.Caller.Account, in.ResourceGroupID)
	f.Require(func(k ecs.Key, r *ecs.RouteTable) bool {
		return (in.RouteTableName == "" || r.Name == in.RouteTableName) && (in.RouteTableType == "" || in.RouteTableType == kind(k, r)) &&
			tags.Match(r.Tags) && (!groups.Given() || groups.Match(group(snap, r)))
	})
	page, err := s.Pager.Page(c, action.PageRequest{PageNumber: in.PageNumber, PageSize: in.PageSize, DefaultSize: 10, MaxSize: 50})
	if err != nil {
		return nil, err
	}
	rows, total, _ := f.List(page)
	out := &api.DescribeRouteTableListResponse{PageNumber: page.Number, PageSize: page.Size, TotalCount: total, Code: "200", Success: true}
	for _, r := range rows {
		out.RouterTableList.RouterTableListType = append(out.RouterTableList.RouterTableListType, show(snap, r.Key, r.Record))
	}
	return out, nil
}

// of asks for the tables of a VPC or of its router, if one is named.
func of(f *action.Filter[ecs.RouteTable], of ecs.Kind, id string) {
	if id == "" {
		return
	}
	k, ok := ecs.ParseID(of, id)
	if !ok {
		f.None()
		return
	}
	f.Index(state.RouteTablesByVPC, uint64(k))
	f.Require(func(_ ecs.Key, r *ecs.RouteTable) bool { return r.VPC == k })
}

// group is the resource group that a table is in: its VPC's.
func group(v state.View, r *ecs.RouteTable) ecs.Sym {
	if vpc, ok := state.VPCs.Get(v, r.VPC); ok {
		return vpc.ResourceGroup
	}
	return 0
}

func show(v state.View, k ecs.Key, r *ecs.RouteTable) api.DescribeRouteTableListRouterTableListType {
	o := api.DescribeRouteTableListRouterTableListType{
		RouteTableID: ecs.ID(ecs.KindRouteTable, k), RouteTableName: r.Name, RouteTableType: kind(k, r), Description: r.Description,
		VPCID: ecs.ID(ecs.KindVPC, r.VPC), RouterID: ecs.ID(ecs.KindRouter, r.VPC), RouterType: "VRouter", OwnerID: int64(r.Account),
		CreationTime: ecs.Second(r.Created), Status: phase(r.Phase), AssociateType: "VSwitch", RoutePropagationEnable: !r.NoPropagation,
		ResourceGroupID: resource.ShowGroup(v, r.Account, group(v, r)),
	}
	if r.ForGateway {
		o.AssociateType = "Gateway"
	} else {
		o.VSwitchIDs.VSwitchID = vswitches(v, k, r)
	}
	if r.Gateway != 0 {
		o.GatewayIDs.GatewayIDs = []string{ecs.ID(ecs.KindIPv4Gateway, r.Gateway)}
	}
	o.Tags.Tag = network.ShowTags(v, r.Tags)
	return o
}
