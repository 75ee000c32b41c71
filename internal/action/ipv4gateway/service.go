// Package ipv4gateway is the actions on the IPv4 gateways of VPCs and on the
// route tables bound to them.
//
// What an action changes is in a phase first, for network.PhaseTime, and no other
// action changes the gateway meanwhile. Package service binds the package; it
// imports no other group.
package ipv4gateway

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

// Service is what the actions work on.
type Service struct {
	DB    *state.DB
	Pager *action.Pager
}

var actions = action.Set[Service]{Version: "2016-04-28"}

// Actions are the group's actions, bound to a service.
func (s *Service) Actions() action.Group { return actions.Bind(s) }

func account(g *ecs.IPv4Gateway) uint64 { return g.Account }

// find finds an IPv4 gateway, or answers 400 ResourceNotFound.Ipv4Gateway.
func find(c *action.Call, v state.View, id string) (ecs.Key, *ecs.IPv4Gateway, error) {
	k, g, ok := action.Find(c, v, state.IPv4Gateways, ecs.KindIPv4Gateway, account, id)
	if !ok {
		return 0, nil, notFound()
	}
	return k, g, nil
}

func notFound() error {
	return api.Errorf(api.CodeResourceNotFoundIpv4Gateway, "The specified resource ipv4Gateway is not found.").WithStatus(400)
}

// ready is a gateway that nothing is under way with; else 400
// ResourceNotFound.Ipv4Gateway or IncorrectStatus.Ipv4Gateway.
func ready(v state.View, k ecs.Key) (*ecs.IPv4Gateway, error) {
	g, ok := state.IPv4Gateways.Get(v, k)
	switch {
	case !ok:
		return nil, notFound()
	case g.Phase != ecs.PhaseReady:
		return nil, api.Errorf(api.CodeIncorrectStatusIpv4Gateway, "The status of ipv4Gateway [%s] is incorrect.", ecs.ID(ecs.KindIPv4Gateway, k))
	}
	return g, nil
}

// change is an action on one gateway, once for its token: check is asked on a
// snapshot, and again when write follows it.
func (s *Service) change(c *action.Call, id, token string, dryRun *bool, check func(v state.View, k ecs.Key) error, write func(tx *state.Tx, k ecs.Key)) error {
	return c.Change(s.DB, token, dryRun, func(v state.View) (ecs.Key, error) {
		k, _, err := find(c, v, id)
		return k, err
	}, check, write)
}

// pass puts a gateway in a phase that ends by itself.
func pass(tx *state.Tx, k ecs.Key, p ecs.Phase, change func(*ecs.IPv4Gateway)) {
	network.Change(tx, state.IPv4Gateways, k, func(g *ecs.IPv4Gateway) {
		g.Phase = p
		change(g)
	})
	network.Pass(tx, k)
}

func status(g *ecs.IPv4Gateway) string {
	return [...]string{
		ecs.PhaseReady: "Created", ecs.PhaseCreating: "Creating", ecs.PhaseModifying: "Modifying", ecs.PhaseDeleting: "Deleting", ecs.PhaseActivating: "Activating",
	}[g.Phase]
}

// table is the route table bound to a gateway; "" if there is none.
func table(v state.View, k ecs.Key) string {
	for t := range state.RouteTablesByGateway.Keys(v, uint64(k), 0) {
		return ecs.ID(ecs.KindRouteTable, t)
	}
	return ""
}

// directEIP reports whether an elastic IP is bound in cut-through mode in a VPC:
// such an address passes no gateway.
func directEIP(v state.View, account uint64, vpc ecs.Key) bool {
	if state.EIPs.Len(v) == 0 {
		return false
	}
	for _, e := range state.EIPsByAccount.Ascend(v, state.Scope(account, vpc.Region()), 0) {
		if e.Mode == ecs.EIPNAT || e.TargetKind != ecs.EIPInterface {
			continue
		}
		if n, ok := state.Interfaces.Get(v, e.Target); ok && n.VPC == vpc {
			return true
		}
	}
	return false
}
