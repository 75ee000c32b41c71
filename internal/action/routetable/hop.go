package routetable

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// nextHop reads a next hop. A kind of which there is nothing here answers that
// kind's NotFound, a kind that the documentation does not list 400
// InvalidNextHopType.
func nextHop(c *action.Call, v state.View, typ, id string) (ecs.NextHop, error) {
	if typ == "" {
		typ = "Instance"
	}
	t, ok := ecs.HopTypeOf(typ)
	if !ok {
		return ecs.NextHop{}, noHop(typ)
	}
	k, ok := ecs.ParseID(t.Kind(), id)
	if !ok || c.Region != nil && k.Region() != c.Region.Code {
		return ecs.NextHop{}, noHop(typ)
	}
	hop := ecs.NextHop{Type: t, Key: k}
	if vpc, account := owner(v, hop); vpc == 0 || account != c.Caller.Account {
		return ecs.NextHop{}, noHop(typ)
	}
	return hop, nil
}

// owner is the VPC and the account of a next hop; 0 if it is not there.
func owner(v state.View, h ecs.NextHop) (vpc ecs.Key, account uint64) {
	switch h.Type {
	case ecs.HopInstance:
		if i, ok := state.Instances.Get(v, h.Key); !ok || i.Want.Deleted {
			return 0, 0
		}
		for _, n := range state.InterfacesByInstance.Ascend(v, uint64(h.Key), 0) {
			if n.Primary {
				return n.VPC, n.Account
			}
		}
	case ecs.HopInterface:
		if n, ok := state.Interfaces.Get(v, h.Key); ok && n.Status() != ecs.InterfaceDeleting {
			return n.VPC, n.Account
		}
	case ecs.HopNATGateway:
		if g, ok := state.NATGateways.Get(v, h.Key); ok && !g.Work.Doing(ecs.WorkDelete) {
			return g.VPC, g.Account
		}
	case ecs.HopHaVip:
		if r, ok := state.HaVips.Get(v, h.Key); ok && r.Phase != ecs.PhaseDeleting {
			return r.VPC, r.Account
		}
	case ecs.HopIPv4Gateway:
		if g, ok := state.IPv4Gateways.Get(v, h.Key); ok && g.Phase != ecs.PhaseDeleting {
			return g.VPC, g.Account
		}
	case ecs.HopIPv6Gateway:
		if g, ok := state.IPv6Gateways.Get(v, h.Key); ok && g.Phase != ecs.PhaseDeleting {
			return g.VPC, g.Account
		}
	}
	return 0, 0
}

func noHop(typ string) error {
	switch typ {
	case "Instance":
		return api.Errorf(api.CodeIllegalParamNextHopId, "Instance not exists or not vpc vm.")
	case "NetworkInterface":
		return api.Errorf(api.CodeResourceNotFoundNetworkInterface, "The specified resource of network interface is not found.")
	case "HaVip":
		return api.Errorf(api.CodeInvalidHaVipNotFound, "The specified HaVip does not exist in the specified region.")
	case "NatGateway":
		return api.Errorf(api.CodeInvalidNatGatewayNotFound, "Natgateway not exist.")
	case "Ipv4Gateway":
		return api.Errorf(api.CodeResourceNotFoundIpv4Gateway, "Specified Ipv4Gateway does not exist.")
	case "RouterInterface":
		return api.Errorf(api.CodeInvalidRouterInterface, "invalid router interface.")
	case "Attachment":
		return api.Errorf(api.CodeInvalidAttachmentNotFound, "The attachment is not found.")
	case "VpcPeer":
		return api.Errorf(api.CodeResourceNotFoundVpcPeer, "The specified resource of VpcPeer is not found.")
	case "IPv6Gateway", "VpnGateway", "GatewayEndpoint", "GatewayLoadBalancerEndpoint", "CenBasic", "Ecr", "ECR":
		return api.Errorf(api.CodeInvalidNextHopNotFound, "Specified next hop does not exist.")
	}
	return api.Errorf(api.CodeInvalidNextHopType, "The specified NextHopType is not valid.")
}

// reaches refuses a next hop that is gone or of another VPC.
func reaches(v state.View, t *ecs.RouteTable, h ecs.NextHop) error {
	switch vpc, _ := owner(v, h); {
	case vpc == 0:
		return noHop(h.Type.String())
	case vpc != t.VPC && h.Type == ecs.HopIPv4Gateway:
		return api.Errorf(api.CodeMismatchIpv4GatewayIdAndRouteTableId, "The specified IPv4Gateway and RouteTable are not matched.")
	case vpc != t.VPC:
		return api.Errorf(api.CodeInvalidNexthop, "The Specified nexthop illegal.")
	}
	if h.Type == ecs.HopIPv4Gateway {
		switch g, _ := state.IPv4Gateways.Get(v, h.Key); {
		case g.Phase != ecs.PhaseReady:
			return api.Errorf(api.CodeIncorrectStatusIpv4Gateway, "The status of Ipv4Gateway is incorrect.")
		case !g.Enabled:
			return api.Errorf(api.CodeOperationDeniedIpv4GatewayNotActive, "The IPv4 gateway %s is not active.", h.ID()).WithStatus(400)
		}
	}
	return nil
}
