package region

import (
	"slices"
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DescribeZones", (*Service).DescribeZones)

// DescribeZones lists a region's zones and what each sells. Everything is sold
// under both billing methods, so InstanceChargeType is checked and leaves
// nothing out. With Verbose=false the zones come without what they sell.
//
// Dedicated hosts and shared block storage are not sold, so their lists are
// empty and ResourceTypes lacks DedicatedHost.
func (s *Service) DescribeZones(c *action.Call, in *api.DescribeZonesRequest) (*api.DescribeZonesResponse, error) {
	if c.Region == nil {
		return nil, regionNotFound()
	}
	zh, err := chinese(in.AcceptLanguage)
	if err != nil {
		return nil, err
	}
	charge := strings.ToLower(in.InstanceChargeType)
	if charge != "" && charge != "prepaid" && charge != "postpaid" {
		return nil, api.Errorf(api.CodeInvalidInstanceChargeTypeNotFound, "The InstanceChargeType does not exist in our records.")
	}
	switch in.SpotStrategy {
	case "", "NoSpot", "SpotWithPriceLimit", "SpotAsPriceGo":
	default:
		return nil, api.Errorf(api.CodeInvalidSpotStrategy, "The specified SpotStrategy is not valid.")
	}
	key := zonesKey{region: c.Region.ID, chinese: zh, verbose: in.Verbose == nil || *in.Verbose}
	out := &api.DescribeZonesResponse{}
	if stock := s.stocked(); stock != nil {
		out.Zones.Zone = s.showZones(key, stock)
		return out, nil
	}
	zones, ok := s.zones.Load(key)
	if !ok {
		zones, _ = s.zones.LoadOrStore(key, s.showZones(key, nil))
	}
	out.Zones.Zone = zones.([]api.DescribeZonesZone)
	return out, nil
}

// zonesKey is all that decides the answer.
type zonesKey struct {
	region           string
	chinese, verbose bool
}

func (s *Service) showZones(k zonesKey, stock state.View) []api.DescribeZonesZone {
	zones := s.Catalog.Zones(k.region)
	list := make([]api.DescribeZonesZone, len(zones))
	for i, z := range zones {
		v := &list[i]
		v.ZoneID, v.ZoneType, v.LocalName = z.ID, "AvailabilityZone", z.NameEN
		if k.chinese {
			v.LocalName = z.NameZH
		}
		if k.verbose {
			s.showSales(v, z, stock)
		}
	}
	return list
}

// showSales fills in what the zone sells, once as a whole and once for each
// kind of instance, I/O optimized and not.
func (s *Service) showSales(v *api.DescribeZonesZone, z *catalog.Zone, stock state.View) {
	types := s.Catalog.TypesIn(z.ID)
	if stock != nil {
		types = slices.DeleteFunc(slices.Clone(types), func(t *catalog.Type) bool { return !inStock(stock, z, t) })
	}
	for _, t := range types {
		v.AvailableInstanceTypes.InstanceTypes = append(v.AvailableInstanceTypes.InstanceTypes, t.ID)
	}
	for _, d := range s.Catalog.DiskCategories() {
		if z.SellsDisk(d) {
			v.AvailableDiskCategories.DiskCategories = append(v.AvailableDiskCategories.DiskCategories, d)
		}
	}
	made := []string{"VSwitch"} // the order of the service's answers
	for _, optimized := range []bool{true, false} {
		if info, any := s.showResources(z, types, optimized); any {
			v.AvailableResources.ResourcesInfo = append(v.AvailableResources.ResourcesInfo, info)
			if optimized {
				made = append(made, "IoOptimized")
			}
		}
	}
	if len(types) > 0 {
		made = append(made, "Instance")
	}
	if len(v.AvailableDiskCategories.DiskCategories) > 0 {
		made = append(made, "Disk")
	}
	v.AvailableResourceCreation.ResourceTypes = made
}

// showResources is what instances of one kind can be made of; false when there
// are none.
func (s *Service) showResources(z *catalog.Zone, types []*catalog.Type, optimized bool) (api.DescribeZonesZoneResourcesInfo, bool) {
	info := api.DescribeZonesZoneResourcesInfo{IOOptimized: optimized}
	families := map[*catalog.Family]bool{}
	classic := false
	for _, t := range types {
		if !canBe(t, optimized) {
			continue
		}
		info.InstanceTypes.SupportedInstanceType = append(info.InstanceTypes.SupportedInstanceType, t.ID)
		if f := t.Family; !families[f] {
			families[f] = true
			classic = classic || f.Classic
			info.InstanceTypeFamilies.SupportedInstanceTypeFamily = append(info.InstanceTypeFamilies.SupportedInstanceTypeFamily, f.ID)
			info.InstanceGenerations.SupportedInstanceGeneration = append(info.InstanceGenerations.SupportedInstanceGeneration, f.Generation)
		}
	}
	slices.Sort(info.InstanceGenerations.SupportedInstanceGeneration)
	info.InstanceGenerations.SupportedInstanceGeneration = slices.Compact(info.InstanceGenerations.SupportedInstanceGeneration)
	info.NetworkTypes.SupportedNetworkCategory = []string{vpc}
	if classic && z.Region.Classic {
		info.NetworkTypes.SupportedNetworkCategory = append(info.NetworkTypes.SupportedNetworkCategory, classicNetwork)
	}
	for _, d := range s.Catalog.DiskCategories() {
		if !z.SellsDisk(d) || !taken(families, d) {
			continue
		}
		if _, _, ok := s.Catalog.DiskLimits(d, "", true); ok {
			info.SystemDiskCategories.SupportedSystemDiskCategory = append(info.SystemDiskCategories.SupportedSystemDiskCategory, d)
		}
		if _, _, ok := s.Catalog.DiskLimits(d, "", false); ok {
			info.DataDiskCategories.SupportedDataDiskCategory = append(info.DataDiskCategories.SupportedDataDiskCategory, d)
		}
	}
	return info, len(families) > 0
}

// canBe reports whether instances of the type can be I/O optimized, or can be
// without.
func canBe(t *catalog.Type, optimized bool) bool {
	if optimized {
		return t.IOOptimized != catalog.IONone
	}
	return t.IOOptimized != catalog.IORequired
}

func taken(families map[*catalog.Family]bool, disk string) bool {
	for f := range families {
		if f.TakesDisk(disk) {
			return true
		}
	}
	return false
}
