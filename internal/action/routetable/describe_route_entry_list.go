package routetable

import (
	"iter"
	"slices"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DescribeRouteEntryList", (*Service).DescribeRouteEntryList)

// DescribeRouteEntryList lists the entries of a route table, those of the service
// too, the last made first.
func (s *Service) DescribeRouteEntryList(c *action.Call, in *api.DescribeRouteEntryListRequest) (*api.DescribeRouteEntryListResponse, error) {
	snap := s.DB.Snapshot()
	k, r, err := find(c, snap, in.RouteTableID)
	if err != nil {
		return nil, api.Errorf(api.CodeInvalidRouteTableNotFound, "The specified RouteTable was not found.").WithStatus(400)
	}
	types := []string{"", "Custom", "System", "BGP", "CEN", "ECR"}
	switch {
	case r.ForGateway:
		return nil, api.Errorf(api.CodeOperationDeniedUseGatewayRouteEntryQueryInterface, "Use listGatewayRouteTableEntries to describe gateway route entries.")
	case !slices.Contains(types, in.RouteEntryType):
		return nil, api.Errorf(api.CodeIllegalParamRouteEntryType, "The parameter of RouteEntryType is illegal.")
	case in.RouteEntryType != "" && in.RouteEntryType != "Custom" && (in.RouteEntryID != "" || in.RouteEntryName != ""):
		return nil, api.Errorf(api.CodeOperationFailedFilterParamUnderWrongRouteType, "Operation failed because only custom type support filter by routeEntryId or routeEntryName")
	case !slices.Contains([]string{"", "IPv4", "IPv6", "ipv4", "ipv6"}, in.IPVersion):
		return nil, api.Errorf(api.CodeIllegalParamIpVersion, "Param IpVersion illegal.")
	}
	size := 10
	if in.MaxResult != nil {
		size = *in.MaxResult
	}
	if size < 1 || size > 100 {
		return nil, action.Invalid("MaxResult")
	}
	page, err := s.Pager.Page(c, action.PageRequest{MaxResults: &size, NextToken: in.NextToken, MinResults: 1, MaximumResults: 100, BadToken: api.CodeIllegalParamNextToken})
	if err != nil {
		return nil, err
	}
	var shown []api.DescribeRouteEntryListRouteEntry
	var keys []ecs.Key
	for _, route := range network.Routes(snap, k, r.VPC, true) {
		if e := showEntry(snap, c, k, route); matches(&e, in) {
			shown, keys = append(shown, e), append(keys, route.Entry)
		}
	}
	rows, _, next := action.List(page, func(below ecs.Key) iter.Seq2[ecs.Key, *api.DescribeRouteEntryListRouteEntry] {
		return func(yield func(ecs.Key, *api.DescribeRouteEntryListRouteEntry) bool) {
			for i, key := range keys {
				if (below == 0 || key < below) && !yield(key, &shown[i]) {
					return
				}
			}
		}
	}, nil, -1)
	out := &api.DescribeRouteEntryListResponse{NextToken: next}
	for _, row := range rows {
		out.RouteEntrys.RouteEntry = append(out.RouteEntrys.RouteEntry, *row.Record)
	}
	return out, nil
}

func matches(e *api.DescribeRouteEntryListRouteEntry, in *api.DescribeRouteEntryListRequest) bool {
	hop := e.NextHops.NextHop[0]
	same := func(want, got string) bool { return want == "" || want == got }
	return same(in.RouteEntryID, e.RouteEntryID) && same(in.RouteEntryName, e.RouteEntryName) && same(in.RouteEntryType, e.Type) &&
		same(in.DestinationCidrBlock, e.DestinationCidrBlock) && (len(in.DestCidrBlockList) == 0 || slices.Contains(in.DestCidrBlockList, e.DestinationCidrBlock)) &&
		same(in.NextHopID, hop.NextHopID) && same(in.NextHopType, hop.NextHopType) && in.ServiceType == "" &&
		(in.IPVersion == "" || in.IPVersion[3] == e.IPVersion[3])
}

func showEntry(v state.View, c *action.Call, table ecs.Key, r ecs.Route) api.DescribeRouteEntryListRouteEntry {
	o := api.DescribeRouteEntryListRouteEntry{
		RouteTableID: ecs.ID(ecs.KindRouteTable, table), RouteEntryID: ecs.ID(ecs.KindRouteEntry, r.Entry), Status: "Available", Type: "System", Origin: "SystemCreate",
		DestinationCidrBlock: r.Destination(), IPVersion: "IPv4",
	}
	if r.IPv6 {
		o.IPVersion = "IPv6"
	}
	if e, ok := state.RouteEntries.Get(v, r.Entry); ok && !r.System {
		o.Type, o.Origin, o.Status, o.RouteEntryName, o.Description, o.GmtModified = "Custom", "CustomCreate", phase(e.Phase), e.Name, e.Description, ecs.Second(e.Modified)
	}
	o.NextHops.NextHop = []api.DescribeRouteEntryListRouteEntryNextHop{{NextHopType: r.Hop.Type.String(), NextHopID: r.Hop.ID(), Enabled: 1}}
	return o
}
