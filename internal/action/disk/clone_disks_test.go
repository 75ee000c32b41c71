package disk_test

import (
	"strings"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

func TestCloneDisks(t *testing.T) {
	s := start(t)
	source := s.DataDisk("Encrypted", "true")
	params := []string{"SourceDiskId", source, "DiskCategory", "cloud_auto", "Size", "40", "MultiAttach", "Disabled", "DiskName", "clone", "ClientToken", "t",
		"BurstingEnabled", "true", "ProvisionedIops", "100", "Tag.1.Key", "k", "Tag.1.Value", "v"}
	out := actiontest.Call[api.CloneDisksResponse](s, "CloneDisks", params...)
	if !strings.HasPrefix(out.TaskGroupID, "tg-") || actiontest.Call[api.CloneDisksResponse](s, "CloneDisks", params...).TaskGroupID != out.TaskGroupID {
		t.Errorf("%+v", out)
	}
	s.Settle()
	d := disks(s, "DiskName", "clone")
	if len(d) != 1 || d[0].Size != 40 || d[0].Status != "Available" || d[0].Category != "cloud_auto" || !d[0].BurstingEnabled || d[0].ProvisionedIops != 100 ||
		!d[0].Encrypted || len(d[0].Tags.Tag) != 1 {
		t.Fatalf("%+v", d)
	}
	if r := actiontest.Record(s, state.Disks, d[0].DiskID); r.Source != s.Key(ecs.KindDisk, source) {
		t.Errorf("%+v", r)
	}
}

func TestCloneDisksRefused(t *testing.T) {
	s := start(t)
	source := s.DataDisk()
	good := []string{"SourceDiskId", source, "DiskCategory", "cloud_essd", "Size", "20", "MultiAttach", "Disabled"}
	const action = "CloneDisks"
	for _, no := range []struct {
		status int
		code   string
		params []string
	}{
		{404, "InvalidDiskId.NotFound", []string{"SourceDiskId", "d-none"}},
		{400, "InvalidDiskName.Malformed", []string{"DiskName", "1"}},
		{400, "InvalidDataDiskCategory.ValueNotSupported", []string{"DiskCategory", "x"}},
		{403, "InvalidParameter.MultiAttach", []string{"MultiAttach", "x"}},
		{400, "UnsupportedOperation.NotImplemented", []string{"MultiAttach", "Enabled"}},
		{400, "UnsupportedOperation.NotImplemented", []string{"Arn.1.Rolearn", "x"}},
		{400, "InvalidParameter.EncryptedIllegal", []string{"KmsKeyId", "k"}},
		{404, "InvalidParameter.KMSKeyId.NotFound", []string{"KmsKeyId", "k", "Encrypted", "true"}},
		{404, "InvalidResourceGroup.NotFound", []string{"ResourceGroupId", "rg-none"}},
		{400, "InvalidPerformanceLevel.Malformed", []string{"PerformanceLevel", "PL9"}},
		{403, "OperationDenied.PerformanceLevelNotMatch", []string{"PerformanceLevel", "PL3"}},
		{400, "InvalidDataDiskSize.ValueNotSupported", []string{"Size", "65537"}},
		{403, "InvalidDiskSize.TooSmall", []string{"Size", "10", "PerformanceLevel", "PL0"}},
		{400, "BurstingEnabledForDiskCategoryUnsupported", []string{"BurstingEnabled", "true"}},
		{400, "ProvisionedIopsForDiskCategoryUnsupported", []string{"ProvisionedIops", "1"}},
		{400, "InvalidProvisionedIops.LimitExceed", []string{"DiskCategory", "cloud_auto", "ProvisionedIops", "50001"}},
		{400, "InvalidTagKey.Malformed", []string{"Tag.1.Key", "aliyun"}},
		{403, "QuotaExceed.Tags", actiontest.Tags(21)},
		{400, "DryRunOperation", []string{"DryRun", "true"}},
		{400, "InvalidClientToken.ValueNotSupported", []string{"ClientToken", "\u00e9"}},
	} {
		refuse(s, action, no.status, no.code, append(good[:len(good):len(good)], no.params...)...)
	}
	strangers(s, action, 404, "InvalidDiskId.NotFound", good...)
	busyDisk(s, source, action, "DiskCreatingSnapshot", good...)
	if n := len(disks(s)); n != 1 {
		t.Errorf("%d disks", n)
	}
}
