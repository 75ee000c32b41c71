package keypair_test

import (
	"crypto/x509"
	"encoding/pem"
	"strings"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/ecs"
)

func TestCreateKeyPair(t *testing.T) {
	l := newLab(t)
	out := do[api.CreateKeyPairResponse](l, "CreateKeyPair", "KeyPairName", "mine", "Tag.1.Key", "env")
	block, rest := pem.Decode([]byte(out.PrivateKeyBody))
	if block == nil || len(rest) > 0 {
		t.Fatalf("private key %.60q", out.PrivateKeyBody)
	}
	private, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	if err != nil || private.N.BitLen() != 2048 {
		t.Fatalf("private key: %v", err)
	}
	public := ecs.RSAPublicKey(&private.PublicKey)
	if out.KeyPairName != "mine" || !strings.HasPrefix(out.KeyPairID, "ssh-bp1") || out.KeyPairFingerPrint != public.Fingerprint() {
		t.Errorf("%s %s %s", out.KeyPairName, out.KeyPairID, out.KeyPairFingerPrint)
	}
	got := do[api.DescribeKeyPairsResponse](l, "DescribeKeyPairs", "IncludePublicKey", "true").KeyPairs.KeyPair
	if len(got) != 1 || got[0].PublicKey != public.String() || got[0].KeyPairFingerPrint != out.KeyPairFingerPrint {
		t.Errorf("%+v", got)
	}
	other := do[api.CreateKeyPairResponse](l, "CreateKeyPair", "KeyPairName", "other")
	if other.PrivateKeyBody == out.PrivateKeyBody {
		t.Error("two pairs have one key")
	}
}

// TestPrivateKeyIsNotStored looks for the private key in everything that the
// service wrote.
func TestPrivateKeyIsNotStored(t *testing.T) {
	l := newLab(t)
	out := do[api.CreateKeyPairResponse](l, "CreateKeyPair", "KeyPairName", "mine")
	block, _ := pem.Decode([]byte(out.PrivateKeyBody))
	private, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	l.must(err)
	rows, named := 0, false
	for c, err := range l.Stored() {
		l.must(err)
		rows++
		row := string(c.Value)
		named = named || strings.Contains(row, "mine")
		if strings.Contains(row, "PRIVATE") || strings.Contains(row, string(private.D.Bytes())) || strings.Contains(row, string(private.Primes[0].Bytes())) {
			t.Errorf("a row under %q holds the private key", c.Key)
		}
	}
	if rows == 0 || !named {
		t.Errorf("%d rows, none of the pair", rows)
	}
}

func TestCreateKeyPairRefusals(t *testing.T) {
	l := newLab(t)
	l.imports("taken")
	const name = "Specified Key Pair name is not valid."
	for _, r := range []struct {
		params        []string
		status        int
		code, message string
	}{
		{[]string{"RegionId", "", "KeyPairName", "free"}, 400, "MissingParameter", ""},
		{[]string{"RegionId", "nowhere", "KeyPairName", "free"}, 404, "InvalidRegionId.NotFound", ""},
		{nil, 400, "MissingParameter", ""},
		{[]string{"KeyPairName", ""}, 400, "MissingParameter", ""},
		{[]string{"KeyPairName", "x"}, 400, "InvalidKeyPairName.Malformed", name},
		{[]string{"KeyPairName", "_x"}, 400, "InvalidKeyPairName.Malformed", name},
		{[]string{"KeyPairName", "http://x"}, 400, "InvalidKeyPairName.Malformed", name},
		{[]string{"KeyPairName", strings.Repeat("x", 129)}, 400, "InvalidKeyPairName.Malformed", name},
		{[]string{"KeyPairName", "taken"}, 400, "KeyPair.AlreadyExist", "The key pair already exist."},
		{[]string{"KeyPairName", "free", "ResourceGroupId", "rg-x"}, 404, "InvalidResourceGroup.NotFound", ""},
		{[]string{"KeyPairName", "free", "Tag.1.Key", "aliyun"}, 400, "InvalidTagKey.Malformed", ""},
		{[]string{"KeyPairName", "free", "Tag.1.Key", "x", "Tag.1.Value", "https://x"}, 400, "InvalidTagValue.Malformed", ""},
		{[]string{"KeyPairName", "free", "Tag.1.Key", "x", "Tag.2.Key", "x"}, 400, "Duplicate.TagKey", ""},
		{append([]string{"KeyPairName", "free"}, tags(21)...), 403, "QuotaExceed.Tags", ""},
	} {
		l.no(r.status, r.code, r.message, "CreateKeyPair", r.params...)
	}
	if got := l.pairs(); len(got) != 1 {
		t.Errorf("after refusals there are %v", got)
	}
}
