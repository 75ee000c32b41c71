package keypair_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/openecs/openecs/api"
)

func TestDescribeKeyPairsFilters(t *testing.T) {
	l := newLab(t)
	do[api.ImportKeyPairResponse](l, "ImportKeyPair", "KeyPairName", "my-SshKey", "PublicKeyBody", rsaKey, "Tag.1.Key", "env", "Tag.1.Value", "test")
	do[api.ImportKeyPairResponse](l, "ImportKeyPair", "KeyPairName", "SshKey", "PublicKeyBody", ecdsaKey, "Tag.1.Key", "env", "Tag.1.Value", "live")
	do[api.ImportKeyPairResponse](l, "ImportKeyPair", "KeyPairName", "SshKey-2", "PublicKeyBody", rsaKey)
	for _, c := range []struct {
		name   string
		params []string
		want   []string
	}{
		{"all, newest first", nil, []string{"SshKey-2", "SshKey", "my-SshKey"}},
		{"another region", []string{"RegionId", "cn-beijing"}, nil},
		{"name", []string{"KeyPairName", "SshKey"}, []string{"SshKey"}},
		{"name unknown", []string{"KeyPairName", "sshkey"}, nil},
		{"name ends", []string{"KeyPairName", "*SshKey"}, []string{"SshKey", "my-SshKey"}},
		{"name begins", []string{"KeyPairName", "SshKey*"}, []string{"SshKey-2", "SshKey"}},
		{"name holds", []string{"KeyPairName", "*SshKey*"}, []string{"SshKey-2", "SshKey", "my-SshKey"}},
		{"no other pattern", []string{"KeyPairName", "S?hKe[y]*"}, nil},
		{"fingerprint", []string{"KeyPairFingerPrint", rsaFingerprint}, []string{"SshKey-2", "my-SshKey"}},
		{"fingerprint unknown", []string{"KeyPairFingerPrint", "ABC1234567"}, nil},
		{"fingerprint and name", []string{"KeyPairFingerPrint", rsaFingerprint, "KeyPairName", "SshKey"}, nil},
		{"tag", []string{"Tag.1.Key", "env", "Tag.1.Value", "test"}, []string{"my-SshKey"}},
		{"tag key", []string{"Tag.1.Key", "env"}, []string{"SshKey", "my-SshKey"}},
		{"tag unknown", []string{"Tag.1.Key", "colour"}, nil},
		{"tag and name", []string{"Tag.1.Key", "env", "KeyPairName", "SshKey"}, []string{"SshKey"}},
		{"resource group unknown", []string{"ResourceGroupId", "rg-x"}, nil},
		{"page 2 of 2", []string{"PageSize", "2", "PageNumber", "2"}, []string{"my-SshKey"}},
	} {
		if got := l.pairs(c.params...); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	if got := do[api.DescribeKeyPairsResponse](l, "DescribeKeyPairs").KeyPairs.KeyPair[0].PublicKey; got != "" {
		t.Errorf("the public key was not asked for: %.30s", got)
	}
	body, err := l.stranger().Send("DescribeKeyPairs", "KeyPairName", "SshKey")
	if err != nil || strings.Contains(string(body), "SshKey") {
		t.Errorf("another account sees %s, %v", body, err)
	}
}

func TestDescribeKeyPairsPages(t *testing.T) {
	l := newLab(t)
	var names []string
	for i := range 11 {
		names = append(names, fmt.Sprintf("pair-%02d", i))
	}
	l.imports(names...)
	out := do[api.DescribeKeyPairsResponse](l, "DescribeKeyPairs")
	if out.TotalCount != 11 || out.PageNumber != 1 || out.PageSize != 10 || len(out.KeyPairs.KeyPair) != 10 {
		t.Errorf("page %d of %d rows: %d of %d", out.PageNumber, out.PageSize, len(out.KeyPairs.KeyPair), out.TotalCount)
	}
	if got := l.pairs("PageNumber", "2"); !slices.Equal(got, []string{"pair-00"}) {
		t.Errorf("page 2: %v", got)
	}
	if got := l.pairs("PageSize", "50"); len(got) != 11 {
		t.Errorf("%d of 50", len(got))
	}
}

func TestDescribeKeyPairsRefusals(t *testing.T) {
	l := newLab(t)
	for _, r := range []struct {
		params []string
		code   string
	}{
		{[]string{"RegionId", ""}, "MissingParameter"},
		{[]string{"PageNumber", "0"}, "InvalidParameter"},
		{[]string{"PageSize", "0"}, "InvalidParameter"},
		{[]string{"PageSize", "51"}, "InvalidParameter"},
		{[]string{"PageSize", "x"}, "InvalidParameter"},
		{[]string{"Tag.1.Value", "x"}, "InvalidTag.Mismatch"},
		{tags(21), "InvalidTagCount"},
	} {
		l.no(400, r.code, "", "DescribeKeyPairs", r.params...)
	}
}
