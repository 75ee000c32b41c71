package instance

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "AttachInstanceRamRole", (*Service).AttachInstanceRamRole)

// AttachInstanceRamRole gives instances a RAM role. One that has another keeps
// it, and its result says so.
func (s *Service) AttachInstanceRamRole(c *action.Call, req *api.AttachInstanceRamRoleRequest) (*api.AttachInstanceRamRoleResponse, error) {
	if !ecs.ValidRAMRole(req.RAMRoleName) {
		return nil, noRole()
	}
	if req.Policy != "" {
		return nil, api.Errorf(api.CodeUnsupportedOperationNotImplemented, "OpenECS does not support Policy: it has no RAM service whose permissions it could narrow.")
	}
	results, failed, err := s.roles(c, req.InstanceIDs, func(tx *state.Tx, k ecs.Key, r *ecs.Instance, had string) error {
		switch had {
		case req.RAMRoleName:
		case "":
			setRole(tx, k, r, req.RAMRoleName)
		default:
			return api.Errorf(roleAttached, "The instance has the RAM role %s.", had)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	out := &api.AttachInstanceRamRoleResponse{RAMRoleName: req.RAMRoleName, TotalCount: len(results), FailCount: failed}
	for _, r := range results {
		out.AttachInstanceRAMRoleResults.AttachInstanceRAMRoleResult = append(out.AttachInstanceRAMRoleResults.AttachInstanceRAMRoleResult,
			api.AttachInstanceRamRoleAttachInstanceRAMRoleResult{Code: r.code, InstanceID: r.id, Message: r.message, Success: r.code == "200"})
	}
	return out, nil
}

// roleAttached is the code of one result, never that of a refusal: inferred.
const roleAttached = "InvalidOperation.RamRoleAttached"
