package instance

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/model/event"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "RedeployInstance", (*Service).RedeployInstance)

// RedeployInstance answers a system event of an instance by moving it to another
// host: a running one restarts, a stopped one stays so, and its events are over.
// An instance without active events is refused, as is one on a dedicated host. The
// task says that the move was asked for; how far it is shows in the state.
func (s *Service) RedeployInstance(c *action.Call, req *api.RedeployInstanceRequest) (*api.RedeployInstanceResponse, error) {
	out := &api.RedeployInstanceResponse{}
	return out, s.one(c, req.InstanceID, nil, change{
		check: func(r *ecs.Instance) error {
			if err := in(r, ecs.Running, ecs.Stopped); err != nil {
				return err
			}
			if r.Placement.Host != 0 {
				return api.Errorf(api.CodeInvalidOperationRedeployInstance, "An instance on a dedicated host cannot be redeployed.")
			}
			return unlocked(r, api.CodeInstanceExpiredOrInArrears)
		},
		apply: func(tx *state.Tx, k ecs.Key, r *ecs.Instance) error {
			if state.EventsOfInstance.Count(tx, uint64(k)) == 0 {
				return api.Errorf(api.CodeInvalidOperationRedeployInstance, "There are no maintenance events found on the instance.")
			}
			if r.Status() == ecs.Running {
				r = compute.Power(tx, k, r, ecs.OpReboot, action.Flag(req.ForceStop), compute.StartTime)
			}
			event.EndAll(tx, k)
			out.TaskID = ecs.ID(ecs.KindTask, compute.DoneTask(tx, k, r, "RedeployInstance"))
			return nil
		},
	})
}
