package tag

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
)

var _ = action.Handle(&tagActions, "DescribeRegions", (*Service).TagDescribeRegions)

// TagDescribeRegions lists the regions in which the Tag product works, with the
// real service's hosts. Their names are Chinese unless English ones are asked for.
func (s *Service) TagDescribeRegions(c *action.Call, in *api.TagDescribeRegionsRequest) (*api.TagDescribeRegionsResponse, error) {
	lang := strings.ToLower(in.AcceptLanguage)
	if lang != "" && lang != "zh-cn" && lang != "en-us" && lang != "ja" {
		return nil, api.Errorf(api.CodeInvalidParameterAcceptLanguage, "The specified value of parameter AcceptLanguage is not valid.")
	}
	out := &api.TagDescribeRegionsResponse{}
	for _, r := range s.Catalog.Regions() {
		name := r.NameZH
		if lang == "en-us" || lang == "ja" { // the catalogue has no Japanese names
			name = r.NameEN
		}
		out.Regions.Region = append(out.Regions.Region, api.TagDescribeRegionsRegion{
			LocalName: name, RegionEndpoint: "tag." + r.ID + ".aliyuncs.com", RegionID: r.ID,
		})
	}
	return out, nil
}
