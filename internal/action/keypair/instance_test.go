package keypair_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/openecs/openecs/api"
)

// TestInstancesOfKeyPair makes instances with key pairs and finds them by
// these.
func TestInstancesOfKeyPair(t *testing.T) {
	l := newLab(t)
	l.imports("mine", "other")
	run := do[api.RunInstancesResponse](l, "RunInstances", append(l.instance(), "KeyPairName", "mine", "Amount", "2")...).InstanceIDSets.InstanceIDSet
	l.Settle()
	one, bare := l.launch("KeyPairName", "other"), l.launch()
	find := func(params ...string) (ids []string) {
		for _, i := range do[api.DescribeInstancesResponse](l, "DescribeInstances", params...).Instances.Instance {
			ids = append(ids, i.InstanceID)
		}
		slices.Sort(ids)
		return ids
	}
	if got := find("KeyPairName", "mine"); !slices.Equal(got, run) {
		t.Errorf("with the key pair: %v, want %v", got, run)
	}
	if got := find("KeyPairName", "other"); !slices.Equal(got, []string{one}) {
		t.Errorf("with the other: %v, want %s", got, one)
	}
	if got := find("KeyPairName", "none"); len(got) > 0 {
		t.Errorf("with an unknown key pair: %v", got)
	}
	if got := find("KeyPairName", "mine", "InstanceIds", array(bare, run[0])); !slices.Equal(got, run[:1]) {
		t.Errorf("with the key pair, of two: %v", got)
	}
	for _, id := range run {
		if i := l.See(id); i.KeyPairName != "mine" || i.Status != "Running" {
			t.Errorf("%s is %s and has %q", id, i.Status, i.KeyPairName)
		}
		if got := l.boot(id).AuthorizedKeys; !slices.Equal(got, []string{rsaKey}) {
			t.Errorf("%s booted with %v", id, got)
		}
	}
}

// TestKeyPairOnWindows ignores the key pair where it is of no use.
func TestKeyPairOnWindows(t *testing.T) {
	l := newLab(t)
	id := l.launch("ImageId", windows, "KeyPairName", "none", "Password", "Str0ng-pass")
	l.power("StartInstance", id)
	if got := l.See(id).KeyPairName; got != "" {
		t.Errorf("it has %q", got)
	}
	if b := l.boot(id); len(b.AuthorizedKeys) > 0 || b.Password.Reveal() != "Str0ng-pass" {
		t.Errorf("booted with %v, %q", b.AuthorizedKeys, b.Password.Reveal())
	}
}

func TestKeyPairNotFound(t *testing.T) {
	l := newLab(t)
	do[api.ImportKeyPairResponse](l, "ImportKeyPair", "KeyPairName", "elsewhere", "PublicKeyBody", rsaKey, "RegionId", "cn-beijing")
	if _, err := l.stranger().Send("ImportKeyPair", "KeyPairName", "theirs", "PublicKeyBody", rsaKey); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"none", "elsewhere", "theirs", strings.Repeat("x", 200)} {
		for _, action := range []string{"CreateInstance", "RunInstances"} {
			l.no(404, "InvalidKeyPairName.NotFound", "", action, append(l.instance(), "KeyPairName", name)...)
		}
	}
}
