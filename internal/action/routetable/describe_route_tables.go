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

// DescribeRouteTables lists route tables with their entries, newest first. It is
// the older form of DescribeRouteTableList and DescribeRouteEntryList, which
// Terraform's alicloud_route_entry still reads.
func (s *Service) DescribeRouteTables(c *action.Call, in *api.DescribeRouteTablesRequest) (*api.DescribeRouteTablesResponse, error) {
	snap := s.DB.Snapshot()
	f := action.NewFilter(c, snap, state.RouteTables, account, state.RouteTablesByAccount)
	if in.RouteTableID != "" {
		f.IDList(c, ecs.KindRouteTable, []string{in.RouteTableID})
	}
	if in.RouterType != "" && in.RouterType != "VRouter" { // no border router is here
		f.None()
	}
	of(f, ecs.KindRouter, in.RouterID) // it has its VPC's key
	of(f, ecs.KindRouter, in.VRouterID)
	groups := resource.NewVPCGroupFilter(snap, c.Caller.Account, in.ResourceGroupID)
	f.Require(func(k ecs.Key, r *ecs.RouteTable) bool {
		return (in.RouteTableName == "" || r.Name == in.RouteTableName) && (in.Type == "" || in.Type == kind(k, r)) &&
			(!groups.Given() || groups.Match(group(snap, r)))
	})
	page, err := s.Pager.Page(c, action.PageRequest{PageNumber: in.PageNumber, PageSize: in.PageSize, DefaultSize: 10, MaxSize: 50})
	if err != nil {
		return nil, err
	}
	rows, total, _ := f.List(page)
	out := &api.DescribeRouteTablesResponse{PageNumber: page.Number, PageSize: page.Size, TotalCount: total}
	for _, row := range rows {
		t := show(snap, row.Key, row.Record)
		o := api.DescribeRouteTablesRouteTable{
			RouteTableID: t.RouteTableID, RouteTableType: t.RouteTableType, VRouterID: t.RouterID, Status: t.Status,
			CreationTime: t.CreationTime, ResourceGroupID: t.ResourceGroupID,
		}
		o.VSwitchIDs.VSwitchID = t.VSwitchIDs.VSwitchID
		if !row.Record.ForGateway {
			for _, route := range network.Routes(snap, row.Key, row.Record.VPC, true) {
				o.RouteEntrys.RouteEntry = append(o.RouteEntrys.RouteEntry, oldEntry(showEntry(snap, c, row.Key, route)))
			}
		}
		out.RouteTables.RouteTable = append(out.RouteTables.RouteTable, o)
	}
	return out, nil
}

// oldEntry is an entry in the form of this action: the next hop beside the
// destination, and once more in the list.
func oldEntry(e api.DescribeRouteEntryListRouteEntry) api.DescribeRouteTablesRouteTableRouteEntry {
	o := api.DescribeRouteTablesRouteTableRouteEntry{
		RouteTableID: e.RouteTableID, RouteEntryID: e.RouteEntryID, RouteEntryName: e.RouteEntryName, Description: e.Description,
		DestinationCidrBlock: e.DestinationCidrBlock, IPVersion: e.IPVersion, Status: e.Status, Type: e.Type, Origin: e.Origin, GmtModified: e.GmtModified,
	}
	for _, hop := range e.NextHops.NextHop {
		o.NextHopType, o.InstanceID = hop.NextHopType, hop.NextHopID
		o.NextHops.NextHop = append(o.NextHops.NextHop, api.DescribeRouteTablesRouteTableRouteEntryNextHop{
			NextHopType: hop.NextHopType, NextHopID: hop.NextHopID, Enabled: hop.Enabled,
		})
	}
	return o
}
