package region

import (
	"slices"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/catalog"
)

var _ = action.Handle(&actions, "DescribeAvailableResource", (*Service).describeAvailableResource)

// availableRequest is the request with the code of its own that this action
// has for a missing DestinationResource.
type availableRequest struct {
	api.DescribeAvailableResourceRequest
}

func (r *availableRequest) Decode(p *api.Params) error {
	region, _ := p.Get("RegionId")
	if destination, _ := p.Get("DestinationResource"); destination == "" && region != "" {
		return required("DestinationResource")
	}
	return r.DescribeAvailableResourceRequest.Decode(p)
}

func (s *Service) describeAvailableResource(c *action.Call, in *availableRequest) (*api.DescribeAvailableResourceResponse, error) {
	return s.DescribeAvailableResource(c, &in.DescribeAvailableResourceRequest)
}

// DescribeAvailableResource tells for each zone of the region, or for one, what
// can be had there: every resource of the kind that fits the other parameters,
// Available where the zone sells it and SoldOut where it does not. A named
// instance type or disk category is always listed, so that a caller sees it is
// sold out rather than nothing.
func (s *Service) DescribeAvailableResource(c *action.Call, in *api.DescribeAvailableResourceRequest) (*api.DescribeAvailableResourceResponse, error) {
	q, err := s.newAvailability(c, in)
	if err != nil {
		return nil, err
	}
	out := &api.DescribeAvailableResourceResponse{}
	list := make([]api.DescribeAvailableResourceAvailableZone, len(q.zones))
	for i, z := range q.zones {
		q.show(&list[i], z)
	}
	out.AvailableZones.AvailableZone = list
	return out, nil
}

type supported = api.DescribeAvailableResourceAvailableZoneAvailableResourceSupportedResource

// show fills in one zone. It is available when something in it is.
func (q *availability) show(v *api.DescribeAvailableResourceAvailableZone, z *catalog.Zone) {
	v.RegionID, v.ZoneID = z.Region.ID, z.ID
	found := q.find(z)
	available := false
	for i := range found {
		available = available || found[i].Status == isAvailable
	}
	v.Status, v.StatusCategory = status(available)
	if !available && slices.ContainsFunc(found, func(s supported) bool { return s.StatusCategory == withoutStock }) {
		v.StatusCategory = withoutStock
	}
	resource := api.DescribeAvailableResourceAvailableZoneAvailableResource{Type: q.destination}
	resource.SupportedResources.SupportedResource = found
	v.AvailableResources.AvailableResource = []api.DescribeAvailableResourceAvailableZoneAvailableResource{resource}
}

const (
	isAvailable = "Available"
	soldOut     = "SoldOut"

	withoutStock = "WithoutStock" // sold here, and all gone
)

// status is the pair that tells whether something can be had; what a zone does not
// sell it will not sell.
func status(available bool) (status, category string) {
	if available {
		return isAvailable, "WithStock"
	}
	return soldOut, "ClosedWithoutStock"
}

func plain(value string, available bool) supported {
	v := supported{Value: value}
	v.Status, v.StatusCategory = status(available)
	return v
}
