package image_test

import (
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

// all is every status that a listing may be asked for.
const all = "Creating,Waiting,Available,UnAvailable,CreateFailed,Deprecated"

// images lists custom images of any status.
func images(s *actiontest.Service, params ...string) []shown {
	s.T.Helper()
	return actiontest.Call[api.DescribeImagesResponse](s, "DescribeImages",
		append([]string{"Status", all, "ImageOwnerAlias", "self", "PageSize", "100"}, params...)...).Images.Image
}

// see is one image, whatever its status and whoever owns it; nil for none.
func see(s *actiontest.Service, id string) *shown {
	s.T.Helper()
	m := images(s, "ImageId", id, "ImageOwnerAlias", "")
	if len(m) == 0 {
		return nil
	}
	return &m[0]
}

// want ends the test unless the image is in a state; "gone" is that there is
// none.
func want(s *actiontest.Service, id, status string) *shown {
	s.T.Helper()
	m := see(s, id)
	switch {
	case m == nil && status == "gone":
	case m == nil:
		s.T.Fatalf("%s is gone, want %s", id, status)
	case m.Status != status:
		s.T.Fatalf("%s is %s, want %s", id, m.Status, status)
	}
	return m
}

// create asks for an image.
func create(s *actiontest.Service, params ...string) string {
	s.T.Helper()
	return actiontest.Call[api.CreateImageResponse](s, "CreateImage", params...).ImageID
}

// made is an image of an instance that is Available, and the instance.
func made(s *actiontest.Service, params ...string) (id, instance string) {
	s.T.Helper()
	instance = s.Stopped()
	id = create(s, append([]string{"InstanceId", instance}, params...)...)
	s.Settle()
	want(s, id, "Available")
	return id, instance
}

// snapshot is a snapshot of a system disk, as an image of an instance leaves
// it behind.
func snapshot(s *actiontest.Service) string {
	s.T.Helper()
	id, _ := made(s)
	return see(s, id).DiskDeviceMappings.DiskDeviceMapping[0].SnapshotID
}

func start(t *testing.T, opts ...actiontest.Option) *actiontest.Service {
	return actiontest.Start(t, opts...)
}
