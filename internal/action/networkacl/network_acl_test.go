package networkacl_test

import (
	"context"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/model/network"
)

type attribute = api.DescribeNetworkAclAttributesNetworkAclAttribute

func see(s *actiontest.Service, id string) attribute {
	s.T.Helper()
	return actiontest.Call[api.DescribeNetworkAclAttributesResponse](s, "DescribeNetworkAclAttributes", "NetworkAclId", id).NetworkAclAttribute
}

func want(s *actiontest.Service, id, status, binding string) attribute {
	s.T.Helper()
	a := see(s, id)
	got := ""
	if r := a.Resources.Resource; len(r) > 0 {
		got = r[0].Status
	}
	if a.Status != status || got != binding {
		s.T.Fatalf("%s %q, want %s %q", a.Status, got, status, binding)
	}
	return a
}

func create(s *actiontest.Service, vpc string, params ...string) string {
	s.T.Helper()
	id := actiontest.Call[api.CreateNetworkAclResponse](s, "CreateNetworkAcl", append([]string{"VpcId", vpc}, params...)...).NetworkAclID
	pass(s)
	return id
}

func pass(s *actiontest.Service) { s.Advance(network.PhaseTime) }

func on(vswitch string) []string {
	return []string{"Resource.1.ResourceType", "VSwitch", "Resource.1.ResourceId", vswitch}
}

func TestLifecycle(t *testing.T) {
	s := actiontest.Start(t)
	n := s.Network()
	made, err := s.Client.CreateNetworkAcl(context.Background(), &api.CreateNetworkAclRequest{RegionID: "cn-hangzhou", VPCID: n.VPC, NetworkAclName: "acl", Description: "d",
		ClientToken: "t", Tag: []api.Tag{{Key: "k", Value: "v"}}})
	if err != nil || made.NetworkAclAttribute.Status != "Modifying" || len(made.NetworkAclAttribute.IngressAclEntries.IngressAclEntry) != 1 {
		t.Fatalf("%+v %v", made, err)
	}
	id := made.NetworkAclID
	want(s, id, "Modifying", "")
	s.Refuse(400, "NetworkStatus.Modifying", "", "DeleteNetworkAcl", "NetworkAclId", id)
	s.Restart()
	pass(s)
	a := want(s, id, "Available", "")
	if e := a.EgressAclEntries.EgressAclEntry; len(e) != 1 || e[0].Policy != "accept" || e[0].Protocol != "all" || e[0].Port != "-1/-1" || e[0].DestinationCidrIP != "0.0.0.0/0" {
		t.Errorf("%+v", e)
	}
	kept := a.IngressAclEntries.IngressAclEntry[0].NetworkAclEntryID

	s.Do("AssociateNetworkAcl", append(on(n.VSwitch), "NetworkAclId", id)...)
	want(s, id, "Available", "BINDING")
	s.Refuse(400, "OperationDenied.NetworkAclAttachmentInMiddleStatus", "", "UpdateNetworkAclEntries", "NetworkAclId", id)
	s.Refuse(400, "ResourceStatus.Error", "", "UnassociateNetworkAcl", append(on(n.VSwitch), "NetworkAclId", id)...)
	s.Restart()
	pass(s)
	want(s, id, "Available", "BINDED")
	if w := actiontest.Call[api.DescribeVSwitchesResponse](s, "DescribeVSwitches", "VSwitchId", n.VSwitch).VSwitches.VSwitch[0]; w.NetworkAclID != id {
		t.Errorf("vSwitch of %q", w.NetworkAclID)
	}
	if v := actiontest.Call[api.DescribeVpcsResponse](s, "DescribeVpcs", "VpcId", n.VPC).VPCs.VPC[0]; v.NetworkAclNum != "1" {
		t.Errorf("the VPC has %s", v.NetworkAclNum)
	}

	s.Do("UpdateNetworkAclEntries", "NetworkAclId", id, "UpdateIngressAclEntries", "true",
		"IngressAclEntries.1.Policy", "drop", "IngressAclEntries.1.Protocol", "tcp", "IngressAclEntries.1.Port", "22/22", "IngressAclEntries.1.SourceCidrIp", "10.0.0.0/8",
		"IngressAclEntries.1.NetworkAclEntryName", "ssh", "IngressAclEntries.1.EntryType", "custom", "IngressAclEntries.1.IpVersion", "IPv4",
		"IngressAclEntries.2.Policy", "accept", "IngressAclEntries.2.Protocol", "all", "IngressAclEntries.2.Port", "-1/-1", "IngressAclEntries.2.SourceCidrIp", "0.0.0.0/0",
		"IngressAclEntries.2.NetworkAclEntryId", kept)
	want(s, id, "Modifying", "BINDED")
	s.Restart()
	pass(s)
	a = want(s, id, "Available", "BINDED")
	if e := a.IngressAclEntries.IngressAclEntry; len(e) != 2 || e[0].Policy != "drop" || e[0].Port != "22/22" || e[0].NetworkAclEntryName != "ssh" || e[0].NetworkAclEntryID == kept ||
		e[1].NetworkAclEntryID != kept || len(a.EgressAclEntries.EgressAclEntry) != 1 {
		t.Errorf("%+v", a)
	}
	other := create(s, n.VPC)
	s.Do("CopyNetworkAclEntries", "NetworkAclId", other, "SourceNetworkAclId", id)
	want(s, other, "Modifying", "")
	pass(s)
	if b := see(s, other); len(b.IngressAclEntries.IngressAclEntry) != 2 || b.IngressAclEntries.IngressAclEntry[0].SourceCidrIP != "10.0.0.0/8" {
		t.Errorf("%+v", b)
	}
	s.Do("ModifyNetworkAclAttributes", "NetworkAclId", id, "NetworkAclName", "new")
	pass(s)
	for _, c := range [][]string{{"NetworkAclName", "new"}, {"ResourceType", "VSwitch", "ResourceId", n.VSwitch}, {"NetworkAclId", id, "VpcId", n.VPC}, {"Tags.1.Key", "k"}} {
		got := actiontest.Call[api.DescribeNetworkAclsResponse](s, "DescribeNetworkAcls", c...)
		if got.TotalCount != "1" || got.NetworkAcls.NetworkAcl[0].NetworkAclID != id || got.NetworkAcls.NetworkAcl[0].Description != "d" {
			t.Errorf("%v: %+v", c, got)
		}
	}

	s.Refuse(400, "NetworkAclExistBinding", "", "DeleteNetworkAcl", "NetworkAclId", id)
	s.Refuse(400, "DependencyViolation.NetworkAcl", "", "DeleteVSwitch", "VSwitchId", n.VSwitch)
	s.Refuse(400, "InvalidResource.BindingExist", "", "AssociateNetworkAcl", append(on(n.VSwitch), "NetworkAclId", other)...)
	s.Refuse(400, "Mismatch.NetworkAclAndVSwitch", "", "UnassociateNetworkAcl", append(on(n.VSwitch), "NetworkAclId", other)...)
	s.Do("UnassociateNetworkAcl", append(on(n.VSwitch), "NetworkAclId", id)...)
	want(s, id, "Available", "UNBINDING")
	s.Restart()
	pass(s)
	want(s, id, "Available", "")
	s.Refuse(400, "InvalidResource.NotBinding", "", "UnassociateNetworkAcl", append(on(n.VSwitch), "NetworkAclId", id)...)
	for _, a := range []string{id, other} {
		s.Do("DeleteNetworkAcl", "NetworkAclId", a)
		want(s, a, "Deleting", "")
		pass(s)
		s.Refuse(400, "InvalidNetworkAcl.NotFound", "", "DescribeNetworkAclAttributes", "NetworkAclId", a)
	}
}

