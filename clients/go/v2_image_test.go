package clients

import (
	"testing"

	ecs "github.com/alibabacloud-go/ecs-20140526/v7/client"
	"github.com/alibabacloud-go/tea/tea"
)

func v2Image(t *testing.T, c *ecs.Client, id string) *ecs.DescribeImagesResponseBodyImagesImage {
	t.Helper()
	got, err := c.DescribeImages(&ecs.DescribeImagesRequest{
		RegionId: new(region), ImageId: &id, Status: new("Creating,Waiting,Available,UnAvailable,CreateFailed,Deprecated"), ImageOwnerAlias: new("self"),
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Body.Images.Image) == 0 {
		return nil
	}
	return got.Body.Images.Image[0]
}

// TestV2Image makes an image of an instance, an instance of the image, and
// deletes both.
func TestV2Image(t *testing.T) {
	s, n := start(t)
	c := v2(t, s, s.AccessKeySecret)
	made, err := c.CreateInstance(v2Create(n))
	if err != nil {
		t.Fatal(err)
	}
	first := *made.Body.InstanceId
	v2Wait(t, c, first, "Stopped")
	created, err := c.CreateImage(&ecs.CreateImageRequest{
		RegionId: new(region), InstanceId: &first, ImageName: new("golden"), ImageFamily: new("web"), Description: new(description),
		Tag: []*ecs.CreateImageRequestTag{{Key: new("sdk"), Value: new("go v2")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	id := *created.Body.ImageId
	until(t, id+" Available", func() bool { m := v2Image(t, c, id); return m != nil && *m.Status == "Available" })
	m := v2Image(t, c, id)
	if *m.ImageName != "golden" || *m.ImageFamily != "web" || *m.Description != description || *m.ImageOwnerAlias != "self" || *m.Progress != "100%" ||
		*m.Size != 40 || *m.Usage != "none" || len(m.DiskDeviceMappings.DiskDeviceMapping) != 1 || *m.DiskDeviceMappings.DiskDeviceMapping[0].Type != "system" ||
		len(m.Tags.Tag) != 1 || *m.Tags.Tag[0].TagValue != "go v2" {
		t.Errorf("described as %s", tea.Prettify(m))
	}
	newest, err := c.DescribeImageFromFamily(&ecs.DescribeImageFromFamilyRequest{RegionId: new(region), ImageFamily: new("web")})
	if err != nil || tea.StringValue(newest.Body.Image.ImageId) != id {
		t.Errorf("%v %v", newest, err)
	}
	launch := v2Create(n)
	launch.ImageId = &id
	if made, err = c.CreateInstance(launch); err != nil {
		t.Fatal(err)
	}
	second := *made.Body.InstanceId
	v2Wait(t, c, second, "Stopped")
	if i := v2Instances(t, c, second)[0]; *i.ImageId != id || *i.OSType != "linux" {
		t.Errorf("of %s, %s", *i.ImageId, *i.OSType)
	}
	_, err = c.DeleteImage(&ecs.DeleteImageRequest{RegionId: new(region), ImageId: &id})
	v2Refused(t, err, "ImageUsingByInstance", 403)
	for _, i := range []string{first, second} {
		if _, err := c.DeleteInstance(&ecs.DeleteInstanceRequest{InstanceId: &i}); err != nil {
			t.Fatal(err)
		}
		until(t, "the end of "+i, func() bool { return len(v2Instances(t, c, i)) == 0 })
	}
	if _, err := c.DeleteImage(&ecs.DeleteImageRequest{RegionId: new(region), ImageId: &id}); err != nil {
		t.Fatal(err)
	}
	until(t, "the end of "+id, func() bool { return v2Image(t, c, id) == nil })
}
