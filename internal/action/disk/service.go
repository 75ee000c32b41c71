// Package disk is the actions on cloud disks: creating, showing, attaching,
// detaching, changing, refilling and deleting them.
//
// An action checks on a snapshot and submits one closure that checks again what
// can race; what takes time is an ecs.Work, which the reconciler carries out.
// Package service binds the package; it imports no other group.
package disk

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
