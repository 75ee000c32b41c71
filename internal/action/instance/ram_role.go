package instance

import (
	"errors"
	"slices"
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/state"
)

// Instance RAM roles: OpenECS has no RAM service, so that a role is a name. Any
// well-formed name may be attached; what else would be 404
// InvalidRamRole.NotFound.

// roleResult is what became of the role of one instance.
type roleResult struct {
	id, code, message, role string // role: what the instance had
}

// roles changes the RAM role of each instance that allows it. Only what is
// wrong with the request itself refuses all of it.
func (s *Service) roles(c *action.Call, list string, change func(tx *state.Tx, k ecs.Key, r *ecs.Instance, had string) error) ([]roleResult, int, error) {
	ids, err := action.Strings("InstanceIds", list, maxBatch)
	if err != nil || len(ids) == 0 || slices.ContainsFunc(ids, func(id string) bool { return id == "" || len(id) > 64 }) {
		return nil, 0, api.Errorf(api.CodeInvalidInstanceIdsMalformed, "The specified instanceIds are not valid.")
	}
	var out []roleResult
	failed := 0
	err = s.DB.Update(c.Context, func(tx *state.Tx) error {
		out, failed = out[:0], 0
		for _, id := range distinct(ids) {
			result := roleResult{id: strings.Clone(id), code: "200", message: "success"}
			k, r, err := action.Instance(c, tx, id)
			if err == nil {
				result.role = tx.Str(compute.Options(tx, k).RAMRole)
				err = roleAllowed(tx, r)
			}
			if err == nil {
				err = change(tx, k, r, result.role)
			}
			if refusal := (*api.Error)(nil); errors.As(err, &refusal) {
				result.code, result.message = refusal.Code, refusal.Message
				failed++
			} else if err != nil {
				return err
			}
			out = append(out, result)
		}
		return nil
	})
	return out, failed, err
}

// roleAllowed checks that an instance may have a role: in a VPC, and not on its
// way out.
func roleAllowed(v state.View, r *ecs.Instance) error {
	if n, ok := state.Interfaces.Get(v, r.Interface); !ok || n.VPC == 0 {
		return classicRole()
	}
	if r.Want.Deleted {
		return wrongState()
	}
	return nil
}

func classicRole() error {
	return api.Errorf(api.CodeInvalidNetworkTypeMismatchRamRole, "Ram role cannot be applied to instances of Classic network type.")
}

func noRole() error {
	return api.Errorf(api.CodeInvalidRamRoleNotFound, "The specified RAMRoleName does not exist.").WithStatus(404)
}

// setRole writes the role of an instance; "" takes it away.
func setRole(tx *state.Tx, k ecs.Key, r *ecs.Instance, name string) {
	compute.ChangeOptions(tx, k, r.Account, func(o *ecs.InstanceOptions) { o.RAMRole = tx.Sym(strings.Clone(name)) })
}
