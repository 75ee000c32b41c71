package region_test

import (
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

type supported = api.DescribeAvailableResourceAvailableZoneAvailableResourceSupportedResource

// available is, for the zone asked about, what each value's status is.
func available(t *testing.T, params ...string) (zone string, values map[string]supported) {
	t.Helper()
	out, err := actiontest.Try[api.DescribeAvailableResourceResponse](start(t), "DescribeAvailableResource", params...)
	if err != nil {
		t.Fatal(err)
	}
	if len(out.AvailableZones.AvailableZone) == 0 {
		t.Fatal("no zone")
	}
	z := out.AvailableZones.AvailableZone[0]
	if want := map[string]string{"Available": "WithStock", "SoldOut": "ClosedWithoutStock"}[z.Status]; z.StatusCategory != want {
		t.Errorf("%s %s", z.Status, z.StatusCategory)
	}
	values = map[string]supported{}
	for _, r := range z.AvailableResources.AvailableResource {
		for _, v := range r.SupportedResources.SupportedResource {
			values[v.Value] = v
		}
	}
	return z.Status, values
}

func TestDescribeAvailableResource(t *testing.T) {
	for _, c := range []struct {
		name   string
		params []string
		zone   string
		want   map[string]string // value → status, "" for not listed
	}{
		{"types", []string{"RegionId", "cn-beijing", "DestinationResource", "InstanceType", "IoOptimized", "optimized"}, "Available",
			map[string]string{"ecs.g7.large": "Available", "ecs.n1.small": "Available"}},
		{"a type", []string{"RegionId", "cn-hangzhou", "DestinationResource", "InstanceType", "InstanceType", "ecs.g5.large"}, "Available",
			map[string]string{"ecs.g5.large": "Available", "ecs.g7.large": ""}},
		{"a type the region does not sell", []string{"RegionId", "cn-nanjing", "DestinationResource", "InstanceType", "InstanceType", "ecs.g7.large"}, "SoldOut",
			map[string]string{"ecs.g7.large": "SoldOut"}},
		{"types by size", []string{"RegionId", "cn-beijing", "DestinationResource", "InstanceType", "Cores", "2", "Memory", "8"}, "Available",
			map[string]string{"ecs.g7.large": "Available", "ecs.c7.large": "", "ecs.g7.xlarge": ""}},
		{"types that take ultra disks", []string{"RegionId", "cn-beijing", "DestinationResource", "InstanceType", "SystemDiskCategory", "cloud_efficiency"}, "Available",
			map[string]string{"ecs.g6.large": "Available", "ecs.g7.large": ""}},
		{"classic types", []string{"RegionId", "cn-beijing", "DestinationResource", "InstanceType", "NetworkCategory", "classic"}, "Available",
			map[string]string{"ecs.n1.small": "Available", "ecs.g7.large": ""}},
		{"no classic network", []string{"RegionId", "cn-nanjing", "DestinationResource", "InstanceType", "NetworkCategory", "classic"}, "SoldOut",
			map[string]string{"ecs.n1.small": ""}},
		{"zones", []string{"RegionId", "cn-hangzhou", "ZoneId", "cn-hangzhou-h", "DestinationResource", "Zone", "InstanceType", "ecs.g5.large"}, "Available",
			map[string]string{"cn-hangzhou-h": "Available"}},
		{"zones for a type that is not sold", []string{"RegionId", "cn-nanjing", "DestinationResource", "Zone", "InstanceType", "ecs.g7.large"}, "SoldOut", nil},
		{"I/O of an old type", []string{"RegionId", "cn-beijing", "DestinationResource", "IoOptimized", "InstanceType", "ecs.s2.large"}, "Available",
			map[string]string{"optimized": "Available", "none": "Available"}},
		{"I/O of a new type", []string{"RegionId", "cn-beijing", "DestinationResource", "IoOptimized", "InstanceType", "ecs.g7.large"}, "Available",
			map[string]string{"optimized": "Available", "none": ""}},
		{"networks of a new type", []string{"RegionId", "cn-beijing", "DestinationResource", "Network", "InstanceType", "ecs.g7.large"}, "Available",
			map[string]string{"vpc": "Available", "classic": ""}},
		{"networks of an old type", []string{"RegionId", "cn-beijing", "DestinationResource", "Network", "InstanceType", "ecs.n1.small"}, "Available",
			map[string]string{"vpc": "Available", "classic": "Available"}},
		{"system disks", []string{"RegionId", "cn-beijing", "DestinationResource", "SystemDisk", "InstanceType", "ecs.g7.large"}, "Available",
			map[string]string{"cloud_essd": "Available", "cloud_efficiency": ""}},
		{"a system disk the type does not take", []string{"RegionId", "cn-beijing", "DestinationResource", "SystemDisk", "InstanceType", "ecs.g7.large", "SystemDiskCategory", "cloud_ssd"},
			"SoldOut", map[string]string{"cloud_ssd": "SoldOut", "cloud_essd": ""}},
		{"data disks", []string{"RegionId", "cn-beijing", "ResourceType", "instance", "DestinationResource", "DataDisk", "InstanceType", "ecs.g7.large", "SystemDiskCategory", "cloud_essd"},
			"Available", map[string]string{"cloud_essd": "Available", "cloud_ssd": ""}},
		{"data disks alone", []string{"RegionId", "cn-beijing", "ResourceType", "disk", "DestinationResource", "DataDisk"}, "Available",
			map[string]string{"cloud_efficiency": "Available", "cloud_essd": "Available"}},
		{"subscription ignores the spot strategy", []string{"RegionId", "cn-beijing", "DestinationResource", "Zone", "InstanceChargeType", "PrePaid", "SpotStrategy", "SpotAsPriceGo"},
			"Available", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			zone, values := available(t, c.params...)
			if zone != c.zone {
				t.Errorf("the zone is %s", zone)
			}
			for v, want := range c.want {
				if values[v].Status != want {
					t.Errorf("%s is %q, wanted %q", v, values[v].Status, want)
				}
			}
		})
	}
}

