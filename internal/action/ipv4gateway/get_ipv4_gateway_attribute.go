package ipv4gateway

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "GetIpv4GatewayAttribute", (*Service).GetIPv4GatewayAttribute)

// GetIPv4GatewayAttribute shows one gateway.
func (s *Service) GetIPv4GatewayAttribute(c *action.Call, in *api.GetIpv4GatewayAttributeRequest) (*api.GetIpv4GatewayAttributeResponse, error) {
	snap := s.DB.Snapshot()
	k, g, err := find(c, snap, in.IPv4GatewayID)
	if err != nil {
		return nil, err
	}
	o := show(snap, k, g)
	out := &api.GetIpv4GatewayAttributeResponse{
		CreateTime: o.GmtCreate, Enabled: o.Enabled, IPv4GatewayDescription: o.IPv4GatewayDescription, IPv4GatewayID: o.IPv4GatewayID, IPv4GatewayName: o.IPv4GatewayName,
		IPv4GatewayRouteTableID: o.IPv4GatewayRouteTableID, ResourceGroupID: o.ResourceGroupID, Status: o.Status, VPCID: o.VPCID,
	}
	for _, t := range o.Tags {
		out.Tags = append(out.Tags, api.GetIpv4GatewayAttributeTags(t))
	}
	return out, nil
}

func show(v state.View, k ecs.Key, g *ecs.IPv4Gateway) api.ListIpv4GatewaysIPv4GatewayModels {
	o := api.ListIpv4GatewaysIPv4GatewayModels{
		Enabled: g.Active(), GmtCreate: ecs.Second(g.Created), IPv4GatewayDescription: g.Description, IPv4GatewayID: ecs.ID(ecs.KindIPv4Gateway, k), IPv4GatewayName: g.Name,
		IPv4GatewayRouteTableID: table(v, k), ResourceGroupID: resource.ShowGroup(v, g.Account, g.ResourceGroup), Status: status(g), VPCID: ecs.ID(ecs.KindVPC, g.VPC),
	}
	for _, t := range g.Tags { // clients read one pair of names or the other
		key, value := v.Str(t.Key), v.Str(t.Value)
		o.Tags = append(o.Tags, api.ListIpv4GatewaysIPv4GatewayModelsTags{Key: key, TagKey: key, TagValue: value, Value: value})
	}
	return o
}
