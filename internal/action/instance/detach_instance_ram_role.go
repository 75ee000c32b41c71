package instance

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DetachInstanceRamRole", (*Service).DetachInstanceRamRole)

// DetachInstanceRamRole takes the RAM role of instances away: the one named, or
// whichever they have. An instance without one is as it should be, unless a
// role is named.
func (s *Service) DetachInstanceRamRole(c *action.Call, req *api.DetachInstanceRamRoleRequest) (*api.DetachInstanceRamRoleResponse, error) {
	results, failed, err := s.roles(c, req.InstanceIDs, func(tx *state.Tx, k ecs.Key, r *ecs.Instance, had string) error {
		if req.RAMRoleName != "" && had != req.RAMRoleName {
			return noRole()
		}
		if had != "" {
			setRole(tx, k, r, "")
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	out := &api.DetachInstanceRamRoleResponse{RAMRoleName: req.RAMRoleName, TotalCount: len(results), FailCount: failed}
	for _, r := range results {
		one := api.DetachInstanceRamRoleDetachInstanceRAMRoleResult{Code: r.code, InstanceID: r.id, Message: r.message, Success: r.code == "200"}
		if r.role != "" {
			one.InstanceRAMRoleSets.InstanceRAMRoleSet = []api.DetachInstanceRamRoleDetachInstanceRAMRoleResultInstanceRAMRoleSet{{InstanceID: r.id, RAMRoleName: r.role}}
		}
		out.DetachInstanceRAMRoleResults.DetachInstanceRAMRoleResult = append(out.DetachInstanceRAMRoleResults.DetachInstanceRAMRoleResult, one)
	}
	return out, nil
}
