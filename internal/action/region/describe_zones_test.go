package region_test

import (
	"slices"
	"sync"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

func TestDescribeZones(t *testing.T) {
	s := start(t)
	for _, region := range s.Catalog.Regions() {
		out, err := actiontest.Try[api.DescribeZonesResponse](s, "DescribeZones", "RegionId", region.ID, "AcceptLanguage", "en-US")
		if err != nil {
			t.Fatal(err)
		}
		zones := s.Catalog.Zones(region.ID)
		if len(out.Zones.Zone) != len(zones) {
			t.Fatalf("%s: %d zones", region.ID, len(out.Zones.Zone))
		}
		for i, z := range zones {
			v := out.Zones.Zone[i]
			if v.ZoneID != z.ID || v.LocalName != z.NameEN || v.ZoneType != "AvailabilityZone" {
				t.Errorf("%+v", v)
			}
			if n := len(s.Catalog.TypesIn(z.ID)); len(v.AvailableInstanceTypes.InstanceTypes) != n {
				t.Errorf("%s: %d types, wanted %d", z.ID, len(v.AvailableInstanceTypes.InstanceTypes), n)
			}
			if want := []string{"VSwitch", "IoOptimized", "Instance", "Disk"}; !slices.Equal(v.AvailableResourceCreation.ResourceTypes, want) {
				t.Errorf("%s: %v", z.ID, v.AvailableResourceCreation.ResourceTypes)
			}
			for _, info := range v.AvailableResources.ResourcesInfo {
				want := []string{"vpc"}
				if region.Classic {
					want = []string{"vpc", "classic"}
				}
				if !slices.Equal(info.NetworkTypes.SupportedNetworkCategory, want) {
					t.Errorf("%s: networks %v", z.ID, info.NetworkTypes.SupportedNetworkCategory)
				}
			}
		}
	}
}

// What was true of the tutorial's zone and of a modern family, by hand.
func TestDescribeZonesBeijing(t *testing.T) {
	s := start(t)
	out, err := actiontest.Try[api.DescribeZonesResponse](s, "DescribeZones", "RegionId", "cn-beijing", "InstanceChargeType", "Prepaid", "SpotStrategy", "NoSpot")
	if err != nil {
		t.Fatal(err)
	}
	z := out.Zones.Zone[0]
	for _, id := range []string{"ecs.n1.small", "ecs.s2.large", "ecs.g7.large"} {
		if !slices.Contains(z.AvailableInstanceTypes.InstanceTypes, id) {
			t.Errorf("no %s", id)
		}
	}
	if len(z.AvailableResources.ResourcesInfo) != 2 || !z.AvailableResources.ResourcesInfo[0].IOOptimized || z.AvailableResources.ResourcesInfo[1].IOOptimized {
		t.Fatalf("%d kinds of instances, wanted optimized and not", len(z.AvailableResources.ResourcesInfo))
	}
	yes, no := z.AvailableResources.ResourcesInfo[0], z.AvailableResources.ResourcesInfo[1]
	if !slices.Contains(yes.InstanceTypeFamilies.SupportedInstanceTypeFamily, "ecs.g7") || slices.Contains(no.InstanceTypeFamilies.SupportedInstanceTypeFamily, "ecs.g7") {
		t.Error("g7 instances are I/O optimized, always")
	}
	if !slices.Contains(no.InstanceTypes.SupportedInstanceType, "ecs.s2.large") || !slices.Contains(no.InstanceGenerations.SupportedInstanceGeneration, "ecs-1") {
		t.Error("s2 instances may be not I/O optimized")
	}
	if !slices.Contains(yes.SystemDiskCategories.SupportedSystemDiskCategory, "cloud_essd") || slices.Contains(no.SystemDiskCategories.SupportedSystemDiskCategory, "cloud_essd") {
		t.Error("ESSDs are for I/O optimized instances")
	}
}

func TestDescribeZonesBrief(t *testing.T) {
	out, err := actiontest.Try[api.DescribeZonesResponse](start(t), "DescribeZones", "RegionId", "cn-beijing", "Verbose", "false")
	if err != nil {
		t.Fatal(err)
	}
	z := out.Zones.Zone[0]
	if z.ZoneID == "" || len(z.AvailableInstanceTypes.InstanceTypes) != 0 || len(z.AvailableResources.ResourcesInfo) != 0 {
		t.Errorf("%+v", z)
	}
}

// Answers share their lists; nothing may write to them.
func TestDescribeZonesTogether(t *testing.T) {
	s := start(t)
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			for _, language := range []string{"zh-CN", "en-US"} {
				if _, err := actiontest.Try[api.DescribeZonesResponse](s, "DescribeZones", "RegionId", "cn-hangzhou", "AcceptLanguage", language); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
}

func TestDescribeZonesRefusals(t *testing.T) {
	with := func(params ...string) []string { return append([]string{"RegionId", "cn-beijing"}, params...) }
	start(t).Refusals(t, "DescribeZones", nil, []actiontest.Refusal{
		{"no region", nil, 400, "MissingParameter", ""},
		{"unknown region", []string{"RegionId", "cn-nowhere"}, 404, "InvalidRegionId.NotFound", ""},
		{"language", with("AcceptLanguage", "zh"), 404, "InvalidAcceptLanguage.NotFound", ""},
		{"charge type", with("InstanceChargeType", "Free"), 404, "InvalidInstanceChargeType.NotFound", ""},
		{"spot strategy", with("SpotStrategy", "Cheap"), 400, "InvalidSpotStrategy", ""},
		{"verbose", with("Verbose", "maybe"), 400, "InvalidParameter", ""},
	})
}
