package instance

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ReleasePublicIpAddress", (*Service).ReleasePublicIPAddress)

// ReleasePublicIPAddress takes an instance's own public address. The instance may
// be named by the address alone.
func (s *Service) ReleasePublicIPAddress(c *action.Call, req *api.ReleasePublicIpAddressRequest) (*api.ReleasePublicIpAddressResponse, error) {
	ip, ok := ecs.ParseIPv4(req.PublicIPAddress)
	if !ok {
		return nil, api.Errorf(api.CodeInvalidIpAddressMalformed, `The specified parameter "PublicIpAddress" is not valid.`)
	}
	find := func(v state.View) (ecs.Key, *ecs.Instance, error) {
		k, r, ok := state.InstancesByPublicIP.First(v, uint64(ip))
		if req.InstanceID != "" {
			var err error
			if k, r, err = action.Instance(c, v, req.InstanceID); err != nil {
				return 0, nil, err
			}
			ok = r.PublicIP == ip
		}
		if !ok || r.Account != c.Caller.Account || c.Region != nil && k.Region() != c.Region.Code {
			return 0, nil, api.Errorf(api.CodeInvalidIpAddressNotFound, "The specified public IP address is no instance's.").WithStatus(404)
		}
		if err := in(r, ecs.Running, ecs.Stopped); err != nil {
			return 0, nil, err
		}
		return k, r, unlocked(r, "")
	}
	if _, _, err := find(s.DB.Snapshot()); err != nil {
		return nil, err
	}
	if action.Flag(req.DryRun) {
		return nil, action.DryRun()
	}
	err := s.DB.Update(c.Context, func(tx *state.Tx) error {
		k, r, err := find(tx)
		if err != nil {
			return err
		}
		network.FreePublic(tx, ip)
		next := *r
		next.PublicIP = 0
		state.Instances.Put(tx, k, &next)
		return nil
	})
	return &api.ReleasePublicIpAddressResponse{}, err
}
