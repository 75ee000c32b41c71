// Package networkinterface is the actions on elastic network interfaces: making
// and showing them, attaching and detaching them, their addresses, limits and
// permissions.
//
// An action submits one closure that checks and writes; what takes time is an
// ecs.Work, which the reconciler carries out. The primary interface of an
// instance is made and ends with it: the actions on instances see to that.
// Package service binds the package; it imports no other group.
package networkinterface

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

// number is the value of an optional number, 0 when absent.
func number(n *int) int {
	if n == nil {
		return 0
	}
	return *n
}
