package ipv4gateway

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "EnableVpcIpv4Gateway", (*Service).EnableVPCIPv4Gateway)

// maxTables is how many route tables get a default route when a gateway is
// enabled.
const maxTables = 10

// EnableVPCIPv4Gateway makes a gateway decide what leaves its VPC: from then on
// only what a route sends to it. The route tables named get a default route to
// it.
func (s *Service) EnableVPCIPv4Gateway(c *action.Call, in *api.EnableVpcIpv4GatewayRequest) (*api.EnableVpcIpv4GatewayResponse, error) {
	if len(in.RouteTableList) > maxTables {
		return nil, action.Invalid("RouteTableList")
	}
	var tables []ecs.Key
	for _, id := range in.RouteTableList {
		t, _, ok := action.Find(c, s.DB.Snapshot(), state.RouteTables, ecs.KindRouteTable, func(r *ecs.RouteTable) uint64 { return r.Account }, id)
		if !ok {
			return nil, noTable()
		}
		for _, other := range tables {
			if other == t {
				return nil, api.Errorf(api.CodeVPC_ROUTE_ENTRY_CIDR_BLOCK_DUPLICATE, "Specified CIDR block is already exists.").WithStatus(400)
			}
		}
		tables = append(tables, t)
	}
	check := func(v state.View, k ecs.Key) error {
		g, err := ready(v, k)
		switch {
		case err != nil:
			return err
		case g.Enabled:
			return api.Errorf(api.CodeOperationDeniedVpcHasAlreadyActive, "The operation is not allowed because of vpc has already been active.")
		case directEIP(v, g.Account, g.VPC):
			return api.Errorf(api.CodeOperationDeniedDirectEipExist, "The operation is not allowed because of existing directEip.")
		}
		for _, t := range tables {
			if err := takesDefault(v, t, g.VPC); err != nil {
				return err
			}
		}
		return nil
	}
	return &api.EnableVpcIpv4GatewayResponse{}, s.change(c, in.IPv4GatewayID, in.ClientToken, in.DryRun, check, func(tx *state.Tx, k ecs.Key) {
		pass(tx, k, ecs.PhaseActivating, func(g *ecs.IPv4Gateway) { g.Enabled = true })
		for _, t := range tables {
			e := tx.NewKey(t.Region())
			state.RouteEntries.Put(tx, e, &ecs.RouteEntry{
				Account: c.Caller.Account, Table: t, Hop: ecs.NextHop{Type: ecs.HopIPv4Gateway, Key: k}, Modified: tx.Now().Unix(), Phase: ecs.PhaseCreating,
			})
			network.Pass(tx, e)
		}
	})
}

// takesDefault refuses a default route for a table that cannot have one.
func takesDefault(v state.View, k, vpc ecs.Key) error {
	t, ok := state.RouteTables.Get(v, k)
	switch {
	case !ok || t.Phase == ecs.PhaseDeleting:
		return noTable()
	case t.VPC != vpc || t.ForGateway:
		return action.Invalid("RouteTableList")
	case t.Phase != ecs.PhaseReady || state.RouteEntriesChanging.Count(v, uint64(k)) > 0:
		return api.Errorf(api.CodeIncorrectRouteEntryStatus, "Some route entry status blocked this operation.").WithStatus(400)
	}
	for _, e := range state.RouteEntriesByTable.Ascend(v, uint64(k), 0) {
		if !e.IPv6 && e.Prefix == (ecs.Prefix{}) {
			return api.Errorf(api.CodeOperationDeniedConflictOfAllZeroRouting, "The operation is not allowed because of routetable [%s] exist all-zero route entry.", ecs.ID(ecs.KindRouteTable, k))
		}
	}
	if state.RouteEntriesByTable.Count(v, uint64(k)) >= network.MaxRouteEntries {
		return api.Errorf(api.CodeQuotaExceeded, "Route entry quota exceeded in this route table.").WithStatus(400)
	}
	return nil
}

func noTable() error {
	return api.Errorf(api.CodeInvalidRouteTableIdNotFound, "Specified route table does not exist.").WithStatus(404)
}
