// Package natgateway is the actions on NAT gateways and on the SNAT and forward
// (DNAT) entries of their tables. Each gateway has one table of both kinds.
//
// All of them take time to make, change and delete. Package service binds the
// package; it imports no other group.
package natgateway

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/ecs"
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

func notImplemented(what string) error {
	return api.Errorf(api.CodeUnsupportedOperationNotImplemented, "OpenECS does not support %s yet.", what)
}

// table finds the gateway of a table.
func table(c *action.Call, v state.View, kind ecs.Kind, id string) (ecs.Key, *ecs.NATGateway, bool) {
	return action.Find(c, v, state.NATGateways, kind, func(g *ecs.NATGateway) uint64 { return g.Account }, id)
}

func snatTable(c *action.Call, v state.View, id string) (ecs.Key, *ecs.NATGateway, error) {
	k, g, ok := table(c, v, ecs.KindSNATTable, id)
	if !ok {
		return 0, nil, api.Errorf(api.CodeInvalidSnatTableIdNotFound, "Specified SNAT table does not exist.").WithStatus(404)
	}
	return k, g, nil
}

func forwardTable(c *action.Call, v state.View, id string) (ecs.Key, *ecs.NATGateway, error) {
	k, g, ok := table(c, v, ecs.KindForwardTable, id)
	if !ok {
		return 0, nil, api.Errorf(api.CodeInvalidForwardTableIdNotFound, "Specified forward table does not exist.").WithStatus(404)
	}
	return k, g, nil
}

// outer tells whether an entry of a gateway may use an address: one of its elastic
// IPs, or a VPC NAT gateway's own.
func outer(v state.View, gateway ecs.Key, g *ecs.NATGateway, ip ecs.IPv4, none func() error) error {
	if g.Flags.Has(ecs.GatewayIntranet) {
		if ip == g.IP {
			return nil
		}
		return none()
	}
	_, e, ok := state.EIPsByAddress.First(v, uint64(ip))
	switch {
	case !ok || e.Target != gateway:
		return none()
	case e.Status() != ecs.EIPInUse:
		return api.Errorf(api.CodeOperationUnsupportedEipInBinding, "The elastic IP is being bound or unbound.").WithStatus(400)
	}
	return nil
}

func nameMalformed() error {
	return api.Errorf(api.CodeInvalidParameterNameMalformed, "The specified Name is not valid.").WithStatus(400)
}
