package reach_test

import (
	"strings"
	"testing"

	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/model/reach"
	"github.com/openecs/openecs/internal/state"
)

// asker asks on a service.
type asker struct {
	*actiontest.Service
	firewall network.Firewall
}

func (a *asker) explain(from, to, protocol string, port int) (*reach.Answer, error) {
	return reach.Explain(a.DB().Snapshot(), &a.firewall, reach.Query{From: from, To: to, Protocol: protocol, Port: port})
}

// want asks for a tcp connection and looks at what decides.
func (a *asker) want(from, to string, port int, passes bool, decides, why string) *reach.Answer {
	a.T.Helper()
	got, err := a.explain(from, to, "tcp", port)
	if err != nil {
		a.T.Fatal(err)
	}
	for _, c := range got.Checks {
		if c.Name != got.Decides {
			continue
		}
		if got.Passes != passes || got.Decides != decides || !strings.Contains(c.Why+" "+c.By, why) {
			a.T.Errorf("%s to %s port %d: passes %v by %s: %s (%s); want %v by %s with %q", from, to, port, got.Passes, got.Decides, c.Why, c.By, passes, decides, why)
		}
		return got
	}
	a.T.Errorf("nothing decides in %+v", got)
	return got
}

func ip(s *actiontest.Service, id string) string {
	return s.See(id).VPCAttributes.PrivateIPAddress.IPAddress[0]
}

func TestExplainWithinVPC(t *testing.T) {
	s := &asker{Service: actiontest.Start(t)}
	n := s.Network()
	a, b := s.Running(), s.Running()
	server := s.Group("VpcId", n.VPC)
	s.want(a, b, 443, true, "ingress", "whose members reach each other")
	s.Do("ModifySecurityGroupPolicy", "SecurityGroupId", n.Group, "InnerAccessPolicy", "Drop")
	s.want(a, b, 443, false, "ingress", "what no rule matches is dropped")
	s.Do("JoinSecurityGroup", "InstanceId", b, "SecurityGroupId", server)
	s.want(a, b, 443, false, "ingress", server)
	s.Do("AuthorizeSecurityGroup", "SecurityGroupId", server, "IpProtocol", "tcp", "PortRange", "443/443", "SourceGroupId", n.Group, "Priority", "5")
	rule := s.rule(server)
	got := s.want(a, b, 443, true, "ingress", "priority 5, accept tcp 443/443 from "+n.Group+". "+rule)
	if got.From.InstanceID != a || got.To.InstanceID != b || got.From.Address != ip(s.Service, a) || got.To.PublicAddress != "" || len(got.Checks) != 4 || got.Notes != nil {
		t.Errorf("%+v", got)
	}
	s.want(a, ip(s.Service, b), 443, true, "ingress", rule) // by address, in the other's network
	s.want(ip(s.Service, a), b, 443, true, "ingress", rule)
	s.want(a, b, 80, false, "ingress", "is dropped")
	nic := ecs.ID(ecs.KindNetworkInterface, actiontest.Record(s.Service, state.Instances, b).Interface)
	if got := s.want(a, nic, 443, true, "ingress", rule); got.To.InstanceID != b || got.To.NetworkInterfaceID != nic {
		t.Errorf("%+v", got.To)
	}
	s.Do("AuthorizeSecurityGroupEgress", "SecurityGroupId", n.Group, "IpProtocol", "all", "DestCidrIp", ip(s.Service, b), "Policy", "drop")
	got = s.want(a, b, 443, false, "egress", "priority 1, drop all to "+ip(s.Service, b)+"/32")
	if last := got.Checks[3]; last.Name != "ingress" || !last.Passes {
		t.Errorf("%+v", got.Checks)
	}
	s.want(b, a, 443, false, "ingress", n.Group)
	s.want(a, "192.168.255.200", 443, false, "address", "has the address 192.168.255.200")
	s.want("192.168.255.200", a, 443, false, "address", "has the address 192.168.255.200")
	s.want(a, "10.1.2.3", 443, false, "route", "No route leads from vpc-")
	s.want("10.1.2.3", a, 443, false, "route", "10.1.2.3")
	s.Do("StopInstance", "InstanceId", b)
	s.Settle()
	if got := s.want(b, a, 443, false, "ingress", ""); len(got.Notes) != 1 || !strings.Contains(got.Notes[0], b+" is Stopped") {
		t.Errorf("%+v", got.Notes)
	}
}

func (a *asker) rule(group string) string {
	g := actiontest.Record(a.Service, state.Groups, group)
	return ecs.ID(ecs.KindRule, g.Rules[len(g.Rules)-1].ID)
}

