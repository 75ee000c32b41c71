// Package instance is the actions on instances: creating, showing, starting,
// stopping, changing and deleting them, and giving them a public address.
//
// An action validates on a snapshot and submits one closure, which checks again
// only what can race and writes everything; the reconciler then does the work.
// The package is bound by package service and imports no other group.
package instance

import (
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/price"
	"github.com/openecs/openecs/internal/state"
)

// Service is what the actions work on.
type Service struct {
	DB      *state.DB
	Catalog *catalog.Catalog
	Prices  *price.List
	Pager   *action.Pager
}

var actions = action.Set[Service]{Version: "2014-05-26"}

// Actions are the group's actions, bound to a service.
func (s *Service) Actions() action.Group { return actions.Bind(s) }
