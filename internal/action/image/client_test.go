package image_test

import (
	"context"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

// TestLifecycleThroughTheClient is the whole life of an image, typed.
func TestLifecycleThroughTheClient(t *testing.T) {
	ctx, s := context.Background(), start(t)
	c := s.Client
	instance := s.Stopped()
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		s.Settle()
	}
	made, err := c.CreateImage(ctx, &api.CreateImageRequest{RegionID: "cn-hangzhou", InstanceID: instance, ImageName: "golden", Tag: []api.Tag{{Key: "k", Value: "v"}}})
	ok(err)
	list, err := c.DescribeImages(ctx, &api.DescribeImagesRequest{RegionID: "cn-hangzhou", ImageName: "golden"})
	ok(err)
	if len(list.Images.Image) != 1 || list.Images.Image[0].ImageID != made.ImageID {
		t.Fatalf("%+v", list)
	}
	_, err = c.ModifyImageAttribute(ctx, &api.ModifyImageAttributeRequest{RegionID: "cn-hangzhou", ImageID: made.ImageID, ImageFamily: "web"})
	ok(err)
	family, err := c.DescribeImageFromFamily(ctx, &api.DescribeImageFromFamilyRequest{RegionID: "cn-hangzhou", ImageFamily: "web"})
	ok(err)
	if family.Image.ImageID != made.ImageID || len(family.Image.DiskDeviceMappings.DiskDeviceMapping) != 1 {
		t.Errorf("%+v", family)
	}
	copied, err := c.CopyImage(ctx, &api.CopyImageRequest{RegionID: "cn-hangzhou", ImageID: made.ImageID, DestinationRegionID: "cn-shanghai"})
	ok(err)
	_, err = c.ModifyImageSharePermission(ctx, &api.ModifyImageSharePermissionRequest{RegionID: "cn-hangzhou", ImageID: made.ImageID, AddAccount: []string{other}})
	ok(err)
	shared, err := c.DescribeImageSharePermission(ctx, &api.DescribeImageSharePermissionRequest{RegionID: "cn-hangzhou", ImageID: made.ImageID})
	ok(err)
	if shared.TotalCount != 1 {
		t.Errorf("%+v", shared)
	}
	_, err = c.DeleteImage(ctx, &api.DeleteImageRequest{RegionID: "cn-hangzhou", ImageID: made.ImageID})
	actiontest.Refused(t, err, api.CodeImageUseShared, 403)
	_, err = c.ModifyImageSharePermission(ctx, &api.ModifyImageSharePermissionRequest{RegionID: "cn-hangzhou", ImageID: made.ImageID, RemoveAccount: []string{other}})
	ok(err)
	for region, id := range map[string]string{"cn-hangzhou": made.ImageID, "cn-shanghai": copied.ImageID} {
		_, err = c.DeleteImage(ctx, &api.DeleteImageRequest{RegionID: region, ImageID: id})
		ok(err)
		left, err := c.DescribeImages(ctx, &api.DescribeImagesRequest{RegionID: region, ImageOwnerAlias: "self", Status: all})
		ok(err)
		if left.TotalCount != 0 {
			t.Errorf("%s: %+v", region, left)
		}
	}
}
