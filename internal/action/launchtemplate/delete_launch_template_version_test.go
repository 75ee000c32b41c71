package launchtemplate_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/openecs/openecs/api"
)

func TestDeleteLaunchTemplateVersion(t *testing.T) {
	h := start(t)
	id := h.create("web")
	for range 3 {
		h.add(id)
	}
	h.Advance(time.Minute)
	out := call[api.DeleteLaunchTemplateVersionResponse](h, "DeleteLaunchTemplateVersion", "LaunchTemplateName", "web",
		"DeleteVersion.1", "4", "DeleteVersion.2", "2", "DeleteVersion.3", "4")
	want := []api.DeleteLaunchTemplateVersionLaunchTemplateVersion{{LaunchTemplateID: id, LaunchTemplateVersionNumber: 4}, {LaunchTemplateID: id, LaunchTemplateVersionNumber: 2}}
	if got := out.LaunchTemplateVersions.LaunchTemplateVersion; !slices.Equal(got, want) {
		t.Errorf("deleted %v, want %v", got, want)
	}
	if got := h.numbers("LaunchTemplateId", id); !slices.Equal(got, []int64{3, 1}) {
		t.Errorf("versions %v are left", got)
	}
	if got := h.template(id); got.LatestVersionNumber != 3 || got.ModifiedTime != "2026-08-09T05:01:00Z" {
		t.Errorf("%+v", got)
	}
}

func TestDeleteLaunchTemplateVersionRefusals(t *testing.T) {
	h := start(t)
	id := h.create("web")
	h.add(id)
	h.add(id)
	var many []string
	for i := 1; i <= 30; i++ {
		many = append(many, fmt.Sprint("DeleteVersion.", i), fmt.Sprint(i+1))
	}
	good := []string{"LaunchTemplateId", id, "DeleteVersion.1", "2"}
	h.table("DeleteLaunchTemplateVersion", good, []refusal{
		{[]string{"RegionId", ""}, 400, "MissingParameter"},
		{[]string{"RegionId", "nowhere"}, 400, "InvalidRegion.NotExist"},
		{[]string{"RegionId", "cn-beijing"}, 404, "InvalidLaunchTemplate.NotFound"},
		{[]string{"LaunchTemplateId", ""}, 400, "MissingParameter"},
		{[]string{"LaunchTemplateId", "lt-none"}, 404, "InvalidLaunchTemplate.NotFound"},
		{[]string{"DeleteVersion.2", "1"}, 403, "InvalidOperation.DeleteDefaultVersion"},
		{[]string{"DeleteVersion.2", "4"}, 400, "InvalidLaunchTemplateVersion.NotFound"},
		{[]string{"DeleteVersion.2", "x"}, 400, "InvalidParameter"},
		{many, 400, "InvalidParameter"},
	})
	h.refuse(400, "MissingParameter", "DeleteLaunchTemplateVersion", "LaunchTemplateId", id)
	h.stranger().refuse(404, "InvalidLaunchTemplate.NotFound", "DeleteLaunchTemplateVersion", good...)
	if got := h.numbers("LaunchTemplateId", id); len(got) != 3 {
		t.Errorf("after refusals there are %v", got)
	}
}
