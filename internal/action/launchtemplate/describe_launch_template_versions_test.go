package launchtemplate_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"github.com/openecs/openecs/api"
)

func TestDescribeLaunchTemplateVersions(t *testing.T) {
	h := start(t)
	id := h.create("web", "ImageId", "m-1")
	for range 4 {
		h.add(id, "ImageId", "m-2")
	}
	h.create("other")
	call[api.ModifyLaunchTemplateDefaultVersionResponse](h, "ModifyLaunchTemplateDefaultVersion", "LaunchTemplateId", id, "DefaultVersionNumber", "4")
	for _, c := range []struct {
		name   string
		params []string
		want   []int64
	}{
		{"all, newest first", nil, []int64{5, 4, 3, 2, 1}},
		{"named twice", []string{"LaunchTemplateName", "web"}, []int64{5, 4, 3, 2, 1}},
		{"numbers", []string{"LaunchTemplateVersion.1", "1", "LaunchTemplateVersion.2", "3", "LaunchTemplateVersion.3", "9"}, []int64{3, 1}},
		{"from", []string{"MinVersion", "4"}, []int64{5, 4}},
		{"until", []string{"MaxVersion", "2"}, []int64{2, 1}},
		{"from and until", []string{"MinVersion", "2", "MaxVersion", "3"}, []int64{3, 2}},
		{"until before from", []string{"MinVersion", "3", "MaxVersion", "2"}, nil},
		{"default", []string{"DefaultVersion", "true"}, []int64{4}},
		{"default or not", []string{"DefaultVersion", "false"}, []int64{5, 4, 3, 2, 1}},
		{"page 2 of 3", []string{"PageSize", "2", "PageNumber", "2"}, []int64{3, 2}},
	} {
		if got := h.numbers(append([]string{"LaunchTemplateId", id}, c.params...)...); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	out := call[api.DescribeLaunchTemplateVersionsResponse](h, "DescribeLaunchTemplateVersions", "LaunchTemplateId", id, "PageSize", "2")
	if out.TotalCount != 5 || out.PageNumber != 1 || out.PageSize != 2 {
		t.Errorf("%d, page %d of %d", out.TotalCount, out.PageNumber, out.PageSize)
	}
	for _, v := range h.versions("LaunchTemplateName", "web", "DetailFlag", "false") {
		if v.DefaultVersion != (v.VersionNumber == 4) || !reflect.DeepEqual(v.LaunchTemplateData, empty()) {
			t.Errorf("%+v", v)
		}
	}
	if got := h.versions("LaunchTemplateName", "web", "DetailFlag", "true", "MaxVersion", "1")[0].LaunchTemplateData.ImageID; got != "m-1" {
		t.Errorf("image %q", got)
	}
}

// empty is what a version shows whose details were not asked for: every list is
// there and has nothing in it.
func empty() (d api.DescribeLaunchTemplateVersionsLaunchTemplateVersionSetLaunchTemplateData) {
	d.DataDisks.DataDisk = []api.DescribeLaunchTemplateVersionsLaunchTemplateVersionSetLaunchTemplateDataDataDisk{}
	d.NetworkInterfaces.NetworkInterface = []api.DescribeLaunchTemplateVersionsLaunchTemplateVersionSetLaunchTemplateDataNetworkInterface{}
	d.SecurityGroupIDs.SecurityGroupID = []string{}
	d.Tags.InstanceTag = []api.Tag{}
	return d
}

func TestDescribeLaunchTemplateVersionsRefusals(t *testing.T) {
	h := start(t)
	id := h.create("web")
	var many []string
	for i := 1; i <= 31; i++ {
		many = append(many, fmt.Sprint("LaunchTemplateVersion.", i), "1")
	}
	good := []string{"LaunchTemplateId", id}
	h.table("DescribeLaunchTemplateVersions", good, []refusal{
		{[]string{"RegionId", ""}, 400, "MissingParameter"},
		{[]string{"RegionId", "nowhere"}, 400, "InvalidRegion.NotExist"},
		{[]string{"RegionId", "cn-beijing"}, 404, "InvalidLaunchTemplate.NotFound"},
		{[]string{"LaunchTemplateId", ""}, 400, "MissingParameter"},
		{[]string{"LaunchTemplateId", "lt-none"}, 404, "InvalidLaunchTemplate.NotFound"},
		{[]string{"LaunchTemplateId", "", "LaunchTemplateName", "none"}, 404, "InvalidLaunchTemplate.NotFound"},
		{[]string{"LaunchTemplateVersion.1", "$Latest"}, 400, "InvalidParameter"},
		{[]string{"PageNumber", "0"}, 400, "InvalidParameter"},
		{[]string{"PageSize", "101"}, 400, "InvalidParameter"},
		{many, 400, "InvalidParameter"},
	})
	h.stranger().refuse(404, "InvalidLaunchTemplate.NotFound", "DescribeLaunchTemplateVersions", good...)
}