func TestExplainInternet(t *testing.T) {
	s := &asker{Service: actiontest.Start(t)}
	n := s.Network()
	a, b := s.Running(), s.Running()
	const outside = "203.0.113.5"
	s.want(outside, b, 22, false, "address", b+" has no public address")
	s.want(b, outside, 22, false, "route", b+" has no public address, and no NAT gateway")
	for _, id := range []string{a, b} {
		s.Do("ModifyInstanceNetworkSpec", "InstanceId", id, "InternetMaxBandwidthOut", "5")
		s.Do("AllocatePublicIpAddress", "InstanceId", id)
	}
	public := func(id string) string { return s.See(id).PublicIPAddress.IPAddress[0] }
	s.want(outside, b, 22, false, "ingress", "is dropped")
	s.want(b, outside, 22, true, "ingress", "No security group guards "+outside)
	s.Do("AuthorizeSecurityGroup", "SecurityGroupId", n.Group, "IpProtocol", "tcp", "PortRange", "22/22", "SourceCidrIp", "203.0.113.0/24")
	for _, to := range []string{b, public(b)} {
		got := s.want(outside, to, 22, true, "ingress", s.rule(n.Group))
		if got.To.Address != ip(s.Service, b) || got.To.PublicAddress != public(b) || got.To.InstanceID != b || got.From.InstanceID != "" {
			t.Errorf("%+v", got)
		}
	}
	// By public addresses the members of a group do not know each other.
	s.want(a, b, 80, true, "ingress", "whose members reach each other")
	s.want(a, public(b), 80, false, "ingress", "is dropped")
	s.Do("AuthorizeSecurityGroup", "SecurityGroupId", n.Group, "IpProtocol", "tcp", "PortRange", "80/80", "SourceCidrIp", public(a), "DestCidrIp", ip(s.Service, b))
	s.want(a, public(b), 80, true, "ingress", s.rule(n.Group))

	// Other VPCs are reached through the internet only.
	vpc := s.VPC()
	far := s.Running("VSwitchId", s.VSwitch(vpc, "172.16.0.0/24"), "SecurityGroupId", s.Group("VpcId", vpc))
	s.want(a, far, 80, false, "address", far+" has no public address")
	s.want(far, b, 80, false, "route", far)
}

func TestExplainClassic(t *testing.T) {
	s := &asker{Service: actiontest.Start(t)}
	a, b := s.Classic(), s.Classic()
	s.Service = s.As(s.In("cn-beijing"))
	group := s.See(b).SecurityGroupIDs.SecurityGroupID[0]
	s.want(a, b, 80, true, "ingress", "whose members reach each other")
	s.Do("AuthorizeSecurityGroup", "SecurityGroupId", group, "IpProtocol", "tcp", "PortRange", "80/80", "SourceCidrIp", "203.0.113.5", "NicType", "internet")
	s.Do("ModifyInstanceNetworkSpec", "InstanceId", b, "InternetMaxBandwidthOut", "5")
	s.Do("AllocatePublicIpAddress", "InstanceId", b)
	s.want("203.0.113.5", b, 80, true, "ingress", s.rule(group))
	s.want("203.0.113.6", b, 80, false, "ingress", "")
	s.Do("ModifySecurityGroupPolicy", "SecurityGroupId", group, "InnerAccessPolicy", "Drop")
	s.want(a, b, 80, false, "ingress", "is dropped") // the rule is for the other card
}

func TestExplainRefusals(t *testing.T) {
	s := &asker{Service: actiontest.Start(t)}
	s.Network()
	a, b := s.Running(), s.Running()
	for _, c := range []struct {
		from, to, protocol string
		port               int
		want               string
	}{
		{a, b, "sctp", 1, "none of tcp"}, {a, b, "all", 0, "none of tcp"}, {a, b, "tcp", 0, "needs a port"}, {a, b, "tcp", 65536, "needs a port"},
		{a, b, "icmp", 80, "has no ports"}, {a, a, "tcp", 80, "same network interface"}, {a, "x", "tcp", 80, "no identifier"}, {"", b, "tcp", 80, "no identifier"},
		{"10.0.0.1", "10.0.0.2", "tcp", 80, "Neither 10.0.0.1 nor 10.0.0.2"}, {a, "2001:db8::1", "tcp", 80, "IPv6"}, {a, b, "icmpv6", 0, "different families"},
		{ecs.ID(ecs.KindInstance, 1<<56|7), b, "tcp", 80, "There is no instance"}, {ecs.ID(ecs.KindNetworkInterface, 1<<56|7), b, "tcp", 80, "There is no network interface"},
	} {
		if _, err := s.explain(c.from, c.to, c.protocol, c.port); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s to %s, %s %d: %v, want %q", c.from, c.to, c.protocol, c.port, err, c.want)
		}
	}
}
