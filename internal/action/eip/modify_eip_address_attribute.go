package eip

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ModifyEipAddressAttribute", (*Service).ModifyEIPAddressAttribute)

// ModifyEIPAddressAttribute changes an elastic IP's name, description and
// bandwidth; what is absent stays.
func (s *Service) ModifyEIPAddressAttribute(c *action.Call, in *api.ModifyEipAddressAttributeRequest) (*api.ModifyEipAddressAttributeResponse, error) {
	if in.Name != "" && !ecs.ValidName(in.Name) {
		return nil, action.Invalid("Name")
	}
	if in.Description != "" && !ecs.ValidDescription(in.Description) {
		return nil, action.Invalid("Description")
	}
	err := s.change(c, in.AllocationID, func(_ *state.Tx, next *ecs.EIP) error {
		if err := settled(next); err != nil {
			return err
		}
		var ok bool
		if next.Bandwidth, ok = parseBandwidth(in.Bandwidth, next.Bandwidth, next.Charge); !ok {
			return action.Invalid("Bandwidth")
		}
		if c.Has("Name") {
			next.Name = strings.Clone(in.Name)
		}
		if c.Has("Description") {
			next.Description = strings.Clone(in.Description)
		}
		return nil
	})
	return &api.ModifyEipAddressAttributeResponse{}, err
}
