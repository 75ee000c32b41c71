package launchtemplate_test

import (
	"testing"
	"time"

	"github.com/openecs/openecs/api"
)

func TestModifyLaunchTemplateDefaultVersion(t *testing.T) {
	h := start(t)
	id := h.create("web")
	h.add(id)
	h.Advance(time.Minute)
	out := call[api.ModifyLaunchTemplateDefaultVersionResponse](h, "ModifyLaunchTemplateDefaultVersion", "LaunchTemplateName", "web", "DefaultVersionNumber", "2")
	if out.LaunchTemplateID != id {
		t.Errorf("%+v", out)
	}
	// Only versions that come and go count as a change of the template.
	if got := h.template(id); got.DefaultVersionNumber != 2 || got.LatestVersionNumber != 2 || got.ModifiedTime != "2026-08-09T05:00:00Z" {
		t.Errorf("%+v", got)
	}
	good := []string{"LaunchTemplateId", id, "DefaultVersionNumber", "1"}
	h.table("ModifyLaunchTemplateDefaultVersion", good, []refusal{
		{[]string{"RegionId", ""}, 400, "MissingParameter"},
		{[]string{"RegionId", "nowhere"}, 400, "InvalidRegion.NotExist"},
		{[]string{"RegionId", "cn-beijing"}, 404, "InvalidLaunchTemplate.NotFound"},
		{[]string{"LaunchTemplateId", ""}, 400, "MissingParameter"},
		{[]string{"LaunchTemplateId", "lt-none"}, 404, "InvalidLaunchTemplate.NotFound"},
		{[]string{"LaunchTemplateName", "other"}, 404, "InvalidLaunchTemplate.NotFound"},
		{[]string{"DefaultVersionNumber", "3"}, 400, "InvalidLaunchTemplateVersion.NotFound"},
		{[]string{"DefaultVersionNumber", "0"}, 400, "InvalidLaunchTemplateVersion.NotFound"},
	})
	h.refuse(400, "MissingParameter", "ModifyLaunchTemplateDefaultVersion", "LaunchTemplateId", id)
	h.stranger().refuse(404, "InvalidLaunchTemplate.NotFound", "ModifyLaunchTemplateDefaultVersion", good...)
	if got := h.template(id).DefaultVersionNumber; got != 2 {
		t.Errorf("after refusals the default is %d", got)
	}
}
