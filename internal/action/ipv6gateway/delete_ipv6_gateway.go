package ipv6gateway

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DeleteIpv6Gateway", (*Service).DeleteIPv6Gateway)

// DeleteIPv6Gateway deletes a gateway that no route leads to.
func (s *Service) DeleteIPv6Gateway(c *action.Call, in *api.DeleteIpv6GatewayRequest) (*api.DeleteIpv6GatewayResponse, error) {
	check := func(v state.View, k ecs.Key) error {
		if err := ready(v, k); err != nil {
			return err
		}
		for e := range state.RouteEntriesByHop.Keys(v, uint64(k), 0) {
			return api.Errorf(api.CodeDependencyViolationRouteEntry, "Specified object has dependent resources: %s.", ecs.ID(ecs.KindRouteEntry, e)).WithStatus(400)
		}
		return nil
	}
	return &api.DeleteIpv6GatewayResponse{}, s.change(c, in.IPv6GatewayID, in.ClientToken, in.DryRun, check, ecs.PhaseDeleting, func(*ecs.IPv6Gateway) {})
}
