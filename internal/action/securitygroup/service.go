// Package securitygroup is the actions on security groups: making, showing and
// deleting them, their rules and their members.
//
// A group is a row that holds its rules; who its members are is written in the
// network interfaces. Package service binds the package; it imports no other
// group.
package securitygroup

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

var actions = action.Set[Service]{Version: "2014-05-26"}

// Actions are the group's actions, bound to a service.
func (s *Service) Actions() action.Group { return actions.Bind(s) }
