// Package dhcpoptions is the actions on DHCP options sets of VPCs.
//
// What an action changes is in a phase first, for network.PhaseTime, and no other
// action changes it meanwhile. Package service binds the package; it imports no
// other group.
package dhcpoptions

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

func account(r *ecs.DHCPOptionsSet) uint64 { return r.Account }

func notFound() error {
	return api.Errorf(api.CodeInvalidDhcpOptionsSetIdNotFound, "The specified DhcpOptionsSetId does not exist.")
}

// ready refuses a set that is gone or in a phase: InvalidDhcpOptionsSetId.NotFound,
// 400 IncorrectStatus.DhcpOptionsSet.
func ready(v state.View, k ecs.Key) error {
	r, ok := state.DHCPOptionsSets.Get(v, k)
	switch {
	case !ok:
		return notFound()
	case r.Phase != ecs.PhaseReady:
		return api.Errorf(api.CodeIncorrectStatusDhcpOptionsSet, "The status of DhcpOptionsSet [%s] is incorrect.", ecs.ID(ecs.KindDHCPOptionsSet, k))
	}
	return nil
}

// change is an action on one set, once for its token: check is asked on a
// snapshot, and again in the transaction that change is made in.
func (s *Service) change(c *action.Call, id, token string, dryRun *bool, check func(state.View, ecs.Key) error, change func(*state.Tx, ecs.Key)) error {
	return c.Change(s.DB, token, dryRun, func(v state.View) (ecs.Key, error) {
		k, _, ok := action.Find(c, v, state.DHCPOptionsSets, ecs.KindDHCPOptionsSet, account, id)
		if !ok {
			return 0, notFound()
		}
		return k, nil
	}, check, change)
}

// enter puts a set into a phase that ends by itself.
func enter(p ecs.Phase, change func(*ecs.DHCPOptionsSet)) func(*state.Tx, ecs.Key) {
	return func(tx *state.Tx, k ecs.Key) {
		network.Change(tx, state.DHCPOptionsSets, k, func(r *ecs.DHCPOptionsSet) {
			r.Phase = p
			change(r)
		})
		network.Pass(tx, k)
	}
}

func status(v state.View, k ecs.Key, r *ecs.DHCPOptionsSet) string {
	switch {
	case r.Phase == ecs.PhaseDeleting:
		return "Deleted"
	case r.Phase != ecs.PhaseReady:
		return "Pending"
	case state.VPCsByDHCPOptions.Count(v, uint64(k)) > 0:
		return "InUse"
	}
	return "Available"
}
