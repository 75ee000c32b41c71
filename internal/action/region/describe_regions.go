package region

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
)

var _ = action.Handle(&actions, "DescribeRegions", (*Service).DescribeRegions)

// DescribeRegions lists all regions of the catalogue: each sells every resource
// type under both billing methods. RegionEndpoint is the real service's host;
// no client routes by it.
func (s *Service) DescribeRegions(c *action.Call, in *api.DescribeRegionsRequest) (*api.DescribeRegionsResponse, error) {
	zh, err := chinese(in.AcceptLanguage)
	if err != nil {
		return nil, err
	}
	switch strings.ToLower(in.InstanceChargeType) {
	case "", "prepaid", "postpaid", "spotwithpricelimit", "spotaspricego":
	default:
		return nil, api.Errorf(api.CodeInvalidInstanceChargeType, "The specified instanceChargeType is not valid.")
	}
	switch strings.ToLower(in.ResourceType) {
	case "", "instance", "disk":
	case "reservedinstance", "scu":
		return nil, api.Errorf(api.CodeUnsupportedOperationNotImplemented,
			"Reserved instances and storage capacity units are not sold by this OpenECS service.")
	default:
		return nil, api.Errorf(api.CodeInvalidResourceTypeNotFound, "The ResourceType provided does not exist in our records.")
	}
	regions := s.Catalog.Regions()
	out := &api.DescribeRegionsResponse{}
	list := make([]api.DescribeRegionsRegion, len(regions))
	for i, r := range regions {
		name := r.NameEN
		if zh {
			name = r.NameZH
		}
		list[i] = api.DescribeRegionsRegion{LocalName: name, RegionEndpoint: r.Endpoint, RegionID: r.ID, Status: "available"}
	}
	out.Regions.Region = list
	return out, nil
}
