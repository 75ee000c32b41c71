package instance

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "StopInstance", (*Service).StopInstance)

// StopInstance stops a running instance. ConfirmStop is ignored, as it is since
// 2026.
func (s *Service) StopInstance(c *action.Call, in *api.StopInstanceRequest) (*api.StopInstanceResponse, error) {
	if action.Flag(in.Hibernate) {
		return nil, api.Errorf(api.CodeHibernationConfiguredNotEnabled, "The instance hibernation configured option is not enabled.")
	}
	ch, err := s.stopping(in.StoppedMode, action.Flag(in.ForceStop))
	if err != nil {
		return nil, err
	}
	if err := s.one(c, in.InstanceID, in.DryRun, ch); err != nil {
		return nil, err
	}
	return &api.StopInstanceResponse{}, nil
}

// stopping brings a running instance to Stopped. StopCharging on an instance
// that cannot have it is no error: the stop wins. Where it can, the system's
// public address goes when the stop is asked for, not when it has finished, so
// that only actions write addresses; the next start brings a new one.
func (s *Service) stopping(mode string, force bool) (change, error) {
	if mode != "" && mode != "KeepCharging" && mode != "StopCharging" {
		return change{}, action.Invalid("StoppedMode")
	}
	return change{
		check: func(r *ecs.Instance) error {
			if err := in(r, ecs.Running); err != nil {
				return err
			}
			return unlocked(r, api.CodeInstanceExpiredOrInArrears)
		},
		apply: func(tx *state.Tx, k ecs.Key, r *ecs.Instance) error {
			next := *r
			next.Flags &^= ecs.StopCharging // PublicReleased stays: the address that a stop took is owed until a start
			if mode == "StopCharging" && economical(tx, s.Catalog, r) {
				compute.Economize(tx, &next)
			}
			compute.Power(tx, k, &next, ecs.OpStop, force, compute.StopTime)
			return nil
		},
	}, nil
}

// economical reports whether an instance may stop without being charged: pay
// as you go, in a VPC, without local disks.
func economical(v state.View, cat *catalog.Catalog, r *ecs.Instance) bool {
	n, ok := state.Interfaces.Get(v, r.Interface)
	t, known := cat.Type(v.Str(r.Type))
	return r.ChargeType == ecs.PostPaid && ok && n.VPC != 0 && known && t.LocalDisks == 0
}
