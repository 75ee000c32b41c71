package region_test

import (
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

// start runs a service and speaks to it without a region of one's own.
func start(t *testing.T) *actiontest.Service {
	t.Helper()
	s := actiontest.Start(t)
	return s.As(s.In(""))
}

func TestDescribeRegions(t *testing.T) {
	s := start(t)
	for _, c := range []struct {
		name, local string
		params      []string
	}{
		{"default", "华东1（杭州）", nil},
		{"Chinese", "华东1（杭州）", []string{"AcceptLanguage", "zh-CN"}},
		{"English", "China (Hangzhou)", []string{"AcceptLanguage", "en-US"}},
		{"English, other case", "China (Hangzhou)", []string{"AcceptLanguage", "en-us"}},
		{"Japanese has English names", "China (Hangzhou)", []string{"AcceptLanguage", "ja"}},
		{"subscription", "华东1（杭州）", []string{"InstanceChargeType", "PrePaid", "ResourceType", "instance"}},
		{"disks", "华东1（杭州）", []string{"InstanceChargeType", "PostPaid", "ResourceType", "disk"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			out, err := actiontest.Try[api.DescribeRegionsResponse](s, "DescribeRegions", c.params...)
			if err != nil {
				t.Fatal(err)
			}
			if len(out.Regions.Region) != len(s.Catalog.Regions()) {
				t.Fatalf("%d regions", len(out.Regions.Region))
			}
			want := api.DescribeRegionsRegion{LocalName: c.local, RegionEndpoint: "ecs.cn-hangzhou.aliyuncs.com", RegionID: "cn-hangzhou", Status: "available"}
			if got := out.Regions.Region[0]; got != want {
				t.Errorf("%+v", got)
			}
		})
	}
}

func TestDescribeRegionsRefusals(t *testing.T) {
	start(t).Refusals(t, "DescribeRegions", nil, []actiontest.Refusal{
		{"language", []string{"AcceptLanguage", "xx"}, 404, "InvalidAcceptLanguage.NotFound", ""},
		{"charge type", []string{"InstanceChargeType", "Free"}, 403, "Invalid.InstanceChargeType", ""},
		{"resource type", []string{"ResourceType", "boat"}, 404, "InvalidResourceType.NotFound", ""},
		{"reserved instances", []string{"ResourceType", "reservedinstance"}, 400, "UnsupportedOperation.NotImplemented", ""},
	})
}
