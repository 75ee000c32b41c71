package instance

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/billing"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ReActivateInstances", (*Service).ReActivateInstances)

// ReActivateInstances starts an instance that was stopped and locked because its
// account was in arrears, once that has paid. Paying does so by itself, so this is
// for what it has not come to yet.
func (s *Service) ReActivateInstances(c *action.Call, in *api.ReActivateInstancesRequest) (*api.ReActivateInstancesResponse, error) {
	err := s.one(c, in.InstanceID, nil, change{check: reActivatable, apply: func(tx *state.Tx, k ecs.Key, r *ecs.Instance) error {
		if a, _ := billing.Find(tx, r.Account); a.Available() <= 0 {
			return api.Errorf(api.CodeInsufficientBalance, "Your account does not have enough balance.")
		}
		next := *r
		next.Flags |= ecs.StoppedByLock // it starts, whatever it did before
		compute.UnlockFinancial(tx, k, &next)
		return nil
	}})
	if err != nil {
		return nil, err
	}
	return &api.ReActivateInstancesResponse{}, nil
}

func reActivatable(r *ecs.Instance) error {
	switch {
	case r.ChargeType != ecs.PostPaid:
		return api.Errorf(api.CodeInvalidPayTypeNotSupport, "The specified pay type of instance is not supported.")
	case r.Locks&ecs.LockSecurity != 0:
		return unlocked(r, "")
	case r.Locks&ecs.LockFinancial == 0:
		return api.Errorf(api.CodeReopenInstanceInstanceStatusNotValid, "The current status of the instance does not support this operation.")
	}
	return in(r, ecs.Stopped)
}
