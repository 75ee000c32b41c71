// Package eip is the actions on elastic IPs. Under ECS's own version the same
// names answer the same.
//
// Binding and unbinding take time: an elastic IP is Associating or Unassociating
// until the reconciler has seen it done. Package service binds the package; it
// imports no other group.
package eip

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

func wrongStatus() error {
	return api.Errorf(api.CodeIncorrectEipStatus, "Current elastic IP status does not support this operation.")
}

// settled refuses an elastic IP that is being bound or unbound.
func settled(e *ecs.EIP) error {
	if !e.Work.Settled() {
		return wrongStatus()
	}
	return nil
}

func notImplemented(what string) error {
	return api.Errorf(api.CodeUnsupportedOperationNotImplemented, "OpenECS does not support %s yet.", what)
}

// change makes a change to an elastic IP that next is a copy of.
func (s *Service) change(c *action.Call, id string, do func(tx *state.Tx, next *ecs.EIP) error) error {
	return s.DB.Update(c.Context, func(tx *state.Tx) error {
		k, e, err := action.EIP(c, tx, id)
		if err != nil {
			return err
		}
		next := *e
		if err := do(tx, &next); err != nil {
			return err
		}
		state.EIPs.Put(tx, k, &next)
		return nil
	})
}
