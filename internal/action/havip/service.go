// Package havip is the actions on high-availability virtual IP addresses.
//
// What changes is in a phase first, for network.PhaseTime: Creating,
// Associating, Unassociating, Deleting. No member of a HaVip is its master: that
// is the one that announces the address, and machines here announce nothing.
// Package service binds the package; it imports no other group.
package havip

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

func account(r *ecs.HaVip) uint64 { return r.Account }

// find finds a HaVip, or answers 404 InvalidHaVipId.NotFound.
func find(c *action.Call, v state.View, id string) (ecs.Key, *ecs.HaVip, error) {
	k, r, ok := action.Find(c, v, state.HaVips, ecs.KindHaVip, account, id)
	if !ok {
		return 0, nil, api.Errorf(api.CodeInvalidHaVipIdNotFound, "The specified HaVip does not exist in the specified region.").WithStatus(404)
	}
	return k, r, nil
}

// change makes a change to a HaVip that next is a copy of, once for a token.
func (s *Service) change(c *action.Call, id, token string, do func(tx *state.Tx, k ecs.Key, next *ecs.HaVip) error) error {
	once, err := c.Once(token, nil)
	if err != nil {
		return err
	}
	return s.DB.Update(c.Context, func(tx *state.Tx) error {
		_, err := once.Do(tx, func() ([]ecs.Key, error) {
			k, h, err := find(c, tx, id)
			if err != nil {
				return nil, err
			}
			next := *h
			if err := do(tx, k, &next); err != nil {
				return nil, err
			}
			state.HaVips.Put(tx, k, &next)
			return nil, nil
		})
		return err
	})
}

// steady refuses a HaVip with something under way.
func steady(h *ecs.HaVip) error {
	if h.Phase != ecs.PhaseReady {
		return api.Errorf(api.CodeIncorrectHaVipStatus, "The HaVip is neither Available nor InUse.").WithStatus(400)
	}
	return nil
}

func checkText(name, description string) error {
	if !network.ValidText(name, network.MaxName) {
		return api.Errorf(api.CodeInvalidNameMalformed, "The specified Name is wrongly formed.").WithStatus(400)
	}
	if !network.ValidText(description, network.MaxDescription) {
		return api.Errorf(api.CodeInvalidDescriptionMalformed, "The specified Description is wrongly formed.").WithStatus(400)
	}
	return nil
}
