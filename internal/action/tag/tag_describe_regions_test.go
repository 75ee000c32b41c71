package tag_test

import (
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

func TestTagDescribeRegions(t *testing.T) {
	s := actiontest.Start(t)
	for lang, want := range map[string]string{"": "华东1（杭州）", "zh-CN": "华东1（杭州）", "en-US": "China (Hangzhou)", "ja": "China (Hangzhou)"} {
		all := actiontest.Call[api.TagDescribeRegionsResponse](s, "Tag.DescribeRegions", "AcceptLanguage", lang).Regions.Region
		if len(all) != len(s.Catalog.Regions()) {
			t.Errorf("%d regions", len(all))
		}
		for _, r := range all {
			if r.RegionID == "cn-hangzhou" && (r.LocalName != want || r.RegionEndpoint != "tag.cn-hangzhou.aliyuncs.com") {
				t.Errorf("%q: %+v, want %s", lang, r, want)
			}
		}
	}
	s.Refuse(403, "InvalidParameter.AcceptLanguage", "", "Tag.DescribeRegions", "AcceptLanguage", "x")
}
