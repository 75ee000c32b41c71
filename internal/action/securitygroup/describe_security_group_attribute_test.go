package securitygroup_test

import (
	"strconv"
	"testing"
)

func TestDescribeSecurityGroupAttribute(t *testing.T) {
	h := start(t, withStranger())
	vpc := h.vpc()
	id := h.create("VpcId", vpc, "SecurityGroupName", "web", "Description", "front")
	for port := 1; port <= 25; port++ {
		p := strconv.Itoa(port)
		h.authorize(id, "IpProtocol", "tcp", "PortRange", p+"/"+p, "SourceCidrIp", "10.0.0.0/8")
	}
	o := h.attribute(id)
	if o.SecurityGroupID != id || o.VPCID != vpc || o.RegionID != "cn-hangzhou" || o.SecurityGroupName != "web" || o.Description != "front" ||
		o.InnerAccessPolicy != "Accept" || o.NextToken != "" || len(o.Permissions.Permission) != 25 || o.Permissions.Permission[0].PortRange != "25/25" {
		t.Errorf("%+v", o)
	}
	for _, c := range []struct {
		direction, nic string
		want           int
	}{{"all", "", 25}, {"ingress", "", 25}, {"egress", "", 0}, {"ingress", "intranet", 25}, {"", "internet", 0}} {
		if n := len(h.rules(id, "Direction", c.direction, "NicType", c.nic, "Attribute", "snapshotPolicyIds")); n != c.want {
			t.Errorf("direction %q, card %q: %d rules, want %d", c.direction, c.nic, n, c.want)
		}
	}

	seen, pages, token := map[string]bool{}, 0, ""
	for ; pages < 10; pages++ {
		o := h.attribute(id, "MaxResults", "10", "NextToken", token)
		for _, r := range o.Permissions.Permission {
			seen[r.PortRange] = true
		}
		if token = o.NextToken; token == "" {
			break
		}
	}
	if len(seen) != 25 || pages != 2 {
		t.Errorf("%d rules after %d further pages", len(seen), pages)
	}

	h.table("Ecs", "DescribeSecurityGroupAttribute", []string{"RegionId", "cn-hangzhou", "SecurityGroupId", id}, []refusal{
		{"region absent", []string{"RegionId", ""}, 400, "MissingParameter.RegionId", ""},
		{"group absent", []string{"SecurityGroupId", ""}, 400, "MissingParameter", ""},
		{"group unknown", []string{"SecurityGroupId", "sg-x"}, 404, "InvalidSecurityGroupId.NotFound", "The specified SecurityGroupId does not exist."},
		{"other region", []string{"RegionId", "cn-beijing"}, 404, "InvalidSecurityGroupId.NotFound", ""},
		{"attribute", []string{"Attribute", "x"}, 400, "InvalidParameter.AttributeNotSupported", "The specified value for parameter Attribute is not supported. Valid values: snapshotPolicyIds."},
		{"direction", []string{"Direction", "up"}, 400, "InvalidParamter", "Invalid Parameter."},
		{"card", []string{"NicType", "wan"}, 400, "InvalidNicType.ValueNotSupported", "The specified NicType does not exist."},
		{"token", []string{"NextToken", "forged"}, 400, "InValidParameter.NextToken", "The parameter NextToken is invalid."},
	})
	params := []string{"SecurityGroupId", id}
	_, err := h.send(h.stranger(), "Ecs", "DescribeSecurityGroupAttribute", params)
	h.refused(err, "Ecs", "DescribeSecurityGroupAttribute", 404, "InvalidSecurityGroupId.NotFound", "", params)
}
