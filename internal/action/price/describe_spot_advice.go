package price

import (
	"slices"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/price"
)

var _ = action.Handle(&actions, "DescribeSpotAdvice", (*Service).DescribeSpotAdvice)

// maxAdvised is how many instance types a request may name.
const maxAdvised = 10

// DescribeSpotAdvice tells what instance types cost on the spot market over the
// last 30 days, in percent of their list price, the cheapest first. No zone ever
// runs out here, so the interruption rate is 0.
func (s *Service) DescribeSpotAdvice(c *action.Call, in *api.DescribeSpotAdviceRequest) (*api.DescribeSpotAdviceResponse, error) {
	types, err := s.advised(in)
	if err != nil {
		return nil, err
	}
	zones := s.Catalog.Zones(c.Region.ID)
	if in.ZoneID != "" {
		z, ok := s.Catalog.Zone(in.ZoneID)
		if !ok || z.Region != c.Region {
			return nil, badAdvice("ZoneId")
		}
		zones = []*catalog.Zone{z}
	}
	out := &api.DescribeSpotAdviceResponse{RegionID: c.Region.ID}
	for _, z := range zones {
		at := api.DescribeSpotAdviceAvailableSpotZone{ZoneID: z.ID}
		list := &at.AvailableSpotResources.AvailableSpotResource
		for _, t := range types {
			if !z.SellsFamily(t.Family) || t.IOOptimized == catalog.IONone {
				continue
			}
			if _, err := s.Prices.Trade(price.Want{Region: c.Region.ID, Type: t.ID}, price.Hour); err != nil {
				continue // what has no price is not for sale
			}
			*list = append(*list, api.DescribeSpotAdviceAvailableSpotZoneAvailableSpotResource{
				InstanceType: t.ID, AverageSpotDiscount: s.Prices.Market().Average(t.ID, z.ID, c.Now), InterruptRateDesc: "0-3%",
			})
		}
		slices.SortStableFunc(*list, func(a, b api.DescribeSpotAdviceAvailableSpotZoneAvailableSpotResource) int {
			return a.AverageSpotDiscount - b.AverageSpotDiscount
		})
		if len(*list) > 0 {
			out.AvailableSpotZones.AvailableSpotZone = append(out.AvailableSpotZones.AvailableSpotZone, at)
		}
	}
	return out, nil
}

// advised are the instance types asked for: those named, or those that have what
// is asked for.
func (s *Service) advised(in *api.DescribeSpotAdviceRequest) ([]*catalog.Type, error) {
	bySize := in.Cores != nil || in.Memory != nil || in.MinCores != nil || in.MinMemory != nil
	switch {
	case len(in.InstanceTypes) > maxAdvised:
		return nil, badAdvice("InstanceTypes")
	case len(in.InstanceTypes) > 0 && (bySize || in.InstanceTypeFamily != "" || in.InstanceFamilyLevel != ""):
		return nil, api.Errorf(api.CodeInvalidParamTypeAndCpuMemConflict, "InstanceTypes does not go together with Cores, Memory, MinCores, MinMemory, InstanceTypeFamily or InstanceFamilyLevel.")
	case !action.OneOf(in.InstanceFamilyLevel, "EntryLevel", "EnterpriseLevel", "CreditEntryLevel"):
		return nil, badAdvice("InstanceFamilyLevel")
	}
	if in.InstanceTypeFamily != "" {
		if _, ok := s.Catalog.Family(in.InstanceTypeFamily); !ok {
			return nil, badAdvice("InstanceTypeFamily")
		}
	}
	all := s.Catalog.Types()
	if len(in.InstanceTypes) > 0 {
		all = nil
		for _, id := range in.InstanceTypes {
			t, ok := s.Catalog.Type(catalog.NormalizeType(id))
			if !ok {
				return nil, badAdvice("InstanceTypes")
			}
			all = append(all, t)
		}
	}
	var out []*catalog.Type
	for _, t := range all {
		switch {
		case in.Cores != nil && t.VCPU != *in.Cores, in.MinCores != nil && t.VCPU < *in.MinCores,
			in.Memory != nil && t.MemoryGiB != *in.Memory, in.MinMemory != nil && t.MemoryGiB < *in.MinMemory,
			in.InstanceTypeFamily != "" && t.Family.ID != in.InstanceTypeFamily, in.InstanceFamilyLevel != "" && t.Family.Level != in.InstanceFamilyLevel,
			in.GPUSpec != "" && t.GPUSpec != in.GPUSpec, in.GPUAmount != nil && t.GPUs != *in.GPUAmount:
		default:
			out = append(out, t)
		}
	}
	return out, nil
}

func badAdvice(name string) error {
	return api.Errorf(api.CodeInvalidParam, "The specified parameter %s is not valid.", name).WithStatus(400)
}
