package routetable

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "CreateRouteEntry", (*Service).CreateRouteEntry)

// CreateRouteEntry adds a custom entry to a route table. Several next hops at
// once must be router interfaces, of which there is none here.
func (s *Service) CreateRouteEntry(c *action.Call, in *api.CreateRouteEntryRequest) (*api.CreateRouteEntryResponse, error) {
	var row *ecs.RouteEntry
	made, err := c.Create(s.DB, in.ClientToken, in.DryRun, func(v state.View) error {
		table, _, err := find(c, v, in.RouteTableID)
		if err != nil {
			return err
		}
		if row, err = newEntry(c, v, table, in); err != nil {
			return err
		}
		return fits(v, row, 0)
	}, func(tx *state.Tx) (ecs.Key, error) {
		if err := fits(tx, row, 0); err != nil {
			return 0, err
		}
		return add(tx, row), nil
	})
	if err != nil {
		return nil, err
	}
	return &api.CreateRouteEntryResponse{RouteEntryID: ecs.ID(ecs.KindRouteEntry, made)}, nil
}

func newEntry(c *action.Call, v state.View, table ecs.Key, in *api.CreateRouteEntryRequest) (*ecs.RouteEntry, error) {
	single := in.NextHopType != "" || in.NextHopID != ""
	switch {
	case single && len(in.NextHopList) > 0:
		return nil, api.Errorf(api.CodeInvalidNexthopTypeAndListBothNotNull, "both nexthopType and nextHopList are not null.")
	case len(in.NextHopList) == 1 || len(in.NextHopList) > 16:
		return nil, api.Errorf(api.CodeInvalidNexthopListSize, "nexthop size is illegal. Must be between 2 and 16.")
	case len(in.NextHopList) > 0:
		return nil, api.Errorf(api.CodeInvalidRouterInterface, "invalid router interface.")
	case !single:
		return nil, api.Errorf(api.CodeInvalidNexthopTypeAndListBothNull, "both nexthopType and nextHopList are null.")
	case in.PrivateIPAddress != "":
		return nil, api.Errorf(api.CodeForbiddenPrivateIpNotFound, "Private ip address not exist.")
	case !network.ValidName(in.RouteEntryName):
		return nil, api.Errorf(api.CodeInvalidRouteEntryNameMalformed, "Specified RouteEntry name is not valid.")
	case !network.ValidDescription(in.Description):
		return nil, api.Errorf(api.CodeInvalidDescriptionMalformed, "Description format is invalid.")
	}
	r := &ecs.RouteEntry{
		Account: c.Caller.Account, Table: table, Name: strings.Clone(in.RouteEntryName), Description: strings.Clone(in.Description), Phase: ecs.PhaseCreating,
	}
	to, err := destination(in.DestinationCidrBlock)
	if err != nil {
		return nil, err
	}
	r.Prefix, r.Prefix6, r.IPv6 = to.Prefix, to.Prefix6, to.IPv6
	r.Hop, err = nextHop(c, v, in.NextHopType, in.NextHopID)
	return r, err
}

// destination reads a network; an address is a network of one.
func destination(s string) (ecs.Route, error) {
	if strings.HasPrefix(s, "pl-") {
		return ecs.Route{}, api.Errorf(api.CodeResourceNotFoundPrefixList, "The specified resource of prefixList is not found.")
	}
	if !strings.Contains(s, "/") {
		if s += "/32"; strings.Contains(s, ":") {
			s = strings.TrimSuffix(s, "/32") + "/128"
		}
	}
	if p, ok := ecs.ParsePrefix(s); ok {
		return ecs.Route{Prefix: p}, nil
	}
	if p, ok := ecs.ParsePrefix6(s); ok {
		return ecs.Route{Prefix6: p, IPv6: true}, nil
	}
	return ecs.Route{}, api.Errorf(api.CodeInvalidCidrBlockMalformed, "Specified CIDR block is not valid.")
}

// fits refuses an entry that its table, as it is now, cannot have; with is how
// many entries the same request makes in the table already.
func fits(v state.View, r *ecs.RouteEntry, with int) error {
	t, ok := state.RouteTables.Get(v, r.Table)
	switch {
	case !ok || t.Phase == ecs.PhaseDeleting:
		return noTable()
	case t.ForGateway:
		return api.Errorf(api.CodeOperationDeniedGatewayRouteTableNotPermitted, "The operation is not allowed to create a route pointing to this nextHop type on gateway route table.")
	case t.Phase != ecs.PhaseReady || state.RouteEntriesChanging.Count(v, uint64(r.Table)) > with:
		return busy()
	}
	if err := clear(v, t, r); err != nil {
		return err
	}
	if err := reaches(v, t, r.Hop); err != nil {
		return err
	}
	if state.RouteEntriesByTable.Count(v, uint64(r.Table)) >= network.MaxRouteEntries {
		return api.Errorf(api.CodeQuotaExceeded, "Route entry quota exceeded in this route table.").WithStatus(400)
	}
	return nil
}

func busy() error {
	return api.Errorf(api.CodeIncorrectRouteEntryStatus, "Some route entry status blocked this operation.")
}

// clear refuses a destination that the table routes already: it may hold a
// vSwitch, but not be one or part of one.
func clear(v state.View, t *ecs.RouteTable, r *ecs.RouteEntry) error {
	if vpc, _ := state.VPCs.Get(v, t.VPC); r.IPv6 && (vpc == nil || vpc.Prefix6.IsZero()) {
		return api.Errorf(api.CodeOperationDeniedVpcIpv6NotEnabled, "IPv6 has not been enabled for the VPC.")
	}
	if !r.IPv6 && r.Prefix == network.ServicePrefix {
		return api.Errorf(api.CodeInvalidCidrBlock, "Specified CIDR block is not valid.")
	}
	for _, w := range state.VSwitchesByVPC.Ascend(v, uint64(t.VPC), 0) {
		if r.IPv6 && w.Prefix6.Covers(r.Prefix6) {
			return api.Errorf(api.CodeOperationUnsupportedDestinationCidrBlockOverlapWithVSwitch, "The destination overlaps with the network of a vSwitch.")
		}
		if !r.IPv6 && w.Prefix.Covers(r.Prefix) {
			return api.Errorf(api.CodeInvalidCidrBlock, "Specified CIDR block is not valid.")
		}
	}
	for _, e := range state.RouteEntriesByTable.Ascend(v, uint64(r.Table), 0) {
		if e.Prefix == r.Prefix && e.Prefix6 == r.Prefix6 && e.IPv6 == r.IPv6 {
			return api.Errorf(api.CodeInvalidCIDRBlockDuplicate, "Specified CIDR block is already exists.")
		}
	}
	return nil
}
