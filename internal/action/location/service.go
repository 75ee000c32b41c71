// Package location is the actions of the Location product, by which clients
// without a configured endpoint find the host that answers a product in a
// region.
//
// It is bound by package service and imports no other group.
package location

import (
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/catalog"
)

// Service is what the actions work on.
type Service struct {
	Catalog *catalog.Catalog
}

var actions = action.Set[Service]{Version: "2015-06-12"}

// Actions are the group's actions, bound to a service.
func (s *Service) Actions() action.Group { return actions.Bind(s) }
