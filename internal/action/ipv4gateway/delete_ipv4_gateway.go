package ipv4gateway

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DeleteIpv4Gateway", (*Service).DeleteIPv4Gateway)

// DeleteIPv4Gateway deletes a gateway that no route leads to and no route table
// is bound to. InternetMode says what becomes of a VPC whose gateway was active:
// private, the default, leaves it without the Internet, public as it was before
// it had a gateway.
func (s *Service) DeleteIPv4Gateway(c *action.Call, in *api.DeleteIpv4GatewayRequest) (*api.DeleteIpv4GatewayResponse, error) {
	if in.InternetMode != "" && in.InternetMode != "private" && in.InternetMode != "public" {
		return nil, api.Errorf(api.CodeIllegalParamInternetMode, "The param of InternetMode is illegal.")
	}
	private := in.InternetMode != "public"
	return &api.DeleteIpv4GatewayResponse{}, s.change(c, in.IPv4GatewayID, in.ClientToken, in.DryRun, deletable, func(tx *state.Tx, k ecs.Key) {
		pass(tx, k, ecs.PhaseDeleting, func(g *ecs.IPv4Gateway) {
			if g.Enabled {
				network.Change(tx, state.VPCs, g.VPC, func(r *ecs.VPC) { r.Private = private })
			}
		})
	})
}

func deletable(v state.View, k ecs.Key) error {
	if _, err := ready(v, k); err != nil {
		return err
	}
	for e := range state.RouteEntriesByHop.Keys(v, uint64(k), 0) {
		return api.Errorf(api.CodeDependencyViolationRouteEntry, "Specified object has dependent resources: %s.", ecs.ID(ecs.KindRouteEntry, e)).WithStatus(400)
	}
	if t := table(v, k); t != "" {
		return api.Errorf(api.CodeDependencyViolationRouteTable, "Specified object has dependent resources: %s.", t)
	}
	return nil
}
