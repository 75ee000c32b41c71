package natgateway

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
)

var _ = action.Handle(&actions, "ListEnhanhcedNatGatewayAvailableZones", (*Service).ListEnhancedNATGatewayAvailableZones)

// ListEnhancedNATGatewayAvailableZones lists the zones that may have NAT gateways:
// all of the region's. The action's name is spelt as the real service spells it.
func (s *Service) ListEnhancedNATGatewayAvailableZones(c *action.Call, in *api.ListEnhanhcedNatGatewayAvailableZonesRequest) (*api.ListEnhanhcedNatGatewayAvailableZonesResponse, error) {
	if len(in.Filter) > 0 {
		return nil, action.Invalid("Filter.Key") // it has no documented key
	}
	out := &api.ListEnhanhcedNatGatewayAvailableZonesResponse{}
	for _, z := range s.Catalog.Zones(c.Region.ID) {
		out.Zones = append(out.Zones, api.ListEnhanhcedNatGatewayAvailableZonesZones{ZoneID: z.ID, LocalName: z.NameZH, ZoneType: "AvailabilityZone"})
	}
	return out, nil
}
