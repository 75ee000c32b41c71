package launchtemplate_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/openecs/openecs/api"
)

func TestDescribeLaunchTemplatesFilters(t *testing.T) {
	h := start(t)
	a := h.create("alpha", "TemplateTag.1.Key", "env", "TemplateTag.1.Value", "test")
	b := h.create("beta", "TemplateTag.1.Key", "env", "TemplateTag.1.Value", "live")
	h.create("gamma", "Tag.1.Key", "env") // of its instances, not its own
	for _, c := range []struct {
		name   string
		params []string
		want   []string
	}{
		{"all, newest first", nil, []string{"gamma", "beta", "alpha"}},
		{"another region", []string{"RegionId", "cn-beijing"}, nil},
		{"identifiers", []string{"LaunchTemplateId.1", a, "LaunchTemplateId.2", b, "LaunchTemplateId.3", "lt-none"}, []string{"beta", "alpha"}},
		{"identifier unknown", []string{"LaunchTemplateId.1", "lt-none"}, nil},
		{"names", []string{"LaunchTemplateName.1", "gamma", "LaunchTemplateName.2", "alpha"}, []string{"gamma", "alpha"}},
		{"name unknown", []string{"LaunchTemplateName.1", "alph"}, nil},
		{"name and identifier", []string{"LaunchTemplateName.1", "alpha", "LaunchTemplateId.1", b}, nil},
		{"tag", []string{"TemplateTag.1.Key", "env", "TemplateTag.1.Value", "live"}, []string{"beta"}},
		{"tag key", []string{"TemplateTag.1.Key", "env"}, []string{"beta", "alpha"}},
		{"tag unknown", []string{"TemplateTag.1.Key", "colour"}, nil},
		{"resource group unknown", []string{"TemplateResourceGroupId", "rg-x"}, nil},
		{"page 2 of 2", []string{"PageSize", "2", "PageNumber", "2"}, []string{"alpha"}},
	} {
		if got := h.names(c.params...); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	out := call[api.DescribeLaunchTemplatesResponse](h, "DescribeLaunchTemplates", "PageSize", "2")
	if out.TotalCount != 3 || out.PageNumber != 1 || out.PageSize != 2 {
		t.Errorf("%d, page %d of %d", out.TotalCount, out.PageNumber, out.PageSize)
	}
	body, err := h.stranger().Send("DescribeLaunchTemplates", "LaunchTemplateId.1", a)
	if err != nil || strings.Contains(string(body), "alpha") {
		t.Errorf("another account sees %s, %v", body, err)
	}
}

func TestDescribeLaunchTemplatesRefusals(t *testing.T) {
	h := start(t)
	var ids, names []string
	for i := 1; i <= 101; i++ {
		ids = append(ids, fmt.Sprint("LaunchTemplateId.", i), "lt-x")
		names = append(names, fmt.Sprint("LaunchTemplateName.", i), "x")
	}
	h.table("DescribeLaunchTemplates", nil, []refusal{
		{[]string{"RegionId", ""}, 400, "MissingParameter"},
		{[]string{"RegionId", "nowhere"}, 400, "InvalidRegion.NotExist"},
		{[]string{"PageNumber", "0"}, 400, "InvalidParameter"},
		{[]string{"PageSize", "0"}, 400, "InvalidParameter"},
		{[]string{"PageSize", "101"}, 400, "InvalidParameter"},
		{ids, 400, "InvalidParameter"},
		{names, 400, "InvalidParameter"},
		{[]string{"TemplateTag.1.Value", "x"}, 400, "InvalidTag.Mismatch"},
		{tags("TemplateTag", 21), 400, "InvalidTagCount"},
	})
}
