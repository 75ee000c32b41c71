package keypair_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/openecs/openecs/api"
)

// Made by ssh-keygen, as are the fingerprints.
const (
	rsaKey           = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC2hhEoegtfugwSGD3LdemtTc9YzSXlQr9jwNgP2OW5J1WcHq3jhLkIGW3hp0khY2Vy+/zU52TGo1wQ3AA9GXNYFOoUHxqCiQNl4KNSOhtjJC9V3Q95uecwHfKLmcOC8tbT2HDR2Bko6vWiHpcTQ3tDSK5U7y8KowiXiBESltvSbthRaPCk10dV3KJ3Sj8Wg5qIcFhVaQvHYg6HB9rpNsy2u2BZWw2mUcRDoWxtdhgvo4+vMDrp1/8L8pinT2pm3NQte8WR9VztFYTquwNVsJ5E2zydkf9RXLSHf9mS3UNO4zk7oJJXntNYE0CE7Qg857mn1TLWYX2BIQkQH8saSFpn me@host"
	rsaFingerprint   = "61:99:4c:b0:cf:dc:df:8d:25:12:14:a1:db:39:53:71"
	ecdsaKey         = "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBH3X44KIxdRS1WeSTkrfVZDQ+MwIplwv6V9Rn6zJgSPfkWs9xm2rl+ESZjtCP1L/TwNXq+XvqLwcy9byvQU6HIE= me@host"
	ecdsaFingerprint = "8e:b4:44:66:cf:46:66:7d:82:78:c8:09:99:21:96:3e"
	ed25519Key       = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOoCCakylJEqGI+6csBDULbePwhChRwuh3WTDwKB6ckg me@host"
)

func (l *lab) imports(names ...string) {
	l.T.Helper()
	for _, name := range names {
		do[api.ImportKeyPairResponse](l, "ImportKeyPair", "KeyPairName", name, "PublicKeyBody", rsaKey)
	}
}

func TestImportKeyPair(t *testing.T) {
	l := newLab(t)
	out := do[api.ImportKeyPairResponse](l, "ImportKeyPair", "KeyPairName", "mine", "PublicKeyBody", rsaKey+"\n", "Tag.1.Key", "env", "Tag.1.Value", "test")
	if out.KeyPairName != "mine" || out.KeyPairFingerPrint != rsaFingerprint {
		t.Errorf("%+v", out)
	}
	out = do[api.ImportKeyPairResponse](l, "ImportKeyPair", "KeyPairName", "curve", "PublicKeyBody", ecdsaKey)
	if out.KeyPairFingerPrint != ecdsaFingerprint {
		t.Errorf("%+v", out)
	}
	got := do[api.DescribeKeyPairsResponse](l, "DescribeKeyPairs", "KeyPairName", "mine", "IncludePublicKey", "true").KeyPairs.KeyPair[0]
	if got.PublicKey != rsaKey || got.KeyPairFingerPrint != rsaFingerprint || got.CreationTime != "2026-08-09T05:00Z" {
		t.Errorf("%+v", got)
	}
	if len(got.Tags.Tag) != 1 || got.Tags.Tag[0] != (api.ResourceTag{TagKey: "env", TagValue: "test"}) {
		t.Errorf("tags %v", got.Tags.Tag)
	}
}

func TestImportKeyPairRefusals(t *testing.T) {
	l := newLab(t)
	l.imports("taken")
	with := func(more ...string) []string {
		return append([]string{"KeyPairName", "free", "PublicKeyBody", rsaKey}, more...)
	}
	const format, name = "The PublicKeyBody format is not supported.", "Specified Key Pair name is not valid."
	for _, r := range []struct {
		params        []string
		status        int
		code, message string
	}{
		{with("RegionId", ""), 400, "MissingParameter", ""},
		{with("RegionId", "nowhere"), 404, "InvalidRegionId.NotFound", ""},
		{[]string{"PublicKeyBody", rsaKey}, 400, "MissingParameter", ""},
		{[]string{"KeyPairName", "free"}, 400, "MissingParameter", ""},
		{with("PublicKeyBody", ""), 400, "MissingParameter", ""},
		{with("PublicKeyBody", "ABC1234567"), 400, "InvalidPublicKeyBody.Malformed", format},
		{with("PublicKeyBody", ed25519Key), 400, "InvalidPublicKeyBody.Malformed", format},
		{with("PublicKeyBody", rsaKey+"\n"+rsaKey), 400, "InvalidPublicKeyBody.Malformed", format},
		{with("KeyPairName", ""), 400, "MissingParameter", ""},
		{with("KeyPairName", "1st"), 400, "InvalidKeyPairName.Malformed", name},
		{with("KeyPairName", "taken"), 400, "KeyPair.AlreadyExist", "The key pair already exist."},
		{with("ResourceGroupId", "rg-x"), 404, "InvalidResourceGroup.NotFound", ""},
		{with("Tag.1.Key", "acs:x"), 400, "InvalidTagKey.Malformed", ""},
		{with("Tag.1.Key", "x", "Tag.1.Value", "http://x"), 400, "InvalidTagValue.Malformed", ""},
		{with("Tag.1.Key", "x", "Tag.2.Key", "x"), 400, "Duplicate.TagKey", ""},
		{with(tags(21)...), 403, "QuotaExceed.Tags", ""},
	} {
		l.no(r.status, r.code, r.message, "ImportKeyPair", r.params...)
	}
	if got := l.pairs(); len(got) != 1 {
		t.Errorf("after refusals there are %v", got)
	}
	do[api.ImportKeyPairResponse](l, "ImportKeyPair", with("KeyPairName", "taken", "RegionId", "cn-beijing")...) // names are a region's
	if _, err := l.stranger().Send("ImportKeyPair", with("KeyPairName", "taken")...); err != nil {               // and an account's
		t.Error(err)
	}
}

func TestKeyPairQuota(t *testing.T) {
	l := newLab(t)
	for i := range 500 {
		l.imports(fmt.Sprint("pair-", i))
	}
	const message = "The key pair quota exceeds."
	l.no(403, "QuotaExceed.KeyPair", message, "ImportKeyPair", "KeyPairName", "more", "PublicKeyBody", rsaKey)
	l.no(403, "QuotaExceed.KeyPair", message, "CreateKeyPair", "KeyPairName", "more")
	l.Do("DeleteKeyPairs", "KeyPairNames", array("pair-7"))
	l.imports("more")
}

// TestKeyPairRace imports one name many times at once: one gets it.
func TestKeyPairRace(t *testing.T) {
	l := newLab(t)
	var wg sync.WaitGroup
	var mu sync.Mutex
	made := 0
	for range 8 {
		wg.Go(func() {
			_, err := l.Client.ImportKeyPair(context.Background(), &api.ImportKeyPairRequest{RegionID: "cn-hangzhou", KeyPairName: "one", PublicKeyBody: rsaKey})
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				made++
			case !strings.Contains(err.Error(), "KeyPair.AlreadyExist"):
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got := l.pairs(); made != 1 || len(got) != 1 {
		t.Errorf("%d made, there are %v", made, got)
	}
}
