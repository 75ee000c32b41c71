package image_test

import (
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

func TestModifyImageAttribute(t *testing.T) {
	s := start(t)
	id, instance := made(s, "ImageFamily", "web", "Description", "as it was")
	s.Do("ModifyImageAttribute", "ImageId", id, "ImageName", "renamed")
	if m := see(s, id); m.ImageName != "renamed" || m.ImageFamily != "web" || m.Description != "as it was" {
		t.Errorf("%+v", m)
	}
	s.Do("ModifyImageAttribute", "ImageId", id, "ImageName", "renamed", "ImageFamily", "db", "Description", "as it is", "BootMode", "UEFI-Preferred",
		"LicenseType", "BYOL", "Features.NvmeSupport", "unsupported", "Features.ImdsSupport", "v2")
	if m := see(s, id); m.ImageFamily != "db" || m.Description != "as it is" || m.BootMode != "UEFI-Preferred" || m.LicenseType != "BYOL" ||
		m.Features.NvmeSupport != "unsupported" || m.Features.ImdsSupport != "v2" {
		t.Errorf("%+v", m)
	}
	s.Do("ModifyImageAttribute", "ImageId", id, "ImageFamily", "", "Description", "", "Features.NvmeSupport", "supported")
	if m := see(s, id); m.ImageFamily != "" || m.Description != "" || m.Features.NvmeSupport != "supported" {
		t.Errorf("%+v", m)
	}
	second := create(s, "InstanceId", instance)
	s.Refuse(400, api.CodeIncorrectImageStatus, "", "ModifyImageAttribute", "ImageId", second, "Status", "Deprecated") // being created
	s.Settle()
	s.Refusals(t, "ModifyImageAttribute", []string{"ImageId", second}, []actiontest.Refusal{
		{"no such image", []string{"ImageId", "m-none"}, 404, api.CodeInvalidImageIdNotFound, ""},
		{"image of the system", []string{"ImageId", actiontest.Image}, 404, api.CodeInvalidImageIdNotFound, ""},
		{"region", []string{"RegionId", "xx-nowhere"}, 404, api.CodeInvalidRegionIdNotFound, ""},
		{"name", []string{"ImageName", "http://x"}, 400, api.CodeInvalidImageNameMalformed, ""},
		{"name that is taken", []string{"ImageName", "renamed"}, 400, api.CodeInvalidImageNameDuplicated, ""},
		{"description", []string{"Description", "x"}, 400, api.CodeInvalidDescriptionMalformed, ""},
		{"family", []string{"ImageFamily", "x"}, 400, api.CodeInvalidParameter, ""},
		{"status", []string{"Status", "Creating"}, 400, api.CodeInvalidParameter, ""},
		{"boot mode", []string{"BootMode", "tape"}, 400, api.CodeInvalidParameter, ""},
		{"license", []string{"LicenseType", "mine"}, 400, api.CodeInvalidParameter, ""},
		{"NVMe", []string{"Features.NvmeSupport", "maybe"}, 400, api.CodeInvalidParameter, ""},
		{"dry run", []string{"DryRun", "true", "ImageName", "dry"}, 400, api.CodeDryRunOperation, ""},
	})
	if m := see(s, second); m.ImageName != second {
		t.Errorf("%+v", m)
	}
}

// TestDeprecated: a deprecated image is not listed by default and is not the
// newest of its family, but instances are still made of it.
func TestDeprecated(t *testing.T) {
	s := start(t)
	first, instance := made(s, "ImageFamily", "web")
	s.Advance(1)
	second := create(s, "InstanceId", instance, "ImageFamily", "web")
	newest := func() string {
		t.Helper()
		return actiontest.Call[api.DescribeImageFromFamilyResponse](s, "DescribeImageFromFamily", "ImageFamily", "web").Image.ImageID
	}
	if got := newest(); got != first { // the second is not made yet
		t.Errorf("%s", got)
	}
	s.Settle()
	if got := newest(); got != second {
		t.Errorf("%s", got)
	}
	s.Do("ModifyImageAttribute", "ImageId", second, "Status", "Deprecated")
	want(s, second, "Deprecated")
	if got := newest(); got != first {
		t.Errorf("%s", got)
	}
	if got := images(s, "Status", ""); len(got) != 1 || got[0].ImageID != first {
		t.Errorf("%+v", got)
	}
	i := actiontest.Call[api.CreateInstanceResponse](s, "CreateInstance", launch(s, second)...).InstanceID
	s.Settle()
	s.Want(i, "Stopped")
	n := s.Network()
	j := actiontest.Call[api.RunInstancesResponse](s, "RunInstances", "InstanceType", actiontest.InstanceType, "ImageFamily", "web",
		"SecurityGroupId", n.Group, "VSwitchId", n.VSwitch, "SystemDisk.Category", "cloud_essd").InstanceIDSets.InstanceIDSet[0]
	s.Settle()
	if got := s.See(j); got.ImageID != first {
		t.Errorf("%s", got.ImageID)
	}
	s.Do("ModifyImageAttribute", "ImageId", second, "Status", "Available")
	if got := newest(); got != second {
		t.Errorf("%s", got)
	}
	s.Do("ModifyImageAttribute", "ImageId", first, "Status", "Deprecated")
	s.Do("ModifyImageAttribute", "ImageId", second, "Status", "Deprecated")
	if got := newest(); got != "" {
		t.Errorf("%s", got)
	}
	s.Refuse(403, api.CodeInvalidImageFamilyMissingAvailableImage, "", "RunInstances", "InstanceType", actiontest.InstanceType, "ImageFamily", "web",
		"SecurityGroupId", n.Group, "VSwitchId", n.VSwitch, "SystemDisk.Category", "cloud_essd")
}

func TestDescribeImageFromFamilyOfTheSystem(t *testing.T) {
	s := start(t)
	m := actiontest.Call[api.DescribeImageFromFamilyResponse](s, "DescribeImageFromFamily", "ImageFamily", "acs:ubuntu_14_04_x64").Image
	if m.ImageOwnerAlias != "system" || m.Platform != "Ubuntu" || m.Status != "Available" {
		t.Errorf("%+v", m)
	}
	s.Refuse(404, api.CodeInvalidRegionIdNotFound, "", "DescribeImageFromFamily", "ImageFamily", "x", "RegionId", "xx-nowhere")
}
