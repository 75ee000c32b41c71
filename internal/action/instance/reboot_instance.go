package instance

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "RebootInstance", (*Service).RebootInstance)

// RebootInstance restarts a running instance, which shows as Starting.
func (s *Service) RebootInstance(c *action.Call, in *api.RebootInstanceRequest) (*api.RebootInstanceResponse, error) {
	if err := s.one(c, in.InstanceID, in.DryRun, rebooting(action.Flag(in.ForceStop))); err != nil {
		return nil, err
	}
	return &api.RebootInstanceResponse{}, nil
}

func rebooting(force bool) change {
	return change{
		check: func(r *ecs.Instance) error {
			if err := in(r, ecs.Running); err != nil {
				return err
			}
			return unlocked(r, api.CodeInstanceExpiredOrInArrears)
		},
		apply: func(tx *state.Tx, k ecs.Key, r *ecs.Instance) error {
			compute.Power(tx, k, r, ecs.OpReboot, force, compute.StartTime)
			return nil
		},
	}
}
