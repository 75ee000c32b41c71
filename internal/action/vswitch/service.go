// Package vswitch is the actions on vSwitches, the subnets of a VPC. Under
// ECS's own version the same names answer the same.
//
// A vSwitch is Available as soon as it is answered. Package service binds the
// package; it imports no other group.
package vswitch

import (
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/catalog"
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
