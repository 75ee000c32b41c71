package cli

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestNetworkLists makes an instance with what it needs, and finds all of it.
func TestNetworkLists(t *testing.T) {
	clean(t)
	dir := t.TempDir()
	var ids []string
	o := run(t, dir, "launch", "--count", "2", "-o", "json", "--query", "[].InstanceId").want(t, 0, "")
	if err := json.Unmarshal([]byte(o.out), &ids); err != nil || len(ids) != 2 {
		t.Fatalf("launched %v: %v", ids, err)
	}
	run(t, dir, "call", "AllocateEipAddress", "RegionId=cn-hangzhou", "Bandwidth=7").want(t, 0, "")
	one := func(query string, args ...string) string {
		t.Helper()
		o := run(t, dir, append(args, "-o", "json", "--query", "[0]."+query)...).want(t, 0, "")
		return strings.Trim(strings.TrimSpace(o.out), `"`)
	}
	vpc, vswitch := one("VpcId", "vpc", "list"), one("VSwitchId", "vswitch", "list")
	for _, c := range []struct {
		args, want []string
	}{
		{[]string{"vpc", "list"}, []string{"CIDR", "VSWITCHES", vpc, "Available"}},
		{[]string{"vswitch", "list", "--vpc", vpc}, []string{"ZONE", "FREE", vswitch, vpc}},
		{[]string{"eni", "list", "--instance", ids[0]}, []string{"INSTANCE", "Primary", "InUse", ids[0], vswitch}},
		{[]string{"eip", "list"}, []string{"BOUND TO", "Available", "198.18.", " - ", "7"}},
	} {
		o := run(t, dir, c.args...).want(t, 0, "")
		for _, want := range c.want {
			if !strings.Contains(o.out, want) {
				t.Errorf("%v has no %q:\n%s", c.args, want, o.out)
			}
		}
	}
	for _, args := range [][]string{{"vpc", "list"}, {"vswitch", "list", "--vpc", "vpc-none"}, {"eni", "list", "--instance", "i-none"}, {"eip", "list", "--region", "cn-beijing"}} {
		want := "[]"
		if args[0] == "vpc" {
			args = append(args, "--region", "cn-beijing")
		}
		if o := run(t, dir, append(args, "-o", "json")...).want(t, 0, ""); strings.TrimSpace(o.out) != want {
			t.Errorf("%v: %s, want %s", args, o.out, want)
		}
	}
}
