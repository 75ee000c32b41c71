package launchtemplate_test

import (
	"slices"
	"testing"

	"github.com/openecs/openecs/api"
)

func TestDeleteLaunchTemplate(t *testing.T) {
	h := start(t)
	id := h.create("web")
	h.add(id)
	h.add(id)
	other := h.create("other")
	call[api.DeleteLaunchTemplateVersionResponse](h, "DeleteLaunchTemplateVersion", "LaunchTemplateId", id, "DeleteVersion.1", "2")
	out := call[api.DeleteLaunchTemplateResponse](h, "DeleteLaunchTemplate", "LaunchTemplateId", id)
	if out.LaunchTemplateID != id || !slices.Equal(out.LaunchTemplateVersionNumbers.VersionNumbers, []int64{1, 3}) {
		t.Errorf("%+v", out)
	}
	h.refuse(404, "InvalidLaunchTemplate.NotFound", "DescribeLaunchTemplateVersions", "LaunchTemplateId", id)
	if got := h.names(); !slices.Equal(got, []string{"other"}) {
		t.Errorf("%v are left", got)
	}
	if got := h.numbers("LaunchTemplateId", other); !slices.Equal(got, []int64{1}) {
		t.Errorf("the other has versions %v", got)
	}
	if got := h.numbers("LaunchTemplateId", h.create("web")); !slices.Equal(got, []int64{1}) { // the name is free again
		t.Errorf("the new one has versions %v", got)
	}
}

func TestDeleteLaunchTemplateRefusals(t *testing.T) {
	h := start(t)
	good := []string{"LaunchTemplateId", h.create("web")}
	h.table("DeleteLaunchTemplate", good, []refusal{
		{[]string{"RegionId", ""}, 400, "MissingParameter"},
		{[]string{"RegionId", "nowhere"}, 400, "InvalidRegion.NotExist"},
		{[]string{"RegionId", "cn-beijing"}, 404, "InvalidLaunchTemplate.NotFound"},
		{[]string{"LaunchTemplateId", ""}, 400, "MissingParameter"},
		{[]string{"LaunchTemplateId", "lt-none"}, 404, "InvalidLaunchTemplate.NotFound"},
		{[]string{"LaunchTemplateName", "other"}, 404, "InvalidLaunchTemplate.NotFound"},
	})
	h.stranger().refuse(404, "InvalidLaunchTemplate.NotFound", "DeleteLaunchTemplate", good...)
	if got := h.names(); len(got) != 1 {
		t.Errorf("after refusals there are %v", got)
	}
}