func TestDescribeAvailableResourceSizes(t *testing.T) {
	_, values := available(t, "RegionId", "cn-beijing", "ResourceType", "disk", "DestinationResource", "DataDisk")
	if v := values["cloud_ssd"]; v.Min != 20 || v.Max != 32768 || v.Unit != "GiB" {
		t.Errorf("%+v", v)
	}
	_, values = available(t, "RegionId", "cn-beijing", "DestinationResource", "SystemDisk", "InstanceType", "ecs.n1.small")
	if v := values["cloud_ssd"]; v.Min != 20 || v.Max != 2048 {
		t.Errorf("%+v", v)
	}
}

// Every zone of a region is told about, one alone when it is named.
func TestDescribeAvailableResourceZones(t *testing.T) {
	s := start(t)
	out, err := actiontest.Try[api.DescribeAvailableResourceResponse](s, "DescribeAvailableResource", "RegionId", "cn-hangzhou", "DestinationResource", "Zone")
	if err != nil || len(out.AvailableZones.AvailableZone) != len(s.Catalog.Zones("cn-hangzhou")) {
		t.Fatal(out, err)
	}
	out, err = actiontest.Try[api.DescribeAvailableResourceResponse](s, "DescribeAvailableResource", "RegionId", "cn-hangzhou", "ZoneId", "cn-hangzhou-h", "DestinationResource", "Zone")
	if err != nil || len(out.AvailableZones.AvailableZone) != 1 || out.AvailableZones.AvailableZone[0].ZoneID != "cn-hangzhou-h" {
		t.Fatal(out, err)
	}
}

func TestDescribeAvailableResourceRefusals(t *testing.T) {
	with := func(params ...string) []string {
		return append([]string{"RegionId", "cn-beijing", "DestinationResource", "InstanceType"}, params...)
	}
	start(t).Refusals(t, "DescribeAvailableResource", nil, []actiontest.Refusal{
		{"no region", []string{"DestinationResource", "Zone"}, 400, "MissingParameter", ""},
		{"unknown region", []string{"RegionId", "cn-nowhere", "DestinationResource", "Zone"}, 404, "InvalidRegionId.NotFound", ""},
		{"no destination", []string{"RegionId", "cn-beijing"}, 400, "Invalid.Param", ""},
		{"empty destination", []string{"RegionId", "cn-beijing", "DestinationResource", ""}, 400, "Invalid.Param", ""},
		{"destination", []string{"RegionId", "cn-beijing", "DestinationResource", "Boat"}, 404, "Invalid.DestinationResource", ""},
		{"dedicated hosts", []string{"RegionId", "cn-beijing", "DestinationResource", "ddh"}, 400, "UnsupportedOperation.NotImplemented", ""},
		{"system disk without a type", []string{"RegionId", "cn-beijing", "DestinationResource", "SystemDisk"}, 400, "Invalid.Param", ""},
		{"data disk without a type", []string{"RegionId", "cn-beijing", "DestinationResource", "DataDisk", "ResourceType", "instance"}, 400, "Invalid.Param", ""},
		{"zone", with("ZoneId", "cn-beijing-zz"), 404, "InvalidZoneId.NotFound", ""},
		{"zone of another region", with("ZoneId", "cn-hangzhou-h"), 404, "InvalidZoneId.NotFound", ""},
		{"charge type", with("InstanceChargeType", "Free"), 400, "Invalid.InstanceChargeType", ""},
		{"I/O", with("IoOptimized", "true"), 404, "Invalid.IoOptimized", ""},
		{"network", with("NetworkCategory", "token-ring"), 404, "Invalid.NetworkCategory", ""},
		{"spot strategy", with("SpotStrategy", "Cheap"), 404, "Invalid.SpotStrategy", ""},
		{"spot duration", with("SpotDuration", "9"), 400, "InvalidParameter", ""},
		{"resource type", with("ResourceType", "boat"), 404, "Invalid.ResourceType", ""},
		{"reserved instances", with("ResourceType", "reservedinstance"), 400, "UnsupportedOperation.NotImplemented", ""},
		{"type and cores", with("InstanceType", "ecs.g7.large", "Cores", "2"), 403, "InvalidParam.TypeAndCpuMem.Conflict", ""},
		{"type and memory", with("InstanceType", "ecs.g7.large", "Memory", "8"), 403, "InvalidParam.TypeAndCpuMem.Conflict", ""},
		{"cores of a zone", []string{"RegionId", "cn-beijing", "DestinationResource", "Zone", "Cores", "2"}, 403, "InvalidParam.Cores", ""},
		{"memory of a zone", []string{"RegionId", "cn-beijing", "DestinationResource", "Zone", "Memory", "2"}, 403, "InvalidParam.Memory", ""},
		{"no cores", with("Cores", "0"), 400, "InvalidParameter", ""},
		{"scope", with("Scope", "World"), 403, "InvalidParameter.Scope", ""},
		{"dedicated host", with("DedicatedHostId", "dh-bp165p6xk2tlw61e0000"), 403, "InvalidDedicatedHostId.NotFound", ""},
		{"type", with("InstanceType", "ecs.none.large"), 400, "InvalidInstanceType.ValueNotSupported", ""},
		{"system disk", with("SystemDiskCategory", "tape"), 400, "InvalidParameter", ""},
		{"data disk", with("DataDiskCategory", "tape"), 400, "InvalidParameter", ""},
	})
}
