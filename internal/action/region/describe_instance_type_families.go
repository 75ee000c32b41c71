package region

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/catalog"
)

var _ = action.Handle(&actions, "DescribeInstanceTypeFamilies", (*Service).DescribeInstanceTypeFamilies)

// DescribeInstanceTypeFamilies lists the families that some zone of the region
// sells, of one generation if asked. A generation nothing belongs to lists
// none; what is no generation at all is 400 InvalidParameter.
func (s *Service) DescribeInstanceTypeFamilies(c *action.Call, in *api.DescribeInstanceTypeFamiliesRequest) (*api.DescribeInstanceTypeFamiliesResponse, error) {
	if c.Region == nil {
		return nil, regionNotFound()
	}
	if n, ok := strings.CutPrefix(in.Generation, "ecs-"); in.Generation != "" && (!ok || n == "" || strings.Trim(n, "0123456789") != "") {
		return nil, action.Invalid("Generation")
	}
	out := &api.DescribeInstanceTypeFamiliesResponse{}
	list := []api.DescribeInstanceTypeFamiliesInstanceTypeFamily{}
	zones := s.Catalog.Zones(c.Region.ID)
	for _, f := range s.Catalog.Families() {
		if (in.Generation == "" || f.Generation == in.Generation) && sold(zones, f) {
			list = append(list, api.DescribeInstanceTypeFamiliesInstanceTypeFamily{Generation: f.Generation, InstanceTypeFamilyID: f.ID})
		}
	}
	out.InstanceTypeFamilies.InstanceTypeFamily = list
	return out, nil
}

// sold reports whether one of the zones sells the family.
func sold(zones []*catalog.Zone, f *catalog.Family) bool {
	for _, z := range zones {
		if z.SellsFamily(f) {
			return true
		}
	}
	return false
}
