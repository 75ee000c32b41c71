// Package region is the actions that show what the catalogue offers: regions,
// zones, instance type families, instance types, and what can be created where.
//
// They read the catalogue and what stock there is on record. Answers that depend on
// region and language alone are built once and shared. It is bound by package service
// and imports no other group.
package region

import (
	"sync"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/state"
)

// Service is what the actions work on. It must not be copied after first use.
type Service struct {
	DB      *state.DB
	Catalog *catalog.Catalog
	Pager   *action.Pager // of DescribeInstanceTypes

	zones sync.Map // zonesKey to []api.DescribeZonesZone, never changed once there
	types func() []shownType
}

var actions = action.Set[Service]{Version: "2014-05-26"}

// Actions are the group's actions, bound to a service.
func (s *Service) Actions() action.Group {
	s.types = sync.OnceValue(s.showTypes)
	return actions.Bind(s)
}

// regionNotFound is what every action here answers when it needs a region and
// has none that exists.
func regionNotFound() error {
	return api.Errorf(api.CodeInvalidRegionIdNotFound, "The specified RegionId does not exist.")
}
