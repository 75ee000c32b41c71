package eip

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "UnassociateEipAddress", (*Service).UnassociateEIPAddress)

// UnassociateEIPAddress unbinds an elastic IP. It is Unassociating until that is
// done. From a NAT gateway whose entries use it, it goes only with Force, and the
// entries go with it.
func (s *Service) UnassociateEIPAddress(c *action.Call, in *api.UnassociateEipAddressRequest) (*api.UnassociateEipAddressResponse, error) {
	once, err := c.Once(in.ClientToken, nil)
	if err != nil {
		return nil, err
	}
	err = s.DB.Update(c.Context, func(tx *state.Tx) error {
		_, err := once.DoOne(tx, func() (ecs.Key, error) {
			k, e, err := action.EIP(c, tx, in.AllocationID)
			if err == nil {
				err = unbindable(tx, e, in)
			}
			if err != nil {
				return 0, err
			}
			if e.TargetKind == ecs.EIPGateway {
				network.DropSNAT(tx, e.Target, e.Address)
				network.DropForward(tx, e.Target, e.Address)
			}
			network.WorkEIP(tx, k, *e, ecs.WorkDetach)
			return k, nil
		})
		return err
	})
	return &api.UnassociateEipAddressResponse{}, err
}

func unbindable(v state.View, e *ecs.EIP, in *api.UnassociateEipAddressRequest) error {
	switch in.InstanceType {
	case "", "EcsInstance", "NetworkInterface", "Nat", "SlbInstance", "HaVip", "IpAddress":
	default:
		return api.Errorf(api.CodeInvalidInstanceTypeValueNotSupported, "The specified value of InstanceType is not supported.").WithStatus(400)
	}
	if e.Status() != ecs.EIPInUse {
		return wrongStatus()
	}
	if in.InstanceID != "" && in.InstanceID != e.TargetID() {
		return api.Errorf(api.CodeInvalidInstanceIdNotFound, "The elastic IP is not bound to the specified instance.").WithStatus(400)
	}
	if in.InstanceType != "" && in.InstanceType != e.TargetKind.String() {
		return api.Errorf(api.CodeInvalidBindingStatus, "The elastic IP is not bound to an instance of that type.")
	}
	if in.PrivateIPAddress != "" && in.PrivateIPAddress != e.Private.String() {
		return action.Invalid("PrivateIpAddress")
	}
	if e.TargetKind == ecs.EIPInstance {
		if r, ok := state.Instances.Get(v, e.Target); ok {
			if s := r.Status(); !r.Want.Deleted && s != ecs.Running && s != ecs.Stopped {
				return api.Errorf(api.CodeIncorrectInstanceStatus, "Current instance status does not support this operation.").WithStatus(400)
			}
		}
	}
	if e.TargetKind != ecs.EIPGateway || action.Flag(in.Force) {
		return nil
	}
	if network.UsedBySNAT(v, e.Target, e.Address) {
		return api.Errorf(api.CodeInvalidIpStatusHasBeenUsedBySnatTable, "The elastic IP is used by an SNAT entry.")
	}
	if network.UsedByForward(v, e.Target, e.Address) {
		return api.Errorf(api.CodeInvalidIpStatusHasBeenUsedByForwardEntry, "The elastic IP is used by a forward entry.")
	}
	return nil
}
