package deploymentset

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DeleteDeploymentSet", (*Service).DeleteDeploymentSet)

// DeleteDeploymentSet removes a deployment set without members; 403
// DependencyViolation.NotEmpty says that there are some.
func (s *Service) DeleteDeploymentSet(c *action.Call, in *api.DeleteDeploymentSetRequest) (*api.DeleteDeploymentSetResponse, error) {
	err := s.DB.Update(c.Context, func(tx *state.Tx) error {
		k, _, err := find(c, tx, in.DeploymentSetID)
		if err != nil {
			return err
		}
		if state.InstancesByDeploymentSet.Count(tx, uint64(k)) > 0 {
			return api.Errorf(api.CodeDependencyViolationNotEmpty, "There are still instance(s) in the specified DeploymentSetId.")
		}
		state.DeploymentSets.Delete(tx, k)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &api.DeleteDeploymentSetResponse{}, nil
}
