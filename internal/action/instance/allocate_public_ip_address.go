package instance

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "AllocatePublicIpAddress", (*Service).AllocatePublicIPAddress)

// AllocatePublicIPAddress gives an instance with bandwidth its public address.
// Asked again it answers the address that is there.
func (s *Service) AllocatePublicIPAddress(c *action.Call, req *api.AllocatePublicIpAddressRequest) (*api.AllocatePublicIpAddressResponse, error) {
	if req.VlanID != "" {
		return nil, api.Errorf(api.CodeInvalidVlanIdNotFound, "The VlanId provided does not exist in our records.")
	}
	var want ecs.IPv4
	if req.IPAddress != "" {
		var ok bool
		if want, ok = ecs.ParseIPv4(req.IPAddress); !ok {
			return nil, api.Errorf(api.CodeInvalidIpAddressMalformed, `The specified parameter "IpAddress" is not valid.`)
		}
	}
	var got ecs.IPv4
	allocate := func(tx *state.Tx) error {
		k, r, err := action.Instance(c, tx, req.InstanceID)
		if err != nil {
			return err
		}
		if err := in(r, ecs.Running, ecs.Stopped); err != nil {
			return err
		}
		if err := unlocked(r, api.CodeInstanceExpiredOrInArrears); err != nil {
			return err
		}
		if r.BandwidthOut <= 0 {
			return api.Errorf(api.CodeAllocateIpInvalidInstanceBandwidth, "OperationDenied The InternetMaxBandwidthOut of the specified instance cannot be less than 0.")
		}
		if r.PublicIP != 0 {
			if want != 0 && want != r.PublicIP {
				return api.Errorf(api.CodeAllocatedAlready, "There is an IpAddress allocated already for the specified instance.")
			}
			got = r.PublicIP
			return nil
		}
		if _, _, bound := network.InstanceEIP(tx, k); bound {
			return api.Errorf(api.CodeOperationDenied, "The specified instance has an elastic IP.").WithStatus(400)
		}
		if got, err = network.TakePublicAt(tx, want); err != nil {
			return err
		}
		next := *r
		next.PublicIP = got
		next.Flags &^= ecs.PublicReleased
		state.Instances.Put(tx, k, &next)
		return nil
	}
	if err := s.DB.Update(c.Context, allocate); err != nil {
		return nil, err
	}
	return &api.AllocatePublicIpAddressResponse{IPAddress: got.String()}, nil
}
