package image_test

import (
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

func copyOf(s *actiontest.Service, id string, params ...string) string {
	s.T.Helper()
	return actiontest.Call[api.CopyImageResponse](s, "CopyImage", append([]string{"ImageId", id, "DestinationRegionId", "cn-beijing"}, params...)...).ImageID
}

func TestCopyImage(t *testing.T) {
	s := start(t, actiontest.Stepped())
	id, _ := made(s, "ImageName", "source", "ImageFamily", "web", "Tag.1.Key", "k", "Tag.1.Value", "v")
	there := s.As(s.In("cn-beijing"))
	c := copyOf(s, id, "DestinationImageName", "copy", "DestinationDescription", "a copy of it", "Tag.1.Key", "other")
	s.Quiet()
	m := want(there, c, "Creating")
	if !m.IsCopied || m.ImageName != "copy" || m.Description != "a copy of it" || len(m.Tags.Tag) != 1 || m.Tags.Tag[0].TagKey != "other" || m.ImageFamily != "web" {
		t.Errorf("%+v", m)
	}
	if see(s, c) != nil {
		t.Error("the copy is in the region it was copied from")
	}
	s.Refuse(403, api.CodeOperationDeniedImageCopying, "", "DeleteImage", "ImageId", id)
	there.Refuse(403, api.CodeOperationDeniedImageCopying, "", "DeleteImage", "ImageId", c)
	there.Refuse(400, api.CodeIncorrectImageStatus, "", "CopyImage", "ImageId", c, "DestinationRegionId", "cn-hangzhou")
	s.Settle()
	m = want(there, c, "Available")
	old, snap := see(s, id).DiskDeviceMappings.DiskDeviceMapping[0], m.DiskDeviceMappings.DiskDeviceMapping[0]
	if snap.SnapshotID == old.SnapshotID || snap.Size != old.Size || s.Key(ecs.KindSnapshot, snap.SnapshotID).Region() != s.Key(ecs.KindImage, c).Region() {
		t.Errorf("%+v of %+v", snap, old)
	}
	s.Do("DeleteImage", "ImageId", id)
	there.Refuse(400, api.CodeIncorrectImageStatus, "", "CancelCopyImage", "ImageId", c)
}

func TestCopyImageOnce(t *testing.T) {
	s := start(t)
	id, _ := made(s)
	a := copyOf(s, id, "ClientToken", "t")
	if b := copyOf(s, id, "ClientToken", "t"); a != b {
		t.Errorf("%s and %s", a, b)
	}
	s.Refuse(403, api.CodeIdempotentParameterMismatch, "", "CopyImage", "ImageId", id, "DestinationRegionId", "cn-shanghai", "ClientToken", "t")
}

func TestCopyImageRefusals(t *testing.T) {
	s := start(t, actiontest.Stepped())
	id, _ := made(s, "ImageName", "source")
	s.Refusals(t, "CopyImage", []string{"ImageId", id, "DestinationRegionId", "cn-beijing"}, []actiontest.Refusal{
		{"no such image", []string{"ImageId", "m-none"}, 404, api.CodeInvalidImageIdNotFound, ""},
		{"image of the system", []string{"ImageId", actiontest.Image}, 404, api.CodeInvalidImageIdNotFound, ""},
		{"region", []string{"DestinationRegionId", "xx-nowhere"}, 400, api.CodeDestinationRegionNotFound, ""},
		{"name", []string{"DestinationImageName", "x"}, 400, api.CodeInvalidImageNameMalformed, ""},
		{"name that is taken", []string{"DestinationImageName", "source", "DestinationRegionId", "cn-hangzhou"}, 400, api.CodeInvalidImageNameDuplicated, ""},
		{"description", []string{"DestinationDescription", "x"}, 400, api.CodeInvalidDescriptionMalformed, ""},
		{"key without encryption", []string{"KMSKeyId", "k"}, 400, api.CodeInvalidParameterEncryptedIllegal, ""},
		{"no such key", []string{"KMSKeyId", "k", "Encrypted", "true"}, 404, api.CodeInvalidParameterKMSKeyIdNotFound, ""},
		{"algorithm without encryption", []string{"EncryptAlgorithm", "aes-256"}, 400, api.CodeInvalidParameterEncryptedIllegal, ""},
		{"algorithm", []string{"EncryptAlgorithm", "sm4-128", "Encrypted", "true"}, 400, api.CodeUnsupportedOperationNotImplemented, ""},
		{"resource group", []string{"ResourceGroupId", "rg-none"}, 404, api.CodeInvalidResourceGroupNotFound, ""},
		{"tag", []string{"Tag.1.Key", "aliyun"}, 400, api.CodeInvalidTagKeyMalformed, ""},
		{"dry run", []string{"DryRun", "true"}, 400, api.CodeDryRunOperation, ""},
	})
	s.Do("ModifyImageAttribute", "ImageId", id, "Status", "Deprecated")
	s.Refuse(400, api.CodeIncorrectImageStatus, "", "CopyImage", "ImageId", id)
	s.Do("ModifyImageAttribute", "ImageId", id, "Status", "Available")
	for range 5 {
		copyOf(s, id)
	}
	s.Refuse(403, api.CodeOperationDeniedImageCopying, "", "CopyImage", "ImageId", id, "DestinationRegionId", "cn-beijing")
	s.Settle()
	copyOf(s, id, "Encrypted", "true")
}

func TestCancelCopyImage(t *testing.T) {
	s := start(t, actiontest.Stepped())
	id, _ := made(s)
	c := copyOf(s, id)
	there := s.As(s.In("cn-beijing"))
	s.Refuse(404, api.CodeInvalidImageIdNotFound, "", "CancelCopyImage", "ImageId", c)
	s.Refuse(400, api.CodeImageCreatedNotFromCopy, "", "CancelCopyImage", "ImageId", id)
	there.Do("CancelCopyImage", "ImageId", c)
	s.Settle()
	want(there, c, "gone")
	if n := state.Snapshots.Len(s.DB().Snapshot()); n != 1 {
		t.Errorf("%d snapshots, want that of the source", n)
	}
	s.Do("DeleteImage", "ImageId", id)
}
