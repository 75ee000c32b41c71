package natgateway

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ModifyNatGatewayAttribute", (*Service).ModifyNATGatewayAttribute)

// ModifyNATGatewayAttribute changes what a NAT gateway is called and how it
// behaves; what is absent stays.
func (s *Service) ModifyNATGatewayAttribute(c *action.Call, in *api.ModifyNatGatewayAttributeRequest) (*api.ModifyNatGatewayAttributeResponse, error) {
	switch {
	case in.Name != "" && !ecs.ValidName(in.Name):
		return nil, api.Errorf(api.CodeInvalidNatGatewayNameMalFormed, "NatGateway name is not valid.")
	case in.Description != "" && !ecs.ValidDescription(in.Description):
		return nil, api.Errorf(api.CodeInvalidNatGatewayDescriptionMalFormed, "NatGateway description is not valid.")
	case in.EIPBindMode != "" && in.EIPBindMode != "MULTI_BINDED" && in.EIPBindMode != "NAT":
		return nil, action.Invalid("EipBindMode")
	case action.Flag(in.EnableSessionLog) || in.LogDelivery.LogDeliveryType != "" || in.LogDelivery.LogDestination != "":
		return nil, notImplemented("session logs of NAT gateways")
	case in.PrivateLinkMode != "":
		return nil, notImplemented("PrivateLink")
	}
	err := s.DB.Update(c.Context, func(tx *state.Tx) error {
		k, g, err := action.NATGateway(c, tx, in.NatGatewayID)
		if err != nil {
			return err
		}
		if err := steady(g); err != nil {
			return err
		}
		next := *g
		if c.Has("Name") {
			next.Name = strings.Clone(in.Name)
		}
		if c.Has("Description") {
			next.Description = strings.Clone(in.Description)
		}
		set := func(given, on bool, f ecs.GatewayFlags) {
			if given {
				next.Flags &^= f
				if on {
					next.Flags |= f
				}
			}
		}
		set(in.EIPBindMode != "", in.EIPBindMode == "NAT", ecs.GatewayBindNAT)
		set(in.IcmpReplyEnabled != nil, !action.Flag(in.IcmpReplyEnabled), ecs.GatewayNoICMP)
		set(in.SecurityProtectionEnabled != nil, action.Flag(in.SecurityProtectionEnabled), ecs.GatewaySecured)
		state.NATGateways.Put(tx, k, &next)
		return nil
	})
	return &api.ModifyNatGatewayAttributeResponse{}, err
}

// steady refuses a gateway with work under way.
func steady(g *ecs.NATGateway) error {
	if !g.Work.Settled() {
		return api.Errorf(api.CodeIncorrectStatusNATGW, "The status of the specified NAT gateway is abnormal.").WithStatus(400)
	}
	return nil
}
