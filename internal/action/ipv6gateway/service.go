// Package ipv6gateway is the actions on the IPv6 gateways of VPCs.
//
// What an action changes is in a phase first, for network.PhaseTime, and no other
// action changes the gateway meanwhile. Package service binds the package; it
// imports no other group.
package ipv6gateway

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

// Service is what the actions work on.
type Service struct {
	DB      *state.DB
	Catalog *catalog.Catalog
	Pager   *action.Pager
}

var actions = action.Set[Service]{Version: "2016-04-28"}

// Actions are the group's actions, bound to a service.
func (s *Service) Actions() action.Group { return actions.Bind(s) }

func account(g *ecs.IPv6Gateway) uint64 { return g.Account }

// find finds an IPv6 gateway, or answers 404 ResourceNotFound.Ipv6Gateway.
func find(c *action.Call, v state.View, id string) (ecs.Key, *ecs.IPv6Gateway, error) {
	k, g, ok := action.Find(c, v, state.IPv6Gateways, ecs.KindIPv6Gateway, account, id)
	if !ok {
		return 0, nil, notFound()
	}
	return k, g, nil
}

func notFound() error {
	return api.Errorf(api.CodeResourceNotFoundIpv6Gateway, "The specified resource of Ipv6Gateway is not found.").WithStatus(404)
}

// ready refuses a gateway that is gone or in a phase: 404
// ResourceNotFound.Ipv6Gateway, 400 IncorrectStatus.Ipv6Gateway.
func ready(v state.View, k ecs.Key) error {
	g, ok := state.IPv6Gateways.Get(v, k)
	switch {
	case !ok:
		return notFound()
	case g.Phase != ecs.PhaseReady:
		return api.Errorf(api.CodeIncorrectStatusIpv6Gateway, "The status of Ipv6Gateway [%s] is incorrect.", ecs.ID(ecs.KindIPv6Gateway, k)).WithStatus(400)
	}
	return nil
}

// change is an action on one gateway, once for its token: check is asked on a
// snapshot, and again when the gateway goes into a phase and is changed.
func (s *Service) change(c *action.Call, id, token string, dryRun *bool, check func(v state.View, k ecs.Key) error, p ecs.Phase, change func(*ecs.IPv6Gateway)) error {
	return c.Change(s.DB, token, dryRun, func(v state.View) (ecs.Key, error) {
		k, _, err := find(c, v, id)
		return k, err
	}, check, func(tx *state.Tx, k ecs.Key) {
		network.Change(tx, state.IPv6Gateways, k, func(g *ecs.IPv6Gateway) {
			g.Phase = p
			change(g)
		})
		network.Pass(tx, k)
	})
}

func status(g *ecs.IPv6Gateway) string {
	return [...]string{ecs.PhaseReady: "Available", ecs.PhaseCreating: "Pending", ecs.PhaseModifying: "Modifying", ecs.PhaseDeleting: "Deleting"}[g.Phase]
}

func names(name, description string) error {
	switch {
	case !network.ValidName(name):
		return api.Errorf(api.CodeIllegalParamName, "The parameter of Name is illegal.").WithStatus(400)
	case !network.ValidDescription(description):
		return api.Errorf(api.CodeIllegalParamDescription, "The parameter of Description is illegal.").WithStatus(400)
	}
	return nil
}
