package deploymentset

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ModifyDeploymentSetAttribute", (*Service).ModifyDeploymentSetAttribute)

// ModifyDeploymentSetAttribute changes the name and the description, each if it
// is given.
func (s *Service) ModifyDeploymentSetAttribute(c *action.Call, in *api.ModifyDeploymentSetAttributeRequest) (*api.ModifyDeploymentSetAttributeResponse, error) {
	if err := texts(in.DeploymentSetName, in.Description); err != nil {
		return nil, err
	}
	err := s.DB.Update(c.Context, func(tx *state.Tx) error {
		k, r, err := find(c, tx, in.DeploymentSetID)
		if err != nil {
			return err
		}
		next := *r
		if in.DeploymentSetName != "" {
			next.Name = strings.Clone(in.DeploymentSetName)
		}
		if in.Description != "" {
			next.Description = strings.Clone(in.Description)
		}
		state.DeploymentSets.Put(tx, k, &next)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &api.ModifyDeploymentSetAttributeResponse{}, nil
}
