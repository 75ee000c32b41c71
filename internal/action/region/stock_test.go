package region_test

import (
	"slices"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/model/supply"
	"github.com/openecs/openecs/internal/state"
)

// TestSoldOut: what a zone has no room for shows as sold out there, also on the spot market, and comes back.
func TestSoldOut(t *testing.T) {
	s := actiontest.Start(t)
	see := func(params ...string) (status, category, zone string) {
		t.Helper()
		out := actiontest.Call[api.DescribeAvailableResourceResponse](s, "DescribeAvailableResource", append([]string{"DestinationResource", "InstanceType",
			"InstanceType", actiontest.InstanceType, "ZoneId", actiontest.Zone}, params...)...)
		z := out.AvailableZones.AvailableZone[0]
		v := z.AvailableResources.AvailableResource[0].SupportedResources.SupportedResource[0]
		if z.StatusCategory != v.StatusCategory {
			t.Errorf("the zone is %s, the type %s", z.StatusCategory, v.StatusCategory)
		}
		return v.Status, v.StatusCategory, z.Status
	}
	listed := func() bool {
		for _, z := range actiontest.Call[api.DescribeZonesResponse](s, "DescribeZones", "SpotStrategy", "SpotAsPriceGo").Zones.Zone {
			if z.ZoneID == actiontest.Zone {
				return slices.Contains(z.AvailableInstanceTypes.InstanceTypes, actiontest.InstanceType)
			}
		}
		return false
	}
	for _, stock := range []int64{-1, 0, 1, -1} {
		s.Update(func(tx *state.Tx) { supply.SetStock(tx, actiontest.Zone, actiontest.InstanceType, stock) })
		want := [3]string{"Available", "WithStock", "Available"}
		if stock == 0 {
			want = [3]string{"SoldOut", "WithoutStock", "SoldOut"}
		}
		for _, strategy := range []string{"NoSpot", "SpotAsPriceGo"} {
			if a, b, c := see("SpotStrategy", strategy); [3]string{a, b, c} != want {
				t.Errorf("of a stock of %d, %s: %s %s %s, want %v", stock, strategy, a, b, c, want)
			}
		}
		if got := listed(); got != (stock != 0) {
			t.Errorf("of a stock of %d DescribeZones lists it: %v", stock, got)
		}
	}
}

func TestDescribeAccountAttributes(t *testing.T) {
	s := actiontest.Start(t)
	all := actiontest.Call[api.DescribeAccountAttributesResponse](s, "DescribeAccountAttributes").AccountAttributeItems.AccountAttributeItem
	if len(all) != 10 {
		t.Errorf("%d attributes", len(all))
	}
	one := actiontest.Call[api.DescribeAccountAttributesResponse](s, "DescribeAccountAttributes", "ZoneId", actiontest.Zone, "AttributeName.1", "max-security-groups",
		"AttributeName.2", "supported-postpaid-instance-types").AccountAttributeItems.AccountAttributeItem
	if len(one) != 2 || one[0].AttributeValues.ValueItem[0].Value != "100" || one[1].AttributeValues.ValueItem[0].ZoneID != actiontest.Zone {
		t.Errorf("%+v", one)
	}
	s.Refuse(400, "UnsupportedOperation.NotImplemented", "", "DescribeAccountAttributes", "AttributeName.1", "max-dedicated-hosts")
	s.Refuse(403, "Invalid.Parameter", "", "DescribeAccountAttributes", "ZoneId", "cn-beijing-h")
	s.Refuse(403, "Invalid.Parameter", "", "DescribeAccountAttributes", "AttributeName.9", "max-security-groups", "AttributeName.1", "real-name-authentication",
		"AttributeName.2", "a", "AttributeName.3", "a", "AttributeName.4", "a", "AttributeName.5", "a", "AttributeName.6", "a", "AttributeName.7", "a", "AttributeName.8", "a")
}
