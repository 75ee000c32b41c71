package ipv4gateway

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "UpdateIpv4GatewayAttribute", (*Service).UpdateIPv4GatewayAttribute)

// UpdateIPv4GatewayAttribute changes a gateway's name and description.
func (s *Service) UpdateIPv4GatewayAttribute(c *action.Call, in *api.UpdateIpv4GatewayAttributeRequest) (*api.UpdateIpv4GatewayAttributeResponse, error) {
	if err := names(in.IPv4GatewayName, in.IPv4GatewayDescription); err != nil {
		return nil, err
	}
	check := func(v state.View, k ecs.Key) error {
		_, err := ready(v, k)
		return err
	}
	return &api.UpdateIpv4GatewayAttributeResponse{}, s.change(c, in.IPv4GatewayID, in.ClientToken, in.DryRun, check, func(tx *state.Tx, k ecs.Key) {
		network.Change(tx, state.IPv4Gateways, k, func(g *ecs.IPv4Gateway) {
			if c.Has("Ipv4GatewayName") {
				g.Name = strings.Clone(in.IPv4GatewayName)
			}
			if c.Has("Ipv4GatewayDescription") {
				g.Description = strings.Clone(in.IPv4GatewayDescription)
			}
		})
	})
}
