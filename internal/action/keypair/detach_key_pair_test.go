package keypair_test

import (
	"testing"

	"github.com/openecs/openecs/api"
)

// TestDetachKeyPairOfAnother leaves an instance the pair it has when another
// is named.
func TestDetachKeyPairOfAnother(t *testing.T) {
	l := newLab(t)
	l.imports("mine", "other")
	has, bare := l.launch("KeyPairName", "mine"), l.launch()
	out := do[api.DetachKeyPairResponse](l, "DetachKeyPair", "KeyPairName", "other", "InstanceIds", array(has, bare))
	if out.KeyPairName != "other" || out.TotalCount != "2" || out.FailCount != "2" {
		t.Errorf("%+v", out)
	}
	for _, r := range out.Results.Result {
		if r.Code != "InvalidKeyPairName.NotFound" || r.Success != "false" {
			t.Errorf("%+v", r)
		}
	}
	if got := l.See(has).KeyPairName; got != "mine" {
		t.Errorf("it has %q", got)
	}
}
