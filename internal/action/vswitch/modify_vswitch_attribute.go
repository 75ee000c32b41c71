package vswitch

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ModifyVSwitchAttribute", (*Service).ModifyVSwitchAttribute)

// ModifyVSwitchAttribute changes name, description and IPv6 network of a vSwitch;
// what the request does not say stays. The IPv6 network stays as long as
// interfaces have addresses of it: 400 DependencyViolation.
func (s *Service) ModifyVSwitchAttribute(c *action.Call, in *api.ModifyVSwitchAttributeRequest) (*api.ModifyVSwitchAttributeResponse, error) {
	k, _, err := action.VSwitch(c, s.DB.Snapshot(), in.VSwitchID)
	if err != nil {
		return nil, notFound()
	}
	if err := names(in.VSwitchName, in.Description); err != nil {
		return nil, err
	}
	return &api.ModifyVSwitchAttributeResponse{}, s.DB.Update(c.Context, func(tx *state.Tx) error {
		r, ok := state.VSwitches.Get(tx, k)
		if !ok {
			return notFound()
		}
		row := *r
		if c.Has("VSwitchName") {
			row.Name = strings.Clone(in.VSwitchName)
		}
		if c.Has("Description") {
			row.Description = strings.Clone(in.Description)
		}
		disable := in.EnableIPv6 != nil && !*in.EnableIPv6
		switch {
		case disable:
			row.Prefix6 = ecs.Prefix6{}
		case in.IPv6CidrBlock != nil || in.VPCIPv6CidrBlock != "" || action.Flag(in.EnableIPv6) && r.Prefix6.IsZero():
			if row.Prefix6, err = network.VSwitch6(tx, r.VPC, k, in.VPCIPv6CidrBlock, number(in.IPv6CidrBlock)); err != nil {
				return err
			}
		}
		if row.Prefix6 != r.Prefix6 && state.InterfacesWithIP6.Count(tx, uint64(k)) > 0 {
			return api.Errorf(api.CodeDependencyViolation, "Network interfaces have IPv6 addresses of the vSwitch.")
		}
		state.VSwitches.Put(tx, k, &row)
		return nil
	})
}
