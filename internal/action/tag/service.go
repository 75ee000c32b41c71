// Package tag is the actions on tags: those of ECS, of VPC and of the Tag
// product, all over the same tags, which the records of resources carry. Package
// resource knows the kinds of resources there are.
//
// Package service binds the package; it imports no other group.
package tag

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
	actions    = action.Set[Service]{Version: "2014-05-26"}
	vpcActions = action.Set[Service]{Version: "2016-04-28"}
	tagActions = action.Set[Service]{Version: "2018-08-28"}
)

// Actions are the group's actions, bound to a service.
func (s *Service) Actions() action.Group {
	return slices.Concat(actions.Bind(s), vpcActions.Bind(s), tagActions.Bind(s))
}
