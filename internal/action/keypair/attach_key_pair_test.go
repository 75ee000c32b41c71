package keypair_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// attach attaches a pair and tells the code of each instance.
func (l *lab) attach(name string, ids ...string) (codes []string) {
	l.T.Helper()
	out := do[api.AttachKeyPairResponse](l, "AttachKeyPair", "KeyPairName", name, "InstanceIds", array(ids...))
	failed := 0
	for i, r := range out.Results.Result {
		codes = append(codes, r.Code)
		if r.InstanceID != ids[i] || (r.Success == "true") != (r.Code == "200") || (r.Message == "successful") != (r.Code == "200") {
			l.T.Errorf("result %+v", r)
		}
		if r.Code != "200" {
			failed++
		}
	}
	if out.KeyPairName != name || out.TotalCount != fmt.Sprint(len(ids)) || out.FailCount != fmt.Sprint(failed) {
		l.T.Errorf("%+v", out)
	}
	return codes
}

func (l *lab) specGen(id string) uint32 {
	l.T.Helper()
	k, _ := ecs.ParseID(ecs.KindInstance, id)
	r, ok := state.Instances.Get(l.DB().Snapshot(), k)
	if !ok {
		l.T.Fatalf("%s is gone", id)
	}
	return r.Want.SpecGen
}

// TestKeyAtBoot follows the key to the machine: from the boot after attaching
// on it has the key and no password, and from the boot after detaching on its
// password again.
func TestKeyAtBoot(t *testing.T) {
	l := newLab(t)
	l.imports("first")
	do[api.ImportKeyPairResponse](l, "ImportKeyPair", "KeyPairName", "second", "PublicKeyBody", ecdsaKey)
	id := l.launch("Password", "Str0ng-pass", "KeyPairName", "first")
	booted := func(when string, keys []string, password string) {
		t.Helper()
		b := l.boot(id)
		if !slices.Equal(b.AuthorizedKeys, keys) || b.Password.Reveal() != password {
			t.Errorf("%s: booted with keys %v and password %q, want %v and %q", when, b.AuthorizedKeys, b.Password.Reveal(), keys, password)
		}
	}
	l.power("StartInstance", id)
	booted("made with a key pair", []string{rsaKey}, "")

	gen := l.specGen(id)
	if got := l.attach("second", id); got[0] != "200" {
		t.Fatal(got)
	}
	if got := l.See(id).KeyPairName; got != "second" {
		t.Errorf("it shows the key pair %q", got)
	}
	if got := l.specGen(id); got != gen+1 {
		t.Errorf("SpecGen %d, want %d", got, gen+1)
	}
	booted("attached, not yet booted", []string{rsaKey}, "")
	l.attach("second", id) // what it has already changes nothing
	if got := l.specGen(id); got != gen+1 {
		t.Errorf("SpecGen %d, want %d", got, gen+1)
	}
	l.power("RebootInstance", id)
	booted("attached", []string{ecdsaKey}, "")

	do[api.DetachKeyPairResponse](l, "DetachKeyPair", "KeyPairName", "second", "InstanceIds", array(id))
	if got := l.See(id).KeyPairName; got != "" {
		t.Errorf("it shows the key pair %q", got)
	}
	l.power("StopInstance", id)
	l.power("StartInstance", id)
	booted("detached", nil, "Str0ng-pass")
}

func TestAttachKeyPairAfterRestart(t *testing.T) {
	l := newLab(t)
	l.imports("mine")
	id := l.launch()
	l.attach("mine", id)
	l.Restart()
	if got := l.See(id).KeyPairName; got != "mine" {
		t.Errorf("after a restart it shows the key pair %q", got)
	}
	l.no(400, "InvalidParameter.KeypairAlreadyAttachedInstance", "", "DeleteKeyPairs", "KeyPairNames", array("mine"))
	l.power("StartInstance", id)
	if got := l.boot(id).AuthorizedKeys; !slices.Equal(got, []string{rsaKey}) {
		t.Errorf("booted with %v", got)
	}
}

// TestAttachKeyPairResults refuses instances one by one; the others are done.
func TestAttachKeyPairResults(t *testing.T) {
	l := newLab(t)
	l.imports("mine")
	good, running, win := l.launch(), l.launch(), l.launch("ImageId", windows)
	l.power("StartInstance", running)
	locked := l.launch()
	l.edit(locked, func(r *ecs.Instance) { r.Locks = ecs.LockSecurity })
	plain := l.launch()
	l.edit(plain, func(r *ecs.Instance) { r.Flags &^= ecs.IOOptimized })
	pending := do[api.CreateInstanceResponse](l, "CreateInstance", l.instance()...).InstanceID
	ids := []string{good, running, win, locked, plain, pending, "i-none"}
	want := []string{"200", "200", "DependencyViolation.WindowsInstance", "InstanceLockedForSecurity", "DependencyViolation.IoOptimize", "IncorrectInstanceStatus", "InvalidInstanceId.NotFound"}
	if got := l.attach("mine", ids...); !slices.Equal(got, want) {
		t.Errorf("attached: %v\nwant %v", got, want)
	}
	got := do[api.DetachKeyPairResponse](l, "DetachKeyPair", "KeyPairName", "mine", "InstanceIds", array(ids...))
	for i, r := range got.Results.Result {
		if r.Code != want[i] {
			t.Errorf("detached: %+v, want %s", r, want[i])
		}
	}
}

// edit changes an instance's record behind the actions' back, for what no
// action brings about.
func (l *lab) edit(id string, change func(*ecs.Instance)) {
	l.T.Helper()
	actiontest.Edit(l.Service, state.Instances, id, change)
}

func TestAttachKeyPairRefusals(t *testing.T) {
	l := newLab(t)
	l.imports("mine")
	id := l.launch()
	var many []string
	for i := range 51 {
		many = append(many, fmt.Sprint("i-", i))
	}
	for _, action := range []string{"AttachKeyPair", "DetachKeyPair"} {
		with := func(more ...string) []string {
			return append([]string{"KeyPairName", "mine", "InstanceIds", array(id)}, more...)
		}
		for _, r := range []struct {
			params []string
			status int
			code   string
		}{
			{with("RegionId", ""), 400, "MissingParameter"},
			{with("RegionId", "nowhere"), 404, "InvalidRegionId.NotFound"},
			{[]string{"KeyPairName", "mine"}, 400, "MissingParameter"},
			{[]string{"InstanceIds", array(id)}, 400, "MissingParameter"},
			{with("InstanceIds", id), 400, "InvalidInstanceIds.ValueNotSupported"},
			{with("InstanceIds", "[]"), 400, "InvalidInstanceIds.ValueNotSupported"},
			{with("InstanceIds", array(many...)), 400, "InvalidInstanceIds.ValueNotSupported"},
			{with("KeyPairName", "none"), 404, "InvalidKeyPairName.NotFound"},
			{with("RegionId", "cn-beijing"), 404, "InvalidKeyPairName.NotFound"},
		} {
			l.no(r.status, r.code, "", action, r.params...)
		}
		l.stranger().no(404, "InvalidKeyPairName.NotFound", "", action, with()...)
	}
	if _, err := l.stranger().Send("ImportKeyPair", "KeyPairName", "theirs", "PublicKeyBody", rsaKey); err != nil {
		t.Fatal(err)
	}
	body, err := l.stranger().Send("AttachKeyPair", "KeyPairName", "theirs", "InstanceIds", array(id))
	if err != nil || l.See(id).KeyPairName != "" {
		t.Errorf("another account attached %s, %v", body, err)
	}
}
