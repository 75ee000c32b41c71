package routetable

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DescribeRouteTables", (*Service).DescribeRouteTables)

// DescribeRouteTables lists route tables with all their entries, newest first, as
// clients did before there was a list of entries that pages. A route table that
// is named and does not exist is refused.
func (s *Service) DescribeRouteTables(c *action.Call, in *api.DescribeRouteTablesRequest) (*api.DescribeRouteTablesResponse, error) {
	snap := s.DB.Snapshot()
	f := action.NewFilter(c, snap, state.RouteTables, account, state.RouteTablesByAccount)
	if in.RouteTableID != "" {
		if _, _, err := find(c, snap, in.RouteTableID); err != nil {
			return nil, err
		}
		f.IDList(c, ecs.KindRouteTable, []string{in.RouteTableID})
	}
	if in.RouterType != "" && in.RouterType != "VRouter" { // no border router is here
		f.None()
	}
	of(f, ecs.KindRouter, in.VRouterID)
	of(f, ecs.KindRouter, in.RouterID)
	groups := resource.NewVPCGroupFilter(snap, c.Caller.Account, in.ResourceGroupID)
	f.Require(func(k ecs.Key, r *ecs.RouteTable) bool {
		return (in.RouteTableName == "" || r.Name == in.RouteTableName) && (in.Type == "" || in.Type == kind(k, r)) && (!groups.Given() || groups.Match(group(snap, r)))
	})
	page, err := s.Pager.Page(c, action.PageRequest{PageNumber: in.PageNumber, PageSize: in.PageSize, DefaultSize: 10, MaxSize: 50})
	if err != nil {
		return nil, err
	}
	rows, total, _ := f.List(page)
	out := &api.DescribeRouteTablesResponse{PageNumber: page.Number, PageSize: page.Size, TotalCount: total}
	for _, r := range rows {
		out.RouteTables.RouteTable = append(out.RouteTables.RouteTable, showWithEntries(snap, c, r.Key, r.Record))
	}
	return out, nil
}

func showWithEntries(v state.View, c *action.Call, k ecs.Key, r *ecs.RouteTable) api.DescribeRouteTablesRouteTable {
	t := show(v, k, r)
	o := api.DescribeRouteTablesRouteTable{
		CreationTime: t.CreationTime, ResourceGroupID: t.ResourceGroupID, RouteTableID: t.RouteTableID, RouteTableType: t.RouteTableType, Status: t.Status, VRouterID: t.RouterID,
	}
	o.VSwitchIDs.VSwitchID = t.VSwitchIDs.VSwitchID
	for _, route := range network.Routes(v, k, r.VPC, true) {
		e := showEntry(v, c, k, route)
		hop := e.NextHops.NextHop[0]
		n := api.DescribeRouteTablesRouteTableRouteEntry{
			Description: e.Description, DestinationCidrBlock: e.DestinationCidrBlock, GmtModified: e.GmtModified, InstanceID: hop.NextHopID, IPVersion: e.IPVersion,
			NextHopType: hop.NextHopType, Origin: e.Origin, RouteEntryID: e.RouteEntryID, RouteEntryName: e.RouteEntryName, RouteTableID: e.RouteTableID, Status: e.Status, Type: e.Type,
		}
		n.NextHops.NextHop = []api.DescribeRouteTablesRouteTableRouteEntryNextHop{{Enabled: hop.Enabled, NextHopID: hop.NextHopID, NextHopType: hop.NextHopType, Weight: hop.Weight}}
		o.RouteEntrys.RouteEntry = append(o.RouteEntrys.RouteEntry, n)
	}
	return o
}