func TestRefusals(t *testing.T) {
	s := actiontest.Start(t)
	n := s.Network()
	s.Refusals(t, "CreateNetworkAcl", []string{"VpcId", n.VPC}, []actiontest.Refusal{
		{"VPC", []string{"VpcId", "vpc-x"}, 400, "InvalidVpcId.NotFound", ""},
		{"name", []string{"NetworkAclName", "http://x"}, 400, "ParameterIllegal.Name", ""},
		{"description", []string{"Description", "http://x"}, 400, "ParameterIllegal.Description", ""},
		{"tag", []string{"Tag.1.Key", "aliyun"}, 400, "IllegalParam.TagKey", ""},
		{"dry run", []string{"DryRun", "true"}, 400, "DryRunOperation", ""},
	})
	id := create(s, n.VPC)
	elsewhere := s.VPC()
	s.Refusals(t, "AssociateNetworkAcl", append(on(n.VSwitch), "NetworkAclId", id), []actiontest.Refusal{
		{"ACL", []string{"NetworkAclId", "nacl-x"}, 400, "InvalidNetworkAcl.NotFound", ""},
		{"type", []string{"Resource.1.ResourceType", "x"}, 400, "ParameterIllegal.ResourceType", ""},
		{"vSwitch", []string{"Resource.1.ResourceId", "vsw-x"}, 400, "InvalidResource.NotFound", ""},
		{"another VPC", []string{"Resource.1.ResourceId", s.VSwitch(elsewhere, "172.16.0.0/24")}, 400, "InvalidResource.VpcError", ""},
		{"dry run", []string{"DryRun", "true"}, 400, "DryRunOperation", ""},
	})
	s.Refuse(400, "ParameterMissing.Resources", "", "AssociateNetworkAcl", "NetworkAclId", id)
	good := []string{"NetworkAclId", id, "UpdateEgressAclEntries", "true", "EgressAclEntries.1.Policy", "drop", "EgressAclEntries.1.Protocol", "tcp",
		"EgressAclEntries.1.Port", "1/2", "EgressAclEntries.1.DestinationCidrIp", "10.0.0.0/8"}
	s.Refusals(t, "UpdateNetworkAclEntries", good, []actiontest.Refusal{
		{"policy", []string{"EgressAclEntries.1.Policy", "x"}, 400, "IllegalParam.Policy", ""},
		{"protocol", []string{"EgressAclEntries.1.Protocol", "x"}, 400, "IllegalParam.Protocol", ""},
		{"ports reversed", []string{"EgressAclEntries.1.Port", "9/2"}, 400, "IllegalParam.PortRange", ""},
		{"ports of ICMP", []string{"EgressAclEntries.1.Protocol", "icmp"}, 400, "IllegalParam.PortRange", ""},
		{"CIDR", []string{"EgressAclEntries.1.DestinationCidrIp", "10.0.0.1/8"}, 400, "IllegalParam.DestinationCidrIp", ""},
		{"version", []string{"EgressAclEntries.1.IpVersion", "x"}, 400, "IllegalParam.IpVersion", ""},
		{"other version", []string{"EgressAclEntries.1.IpVersion", "IPv6"}, 400, "IllegalParam.DestinationCidrIp", ""},
		{"IPv6", []string{"EgressAclEntries.1.DestinationCidrIp", "::/0"}, 400, "OperationDenied.VpcIpv6NotEnabled", ""},
		{"id", []string{"EgressAclEntries.1.NetworkAclEntryId", "nae-x"}, 400, "IllegalParam.EgressAclEntryId", ""},
		{"entry type", []string{"EgressAclEntries.1.EntryType", "x"}, 400, "InvalidParameter", ""},
		{"name", []string{"EgressAclEntries.1.NetworkAclEntryName", "http://x"}, 400, "ParameterIllegal.Name", ""},
		{"prefix list", []string{"EgressAclEntries.1.DestinationCidrIp", "pl-x"}, 400, "ResourceNotFound.PrefixList", ""},
		{"no policy", []string{"EgressAclEntries.1.Policy", ""}, 400, "ParameterMissing.Policy", ""},
		{"no protocol", []string{"EgressAclEntries.1.Protocol", ""}, 400, "ParameterMissing.Protocol", ""},
		{"no CIDR", []string{"EgressAclEntries.1.DestinationCidrIp", ""}, 400, "ParameterMissing.DestinationCidrIp", ""},
		{"no ports", []string{"EgressAclEntries.1.Port", ""}, 400, "ParameterMissing.Port", ""},
		{"dry run", []string{"DryRun", "true"}, 400, "DryRunOperation", ""},
	})
	s.Refuse(400, "InvalidNetworkAcl.NotFound", "", "CopyNetworkAclEntries", "NetworkAclId", id, "SourceNetworkAclId", "nacl-x")
	s.Refuse(400, "ParameterMissing.SourceCidrIp", "", "UpdateNetworkAclEntries", "NetworkAclId", id, "UpdateIngressAclEntries", "true",
		"IngressAclEntries.1.Policy", "drop", "IngressAclEntries.1.Protocol", "tcp", "IngressAclEntries.1.Port", "1/2")
	s.As(s.Other).Refuse(400, "InvalidNetworkAcl.NotFound", "", "DeleteNetworkAcl", "NetworkAclId", id)
	s.Refuse(400, "ParameterIllegal.ResourceType", "", "DescribeNetworkAcls", "ResourceType", "x")
	if a := see(s, id); len(a.EgressAclEntries.EgressAclEntry) != 1 || a.EgressAclEntries.EgressAclEntry[0].DestinationCidrIP != "0.0.0.0/0" {
		t.Errorf("a refused request changed it: %+v", a)
	}
	// The VPC goes only without ACLs.
	empty := s.VPC("CidrBlock", "10.0.0.0/16")
	acl := create(s, empty)
	s.Refuse(400, "DependencyViolation", "", "DeleteVpc", "VpcId", empty)
	s.Do("DeleteNetworkAcl", "NetworkAclId", acl)
	pass(s)
	s.Do("DeleteVpc", "VpcId", empty)
}
