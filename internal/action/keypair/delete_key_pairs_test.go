package keypair_test

import (
	"fmt"
	"slices"
	"testing"
)

func TestDeleteKeyPairs(t *testing.T) {
	l := newLab(t)
	l.imports("aa", "bb", "cc")
	l.Do("DeleteKeyPairs", "KeyPairNames", array("aa", "cc", "aa"))
	if got := l.pairs(); !slices.Equal(got, []string{"bb"}) {
		t.Errorf("%v are left", got)
	}
	l.imports("aa") // the name is free again
}

func TestDeleteKeyPairsRefusals(t *testing.T) {
	l := newLab(t)
	l.imports("free", "used")
	id := l.launch("KeyPairName", "used")
	var many []string
	for i := range 101 {
		many = append(many, fmt.Sprint("pair-", i))
	}
	for _, r := range []struct {
		params []string
		status int
		code   string
	}{
		{nil, 400, "MissingParameter"},
		{[]string{"KeyPairNames", array("free"), "RegionId", ""}, 400, "MissingParameter"},
		{[]string{"KeyPairNames", array("free"), "RegionId", "nowhere"}, 404, "InvalidRegionId.NotFound"},
		{[]string{"KeyPairNames", "free"}, 400, "InvalidKeyPairNames.ValueNotSupported"},
		{[]string{"KeyPairNames", "[]"}, 400, "InvalidKeyPairNames.ValueNotSupported"},
		{[]string{"KeyPairNames", array(many...)}, 403, "InstanceKeyPairLimitExceeded"},
		{[]string{"KeyPairNames", array("free", "none")}, 400, "InvalidKeyPairName.NotFound"},
		{[]string{"KeyPairNames", array("free"), "RegionId", "cn-beijing"}, 400, "InvalidKeyPairName.NotFound"},
		{[]string{"KeyPairNames", array("free", "used")}, 400, "InvalidParameter.KeypairAlreadyAttachedInstance"},
	} {
		l.no(r.status, r.code, "", "DeleteKeyPairs", r.params...)
	}
	l.stranger().no(400, "InvalidKeyPairName.NotFound", "", "DeleteKeyPairs", "KeyPairNames", array("free"))
	if got := l.pairs(); len(got) != 2 {
		t.Errorf("after refusals there are %v", got)
	}
	l.Do("DeleteInstance", "InstanceId", id)
	l.Settle()
	l.Do("DeleteKeyPairs", "KeyPairNames", array("free", "used"))
}
