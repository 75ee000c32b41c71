package agent

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/openecs/openecs/internal/agent/plan"
	"github.com/openecs/openecs/internal/ecs"
)

// TestRefusedTransaction hands the kernel rules that it refuses: what was in
// force stays, the revision is not reported, and other VPCs are not held up.
func TestRefusedTransaction(t *testing.T) {
	r := newRig(t)
	n := r.Network()
	r.Do("ModifySecurityGroupPolicy", "SecurityGroupId", n.Group, "InnerAccessPolicy", "Drop")
	r.openTo(n.Group, 80)
	a, _ := r.machine()
	b, ipB := r.machine()
	r.serve(r.nics[b], 80)
	r.serve(r.nics[b], 81)
	r.apply()
	applied := r.agent.Applied()
	other := r.VPC("CidrBlock", "192.168.0.0/16")
	c, _ := r.machine("VSwitchId", r.VSwitch(other, "192.168.0.0/24"), "SecurityGroupId", r.Group("VpcId", other))
	r.openTo(n.Group, 81)
	r.Settle()
	h := r.agent.planner.Host(r.DB().Snapshot())
	v := h.VPC(mustKey(t, ecs.KindVPC, n.VPC))
	good := v.Table
	v.Table.Chains = slices.Clone(v.Table.Chains)
	for i := range v.Table.Chains {
		if c := &v.Table.Chains[i]; c.Hook == plan.NoHook {
			c.Rules = append(slices.Clone(c.Rules), plan.Rule{Match: []plan.Match{{What: plan.SourceIn, Name: "nowhere"}}})
		}
	}
	if err := r.agent.Apply(h); err == nil || !strings.Contains(err.Error(), "the kernel refused the rules") || !strings.Contains(err.Error(), n.VPC) {
		t.Fatalf("%v", err)
	}
	if r.agent.Applied() != applied || r.agent.Ready(h.Rev) {
		t.Errorf("revision %d is reported, %d was before", r.agent.Applied(), applied)
	}
	kc, _ := r.record(c)
	if err := r.agent.Plugged(ecs.HostNIC(kc), ecs.MAC(kc)); err != nil {
		t.Errorf("an interface of another VPC: %v", err)
	}
	ka, _ := r.record(a)
	if r.agent.Guarded(ecs.HostNIC(ka), ecs.MAC(ka)) == nil || r.agent.Guarded(ecs.HostNIC(kc), ecs.MAC(kc)) != nil {
		t.Error("an interface counts as guarded though its rules were refused, or not though they are in")
	}
	r.want(r.nics[a], ipB, 80, true)
	r.want(r.nics[a], ipB, 81, false)
	v.Table = good
	r.must(r.agent.Apply(h))
	r.want(r.nics[a], ipB, 81, true)
	if !r.agent.Ready(h.Rev) {
		t.Errorf("revision %d", r.agent.Applied())
	}
}

// TestCheckWithoutRoot asks for the reason.
func TestCheckWithoutRoot(t *testing.T) {
	if os.Getuid() != 0 {
		if err := Check(); err == nil || !strings.Contains(err.Error(), "need root") {
			t.Errorf("%v", err)
		}
		return
	}
	cmd := exec.Command("/proc/self/exe", "-test.run=^TestCheckWithoutRoot$", "-test.v")
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "PASS: TestCheckWithoutRoot") {
		t.Errorf("as another user: %v %s", err, out)
	}
}
