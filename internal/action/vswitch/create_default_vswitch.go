package vswitch

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "CreateDefaultVSwitch", (*Service).CreateDefaultVSwitch)

// CreateDefaultVSwitch makes a default vSwitch in a zone: the region's default
// VPC must be there.
func (s *Service) CreateDefaultVSwitch(c *action.Call, in *api.CreateDefaultVSwitchRequest) (*api.CreateDefaultVSwitchResponse, error) {
	once, err := c.Once(in.ClientToken, nil)
	if err != nil {
		return nil, err
	}
	zone, ok := s.Catalog.Zone(in.ZoneID)
	if !ok || zone.Region.Code != c.Region.Code {
		return nil, api.Errorf(api.CodeInvalidZoneIdNotFound, "Specified zone does not exist.").WithStatus(404)
	}
	var made ecs.Key
	err = s.DB.Update(c.Context, func(tx *state.Tx) error {
		made, err = once.DoOne(tx, func() (ecs.Key, error) {
			for vpc := range state.DefaultVPCs.Keys(tx, state.Scope(c.Caller.Account, c.Region.Code), 0) {
				return make6(tx, vpc, in)
			}
			return 0, vpcNotFound()
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	return &api.CreateDefaultVSwitchResponse{VSwitchID: ecs.ID(ecs.KindVSwitch, made)}, nil
}

// make6 makes a default vSwitch, with an IPv6 network if one is asked for.
func make6(tx *state.Tx, vpc ecs.Key, in *api.CreateDefaultVSwitchRequest) (ecs.Key, error) {
	var p ecs.Prefix6
	if in.IPv6CidrBlock != nil {
		var err error
		if p, err = network.VSwitch6(tx, vpc, 0, "", *in.IPv6CidrBlock); err != nil {
			return 0, err
		}
	}
	k, err := network.DefaultVSwitch(tx, vpc, in.ZoneID)
	if err == nil {
		network.Change(tx, state.VSwitches, k, func(r *ecs.VSwitch) { r.Prefix6 = p })
	}
	return k, err
}
