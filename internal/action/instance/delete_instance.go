package instance

import (
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DeleteInstance", (*Service).DeleteInstance)

// DeleteInstance releases an instance with its addresses and the disks that go
// with it. It is listed until its machine is gone.
func (s *Service) DeleteInstance(c *action.Call, in *api.DeleteInstanceRequest) (*api.DeleteInstanceResponse, error) {
	if err := s.one(c, in.InstanceID, in.DryRun, deleting(c.Now, in.Force, in.ForceStop, in.TerminateSubscription)); err != nil {
		return nil, err
	}
	return &api.DeleteInstanceResponse{}, nil
}

// deleting releases an instance: a stopped one, or with force a running one,
// whose power is then cut unless ForceStop=false asks to shut it down first.
func deleting(now time.Time, force, forceStop, terminate *bool) change {
	return change{
		check: func(r *ecs.Instance) error {
			switch st := r.Status(); {
			case r.Want.Deleted:
				return wrongState()
			case st == ecs.Pending:
				return api.Errorf(api.CodeIncorrectInstanceStatusInitializing, "The specified instance status does not support this operation.").WithStatus(403)
			case st == ecs.Stopped, st == ecs.Running && action.Flag(force):
			default:
				return wrongState()
			}
			if r.Flags.Has(ecs.DeletionProtected) {
				return api.Errorf(api.CodeInvalidOperationDeletionProtection, "The operation is not allowed due to deletion protection.")
			}
			if r.ChargeType == ecs.PrePaid && (r.Expires > now.Unix() || !action.Flag(terminate)) {
				return api.Errorf(api.CodeChargeTypeViolation, "The operation is not permitted due to charge type of the instance.")
			}
			return nil
		},
		apply: func(tx *state.Tx, k ecs.Key, r *ecs.Instance) error {
			if network.Hops(tx, k) > 0 {
				return api.Errorf(api.CodeDependencyViolationRouteEntry, "The instance is the next hop of a route entry.").WithStatus(400)
			}
			compute.Delete(tx, k, r, forceStop == nil || *forceStop)
			return nil
		},
	}
}
