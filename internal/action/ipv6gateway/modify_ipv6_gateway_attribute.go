package ipv6gateway

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
)

var _ = action.Handle(&actions, "ModifyIpv6GatewayAttribute", (*Service).ModifyIPv6GatewayAttribute)

// ModifyIPv6GatewayAttribute changes a gateway's name and description.
func (s *Service) ModifyIPv6GatewayAttribute(c *action.Call, in *api.ModifyIpv6GatewayAttributeRequest) (*api.ModifyIpv6GatewayAttributeResponse, error) {
	if err := names(in.Name, in.Description); err != nil {
		return nil, err
	}
	return &api.ModifyIpv6GatewayAttributeResponse{}, s.change(c, in.IPv6GatewayID, in.ClientToken, in.DryRun, ready, ecs.PhaseModifying, func(g *ecs.IPv6Gateway) {
		if c.Has("Name") {
			g.Name = strings.Clone(in.Name)
		}
		if c.Has("Description") {
			g.Description = strings.Clone(in.Description)
		}
	})
}
