package ipv4gateway

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

var (
	_ = action.Handle(&actions, "AssociateRouteTableWithGateway", (*Service).AssociateRouteTableWithGateway)
	_ = action.Handle(&actions, "DissociateRouteTableFromGateway", (*Service).DissociateRouteTableFromGateway)
)

// AssociateRouteTableWithGateway binds a gateway route table to the active IPv4
// gateway of its VPC. Each has one of the other at most.
func (s *Service) AssociateRouteTableWithGateway(c *action.Call, in *api.AssociateRouteTableWithGatewayRequest) (*api.AssociateRouteTableWithGatewayResponse, error) {
	t, err := s.gatewayTable(c, in.GatewayType, in.RouteTableID)
	if err != nil {
		return nil, err
	}
	check := func(v state.View, k ecs.Key) error { return bindable(v, k, t) }
	return &api.AssociateRouteTableWithGatewayResponse{}, s.change(c, in.GatewayID, in.ClientToken, in.DryRun, check, func(tx *state.Tx, k ecs.Key) { bind(tx, k, t, k) })
}

// DissociateRouteTableFromGateway takes a gateway route table off its gateway.
func (s *Service) DissociateRouteTableFromGateway(c *action.Call, in *api.DissociateRouteTableFromGatewayRequest) (*api.DissociateRouteTableFromGatewayResponse, error) {
	t, err := s.gatewayTable(c, in.GatewayType, in.RouteTableID)
	if err != nil {
		return nil, err
	}
	check := func(v state.View, k ecs.Key) error {
		_, r, err := bothReady(v, k, t)
		if err == nil && r.Gateway != k {
			err = api.Errorf(api.CodeOperationFailedNotExistAssociateRelation, "The operation is failed because of not exist associate relation.")
		}
		return err
	}
	return &api.DissociateRouteTableFromGatewayResponse{}, s.change(c, in.GatewayID, in.ClientToken, in.DryRun, check, func(tx *state.Tx, k ecs.Key) { bind(tx, k, t, 0) })
}

// gatewayTable finds the route table that a request names.
func (s *Service) gatewayTable(c *action.Call, typ, id string) (ecs.Key, error) {
	switch {
	case typ == "", strings.EqualFold(typ, "Ipv4Gateway"):
	case strings.EqualFold(typ, "Ipv6Gateway"):
		return 0, api.Errorf(api.CodeUnsupportedFeatureIpv6GatewayRouteTable, "The feature of Ipv6GatewayRouteTable is not supported.").WithStatus(400)
	default:
		return 0, api.Errorf(api.CodeIllegalParamGatewayType, "The param of GatewayType is illegal.")
	}
	t, _, ok := action.Find(c, s.DB.Snapshot(), state.RouteTables, ecs.KindRouteTable, func(r *ecs.RouteTable) uint64 { return r.Account }, id)
	if !ok {
		return 0, noGatewayTable()
	}
	return t, nil
}

func noGatewayTable() error {
	return api.Errorf(api.CodeResourceNotFoundGatewayRouteTable, "The specified resource GatewayRouteTable is not found.")
}

// bothReady is a gateway and a gateway route table that nothing is under way
// with.
func bothReady(v state.View, k, t ecs.Key) (*ecs.IPv4Gateway, *ecs.RouteTable, error) {
	g, err := ready(v, k)
	if err != nil {
		return nil, nil, err
	}
	r, ok := state.RouteTables.Get(v, t)
	switch {
	case !ok:
		return nil, nil, noGatewayTable()
	case !r.ForGateway:
		return nil, nil, api.Errorf(api.CodeOperationDeniedRouteTableTypeIncorrect, "The operation is not allowed because of routeTableType is incorrect.")
	case r.Phase != ecs.PhaseReady:
		return nil, nil, api.Errorf(api.CodeIncorrectStatusGatewayRouteTable, "The status of gatewayRouteTable [%s] is incorrect.", ecs.ID(ecs.KindRouteTable, t))
	}
	return g, r, nil
}

func bindable(v state.View, k, t ecs.Key) error {
	g, r, err := bothReady(v, k, t)
	switch {
	case err != nil:
		return err
	case g.VPC != r.VPC:
		return api.Errorf(api.CodeOperationDeniedGatewayAndTableNotInOneVpc, "The operation is not allowed because of GatewayAndTableNotInOneVpc.")
	case !g.Enabled:
		return api.Errorf(api.CodeOperationDeniedIpv4GatewayNotActive, "The operation is not allowed because of ipv4Gateway [%s] is not active.", ecs.ID(ecs.KindIPv4Gateway, k)).WithStatus(400)
	case r.Gateway != 0:
		return api.Errorf(api.CodeResourceAlreadyAssociatedGatewayRouteTable, "The specified resource gatewayRouteTable is already associated.")
	case table(v, k) != "":
		return api.Errorf(api.CodeResourceAlreadyAssociatedIpv4Gateway, "The specified resource ipv4Gateway is already associated.")
	}
	return nil
}

// bind makes to the gateway of a table (0: none); both are being modified for a
// moment.
func bind(tx *state.Tx, k, t, to ecs.Key) {
	pass(tx, k, ecs.PhaseModifying, func(*ecs.IPv4Gateway) {})
	network.Change(tx, state.RouteTables, t, func(r *ecs.RouteTable) { r.Gateway, r.Phase = to, ecs.PhaseModifying })
	network.Pass(tx, t)
}
