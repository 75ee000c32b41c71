package cli

import (
	"strings"
	"testing"
)

// TestSupply sets quotas and stock by the command line, meets them, and interrupts a spot instance.
func TestSupply(t *testing.T) {
	clean(t)
	dir := t.TempDir()
	o := run(t, dir, "account", "quota", "vcpus", "1").want(t, 0, "")
	for _, s := range []string{"QUOTA", "vcpus", "each region", "instances"} {
		if !strings.Contains(o.out, s) {
			t.Errorf("no %q in\n%s", s, o.out)
		}
	}
	run(t, dir, "launch").want(t, 1, "QuotaExceed.ElasticQuota")
	run(t, dir, "account", "quota", "vcpus", "none").want(t, 0, "")
	if o := run(t, dir, "stock", "set", "cn-hangzhou-h", "ecs.g7.large", "2").want(t, 0, ""); !strings.Contains(o.out, "ROOM FOR") || !strings.Contains(o.out, "ecs.g7.large") {
		t.Error(o.out)
	}
	run(t, dir, "stock", "show").want(t, 0, "")
	for _, c := range []struct {
		code int
		err  string
		args []string
	}{
		{2, "takes a name and a limit", []string{"account", "quota", "vcpus"}},
		{2, "no limit", []string{"account", "quota", "vcpus", "-"}},
		{1, "no quota", []string{"account", "quota", "fun", "1"}},
		{1, "neither a region nor a zone", []string{"account", "quota", "vcpus", "1", "--in", "mars"}},
		{2, "no stock", []string{"stock", "set", "cn-hangzhou-h", "ecs.g7.large", "some"}},
		{1, "no zone", []string{"stock", "set", "mars", "ecs.g7.large", "1"}},
		{2, "accepts 3 arg", []string{"stock", "set", "cn-hangzhou-h"}},
		{1, "no spot instance", []string{"spot", "interrupt", "i-none"}},
		{2, "--cloud", []string{"stock", "show", "--cloud", "alibaba"}},
		{2, "--stock", []string{"serve", "--stock", dir}},
	} {
		run(t, dir, c.args...).want(t, c.code, c.err)
	}
}
