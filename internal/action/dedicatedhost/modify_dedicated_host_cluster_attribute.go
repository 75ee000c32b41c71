package dedicatedhost

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ModifyDedicatedHostClusterAttribute", (*Service).ModifyDedicatedHostClusterAttribute)

// ModifyDedicatedHostClusterAttribute changes the name and the description, each
// if it is given.
func (s *Service) ModifyDedicatedHostClusterAttribute(c *action.Call, in *api.ModifyDedicatedHostClusterAttributeRequest) (*api.ModifyDedicatedHostClusterAttributeResponse, error) {
	if in.DedicatedHostClusterName != "" && !ecs.ValidName(in.DedicatedHostClusterName) {
		return nil, action.Invalid("DedicatedHostClusterName")
	}
	if in.Description != "" && !ecs.ValidDescription(in.Description) {
		return nil, badDescription()
	}
	err := s.DB.Update(c.Context, func(tx *state.Tx) error {
		k, r, err := findCluster(c, tx, in.DedicatedHostClusterID)
		if err != nil {
			return err
		}
		next := *r
		if in.DedicatedHostClusterName != "" {
			next.Name = strings.Clone(in.DedicatedHostClusterName)
		}
		if in.Description != "" {
			next.Description = strings.Clone(in.Description)
		}
		state.HostClusters.Put(tx, k, &next)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &api.ModifyDedicatedHostClusterAttributeResponse{}, nil
}
