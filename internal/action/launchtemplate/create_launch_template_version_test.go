package launchtemplate_test

import (
	"slices"
	"testing"
	"time"

	"github.com/openecs/openecs/api"
)

func TestCreateLaunchTemplateVersion(t *testing.T) {
	h := start(t)
	id := h.create("web", "InstanceType", "ecs.g7.large", "ImageId", "m-1")
	h.Advance(time.Minute)
	if got := h.add(id, "ImageId", "m-2", "VersionDescription", "second"); got != 2 {
		t.Errorf("version %d", got)
	}
	out := call[api.CreateLaunchTemplateVersionResponse](h, "CreateLaunchTemplateVersion", "LaunchTemplateName", "web")
	if out.LaunchTemplateID != id || out.LaunchTemplateVersionNumber != 3 {
		t.Errorf("%+v", out)
	}
	got := h.template(id)
	if got.DefaultVersionNumber != 1 || got.LatestVersionNumber != 3 || got.CreateTime != "2026-08-09T05:00:00Z" || got.ModifiedTime != "2026-08-09T05:01:00Z" {
		t.Errorf("%+v", got)
	}
	v := h.versions("LaunchTemplateId", id, "LaunchTemplateVersion.1", "2")[0]
	if d := v.LaunchTemplateData; d.ImageID != "m-2" || d.InstanceType != "" { // nothing is taken over from version 1
		t.Errorf("%+v", d)
	}
	if v.DefaultVersion || v.VersionDescription != "second" || v.CreateTime != "2026-08-09T05:01:00Z" {
		t.Errorf("%+v", v)
	}
}

func TestCreateLaunchTemplateVersionRefusals(t *testing.T) {
	h := start(t)
	id := h.create("web")
	good := []string{"LaunchTemplateId", id}
	h.table("CreateLaunchTemplateVersion", good, append([]refusal{
		{[]string{"LaunchTemplateId", ""}, 400, "MissingParameter"},
		{[]string{"LaunchTemplateId", "lt-none"}, 404, "InvalidLaunchTemplate.NotFound"},
		{[]string{"LaunchTemplateName", "other"}, 404, "InvalidLaunchTemplate.NotFound"},
		{[]string{"RegionId", "cn-beijing"}, 404, "InvalidLaunchTemplate.NotFound"},
	}, dataRefusals...))
	h.refuse(404, "InvalidLaunchTemplate.NotFound", "CreateLaunchTemplateVersion", "LaunchTemplateName", "none")
	h.stranger().refuse(404, "InvalidLaunchTemplate.NotFound", "CreateLaunchTemplateVersion", good...)
	h.stranger().refuse(404, "InvalidLaunchTemplate.NotFound", "CreateLaunchTemplateVersion", "LaunchTemplateName", "web")
	for range 29 {
		h.add(id)
	}
	h.refuse(403, "LaunchTemplateVersionLimitExceed", "CreateLaunchTemplateVersion", good...)
	call[api.DeleteLaunchTemplateVersionResponse](h, "DeleteLaunchTemplateVersion", "LaunchTemplateId", id, "DeleteVersion.1", "30")
	if got := h.add(id); got != 31 { // no number is given twice
		t.Errorf("version %d", got)
	}
	if got := h.numbers("LaunchTemplateId", id, "PageSize", "100"); len(got) != 30 || slices.Contains(got, 30) {
		t.Errorf("versions %v", got)
	}
}
