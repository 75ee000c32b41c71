// Package deploymentset is the actions on deployment sets, which keep instances
// apart or near each other. An instance joins one when it is made.
//
// Package service binds the package; it imports no other group.
package deploymentset

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/ecs"
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

func account(r *ecs.DeploymentSet) uint64 { return r.Account }

// find finds a deployment set of the caller's, or answers
// InvalidDeploymentSetId.NotFound.
func find(c *action.Call, v state.View, id string) (ecs.Key, *ecs.DeploymentSet, error) {
	k, r, ok := action.Find(c, v, state.DeploymentSets, ecs.KindDeploymentSet, account, id)
	if !ok {
		return 0, nil, api.Errorf(api.CodeInvalidDeploymentSetIdNotFound, "The specified DeploymentSetId does not exist.")
	}
	return k, r, nil
}

// texts checks a name and a description, where there are any.
func texts(name, description string) error {
	if name != "" && !ecs.ValidName(name) {
		return api.Errorf(api.CodeInvalidDeploymentSetNameMalformed, "Specified deployment set name is not valid.")
	}
	if description != "" && !ecs.ValidDescription(description) {
		return api.Errorf(api.CodeInvalidDescriptionMalformed, "The specified parameter Description is not valid.")
	}
	return nil
}
