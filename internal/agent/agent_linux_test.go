package agent

import (
	"fmt"
	"testing"

	"github.com/vishvananda/netns"

	"github.com/openecs/openecs/internal/ecs"
)

// TestTwoVPCsWithTheSameAddresses has two VPCs with identical addresses and
// opposite rules at once.
func TestTwoVPCsWithTheSameAddresses(t *testing.T) {
	r := newRig(t)
	var from, to [2]netns.NsHandle
	var groups [2]string
	var vpcs [2]string
	for i, policy := range []string{"accept", "drop"} {
		vpcs[i] = r.VPC("CidrBlock", "10.0.0.0/16")
		vsw := r.VSwitch(vpcs[i], "10.0.1.0/24")
		groups[i] = r.Group("VpcId", vpcs[i])
		r.Do("ModifySecurityGroupPolicy", "SecurityGroupId", groups[i], "InnerAccessPolicy", "Drop")
		r.Do("AuthorizeSecurityGroup", "SecurityGroupId", groups[i], "IpProtocol", "tcp", "PortRange", "80/80", "SourceCidrIp", "10.0.0.0/8", "Policy", policy)
		for j, ns := range []*netns.NsHandle{&from[i], &to[i]} {
			id, _ := r.machine("VSwitchId", vsw, "SecurityGroupId", groups[i], "PrivateIpAddress", fmt.Sprintf("10.0.1.%d", 11+j))
			*ns = r.nics[id]
			r.serve(*ns, 80)
			r.serve(*ns, 81)
		}
	}
	r.want(from[0], "10.0.1.12", 80, false) // nothing passes before the agent has been here
	r.apply()
	if t.Failed() {
		return
	}
	k, _ := ecs.ParseID(ecs.KindVPC, vpcs[0])
	r.want(from[0], "10.0.1.12", 80, true)
	if t.Failed() {
		t.Log(r.ruleset(k))
		return
	}
	r.want(to[0], "10.0.1.11", 80, true)
	r.want(from[0], "10.0.1.12", 81, false)
	r.want(from[1], "10.0.1.12", 80, false)
	for i, policy := range []string{"drop", "accept"} { // the other way round
		r.Do("AuthorizeSecurityGroup", "SecurityGroupId", groups[i], "IpProtocol", "tcp", "PortRange", "80/80", "SourceCidrIp", "10.0.1.11/32", "Policy", policy)
	}
	r.Do("RevokeSecurityGroup", "SecurityGroupId", groups[1], "IpProtocol", "tcp", "PortRange", "80/80", "SourceCidrIp", "10.0.0.0/8", "Policy", "drop")
	r.apply()
	r.want(from[0], "10.0.1.12", 80, false)
	r.want(from[1], "10.0.1.12", 80, true)
	r.want(to[1], "10.0.1.11", 80, false)
}
