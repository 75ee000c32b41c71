package disk_test

import (
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

// TestEncryptionByDefault: the setting is of one account in one region, and what
// is created while it is on is encrypted with the default key.
func TestEncryptionByDefault(t *testing.T) {
	s := start(t)
	on := func(s *actiontest.Service) bool {
		t.Helper()
		return actiontest.Call[api.DescribeDiskEncryptionByDefaultStatusResponse](s, "DescribeDiskEncryptionByDefaultStatus").Encrypted
	}
	key := func(s *actiontest.Service) string {
		t.Helper()
		return actiontest.Call[api.DescribeDiskDefaultKMSKeyIdResponse](s, "DescribeDiskDefaultKMSKeyId").KMSKeyID
	}
	own := key(s)
	if on(s) || own == "" || see(s, s.DataDisk()).Encrypted {
		t.Fatal("encryption is on though nobody asked for it")
	}
	refuse(s, "ModifyDiskDefaultKMSKeyId", 403, "OperationDenied", "KMSKeyId", own)
	refuse(s, "ResetDiskDefaultKMSKeyId", 403, "OperationDenied")
	s.Do("EnableDiskEncryptionByDefault")
	other, beijing := s.As(s.Other), s.As(s.In("cn-beijing"))
	if !on(s) || on(other) || on(beijing) || key(other) == own || key(beijing) == own {
		t.Error("the setting is not of one account in one region")
	}
	source := s.DataDisk()
	for what, d := range map[string]api.DescribeDisksDisk{
		"CreateDisk": see(s, source), "SystemDisk": system(s, s.Stopped()), "ReplaceSystemDisk": see(s, replace(s, s.Stopped())),
	} {
		if !d.Encrypted || d.KMSKeyID != own {
			t.Errorf("%s: %v with %q", what, d.Encrypted, d.KMSKeyID)
		}
	}
	refuse(s, "ModifyDiskDefaultKMSKeyId", 404, "InvalidParameter.KMSKeyId.NotFound", "KMSKeyId", "k")
	s.Do("ModifyDiskDefaultKMSKeyId", "KMSKeyId", own)
	s.Do("ResetDiskDefaultKMSKeyId")
	s.Restart()
	if !on(s) || key(s) != own {
		t.Error("a restart forgets the setting")
	}
	s.Do("DisableDiskEncryptionByDefault")
	if on(s) || see(s, s.DataDisk()).Encrypted || !see(s, source).Encrypted {
		t.Error("the setting does not end")
	}
	if d := see(s, s.DataDisk("Encrypted", "true", "KMSKeyId", own)); !d.Encrypted || d.KMSKeyID != own {
		t.Errorf("%+v", d)
	}
}
