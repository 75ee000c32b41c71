package dedicatedhost

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DeleteDedicatedHostCluster", (*Service).DeleteDedicatedHostCluster)

// DeleteDedicatedHostCluster removes a cluster without hosts.
func (s *Service) DeleteDedicatedHostCluster(c *action.Call, in *api.DeleteDedicatedHostClusterRequest) (*api.DeleteDedicatedHostClusterResponse, error) {
	err := s.DB.Update(c.Context, func(tx *state.Tx) error {
		k, _, err := findCluster(c, tx, in.DedicatedHostClusterID)
		if err != nil {
			return err
		}
		if state.DedicatedHostsByCluster.Count(tx, uint64(k)) > 0 {
			return api.Errorf(api.CodeDependencyViolationDedicatedHost, "There are still dedicated hosts in the specified cluster.")
		}
		state.HostClusters.Delete(tx, k)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &api.DeleteDedicatedHostClusterResponse{}, nil
}
