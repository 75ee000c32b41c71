package instance

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "StartInstance", (*Service).StartInstance)

// StartInstance starts a stopped instance. InitLocalDisk makes the local disks
// anew that have failed; none here ever has, so it changes nothing.
func (s *Service) StartInstance(c *action.Call, in *api.StartInstanceRequest) (*api.StartInstanceResponse, error) {
	if err := s.one(c, in.InstanceID, in.DryRun, s.starting()); err != nil {
		return nil, err
	}
	return &api.StartInstanceResponse{}, nil
}

// starting brings a stopped instance to Running. One that was stopped in
// economical mode is charged again, and gets a new public address if the stop
// took the one it had. It waits for disks whose content is being made anew, which
// only the transaction sees, not a dry run; nor does that see whether there is
// room on the dedicated host.
func (s *Service) starting() change {
	return change{
		check: func(r *ecs.Instance) error {
			if err := in(r, ecs.Stopped); err != nil {
				return err
			}
			return unlocked(r, api.CodeInstanceExpired)
		},
		costs: true,
		apply: func(tx *state.Tx, k ecs.Key, r *ecs.Instance) error {
			if compute.Refilling(tx, k) {
				return wrongState()
			}
			if err := s.startable(tx, k, r); err != nil {
				return err
			}
			next := *r
			if r.Placement.Host != 0 {
				var ok bool
				if next.Placement.Host, ok = compute.HostForStart(tx, s.Catalog, k, r); !ok {
					return api.Errorf(api.CodeInvalidDedicatedHostNotEnoughResource, "The dedicated host has not enough resources.").WithStatus(400)
				}
			}
			if r.Flags.Has(ecs.PublicReleased) && r.PublicIP == 0 && r.BandwidthOut > 0 && !hasEIP(tx, k) {
				ip, err := network.TakePublic(tx)
				if err != nil {
					return err
				}
				next.PublicIP = ip
			}
			next.Flags &^= ecs.StopCharging | ecs.PublicReleased
			s.spot().Watch(tx, k, compute.Power(tx, k, &next, ecs.OpStart, false, compute.StartTime))
			return nil
		},
	}
}
