package compute

import (
	"slices"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/ecs"
)

func params(list ...string) *api.Params {
	p := new(api.Params)
	for i := 0; i < len(list); i += 2 {
		p.Set(list[i], list[i+1])
	}
	return p
}

func TestMergeTemplate(t *testing.T) {
	for _, c := range []struct {
		name                    string
		request, template, want *api.Params
	}{
		{"both empty", params(), params(), params()},
		{"the template adds", params("Amount", "2"), params("ImageId", "m-1"), params("Amount", "2", "ImageId", "m-1")},
		{"the request wins", params("ImageId", "m-2"), params("ImageId", "m-1"), params("ImageId", "m-2")},
		{"empty does not unset", params("HostName", ""), params("HostName", "web"), params("HostName", "web")},
		{"a list is one choice", params("DataDisk.2.Size", "40"), params("DataDisk.1.Size", "20", "DataDisk.1.Category", "cloud_essd"), params("DataDisk.2.Size", "40")},
		{"an empty list is none", params("Tag.1.Key", ""), params("Tag.1.Key", "env", "Tag.1.Value", "x"), params("Tag.1.Key", "env", "Tag.1.Value", "x")},
		{"fields of a structure are choices each", params("SystemDisk.Size", "40"), params("SystemDisk.Size", "60", "SystemDisk.Category", "cloud_essd"), params("SystemDisk.Size", "40", "SystemDisk.Category", "cloud_essd")},
		{"one group for many", params("SecurityGroupId", "sg-3"), params("SecurityGroupIds.1", "sg-1", "SecurityGroupIds.2", "sg-2"), params("SecurityGroupId", "sg-3")},
		{"many groups for one", params("SecurityGroupIds.1", "sg-1"), params("SecurityGroupId", "sg-3"), params("SecurityGroupIds.1", "sg-1")},
		{"a family for an image", params("ImageFamily", "f"), params("ImageId", "m-1"), params("ImageFamily", "f")},
	} {
		request, template := slices.Clone(c.request.All()), slices.Clone(c.template.All())
		if got := MergeTemplate(c.request, c.template).All(); !slices.Equal(got, c.want.All()) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want.All())
		}
		if !slices.Equal(request, c.request.All()) || !slices.Equal(template, c.template.All()) {
			t.Errorf("%s: an argument was changed", c.name)
		}
	}
}

func TestEncodeParams(t *testing.T) {
	for _, p := range []*api.Params{params(), params("A", ""), params("Description", "a *~+ü&=%\n b", "Tag.1.Key", "k")} {
		got, err := DecodeParams(&ecs.LaunchTemplateVersion{Params: EncodeParams(p)})
		if err != nil || !slices.Equal(got.All(), p.All()) {
			t.Errorf("%v became %v, %v", p.All(), got.All(), err)
		}
	}
	if _, err := DecodeParams(&ecs.LaunchTemplateVersion{Params: "A=%"}); err == nil {
		t.Error("a malformed row was read")
	}
}
