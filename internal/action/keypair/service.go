// Package keypair is the actions on SSH key pairs: making and importing them,
// and attaching them to instances.
//
// A pair is there as soon as it is answered; an instance sees it at its next
// boot. Package service binds the package; it imports no other group.
package keypair

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
