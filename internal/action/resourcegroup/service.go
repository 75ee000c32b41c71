// Package resourcegroup is the actions on resource groups: those of
// ResourceManager, and those by which ECS and VPC move a resource into a group. A
// group belongs to an account and no region; the default one is there from the
// start. Package resource knows the kinds of resources that belong to groups.
//
// Package service binds the package; it imports no other group.
package resourcegroup

import (
	"slices"

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

var (
	actions    = action.Set[Service]{Version: "2020-03-31"}
	ecsActions = action.Set[Service]{Version: "2014-05-26"}
	vpcActions = action.Set[Service]{Version: "2016-04-28"}
)

// Actions are the group's actions, bound to a service.
func (s *Service) Actions() action.Group {
	return slices.Concat(actions.Bind(s), ecsActions.Bind(s), vpcActions.Bind(s))
}
