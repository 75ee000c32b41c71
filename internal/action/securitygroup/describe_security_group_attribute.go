package securitygroup

import (
	"cmp"
	"iter"
	"slices"
	"strconv"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DescribeSecurityGroupAttribute", (*Service).DescribeSecurityGroupAttribute)

// DescribeSecurityGroupAttribute shows one group and its rules of one network
// card, newest first: all of them, or with MaxResults or NextToken a page.
func (s *Service) DescribeSecurityGroupAttribute(c *action.Call, in *api.DescribeSecurityGroupAttributeRequest) (*api.DescribeSecurityGroupAttributeResponse, error) {
	snap := s.DB.Snapshot()
	k, g, err := action.SecurityGroup(c, snap, in.SecurityGroupID)
	if err != nil {
		return nil, err
	}
	if in.Attribute != "" && in.Attribute != "snapshotPolicyIds" {
		return nil, api.Errorf(api.CodeInvalidParameterAttributeNotSupported, "The specified value for parameter Attribute is not supported. Valid values: snapshotPolicyIds.")
	}
	ingress, egress := in.Direction != "egress", in.Direction != "ingress"
	if ingress && egress && in.Direction != "" && in.Direction != "all" {
		return nil, api.Errorf(api.CodeInvalidParamter, "Invalid Parameter.")
	}
	nic, ok := parseNIC(in.NicType, g)
	if !ok {
		return nil, api.Errorf(api.CodeInvalidNicTypeValueNotSupported, "The specified NicType does not exist.")
	}
	var rules []*ecs.Rule
	for i := range g.Rules {
		if r := &g.Rules[i]; r.NIC == nic && (r.Egress && egress || !r.Egress && ingress) {
			rules = append(rules, r)
		}
	}
	slices.SortFunc(rules, func(a, b *ecs.Rule) int { return cmp.Compare(b.ID, a.ID) })
	rules, next, err := s.pageRules(c, in, rules)
	if err != nil {
		return nil, err
	}
	out := &api.DescribeSecurityGroupAttributeResponse{
		SecurityGroupID: ecs.ID(ecs.KindSecurityGroup, k), SecurityGroupName: g.Name, Description: g.Description,
		VPCID: ecs.ID(ecs.KindVPC, g.VPC), RegionID: c.Region.ID, InnerAccessPolicy: "Accept", NextToken: next,
	}
	if g.InnerDrop {
		out.InnerAccessPolicy = "Drop"
	}
	out.Permissions.Permission = make([]api.DescribeSecurityGroupAttributePermission, len(rules))
	for i, r := range rules {
		showRule(&out.Permissions.Permission[i], snap, r)
	}
	return out, nil
}

// pageRules cuts a page out of the rules, if one is asked for.
func (s *Service) pageRules(c *action.Call, in *api.DescribeSecurityGroupAttributeRequest, rules []*ecs.Rule) ([]*ecs.Rule, string, error) {
	if in.MaxResults == nil && in.NextToken == "" {
		return rules, "", nil
	}
	page, err := s.Pager.Page(c, action.PageRequest{
		MaxResults: in.MaxResults, NextToken: in.NextToken, MinResults: 10, MaximumResults: 1000, BadToken: api.CodeInValidParameterNextToken,
	})
	if err != nil {
		return nil, "", nextToken(err)
	}
	rows, _, next := action.List(page, func(below ecs.Key) iter.Seq2[ecs.Key, *ecs.Rule] {
		return func(yield func(ecs.Key, *ecs.Rule) bool) {
			for _, r := range rules {
				if (below == 0 || r.ID < below) && !yield(r.ID, r) {
					return
				}
			}
		}
	}, nil, len(rules))
	rules = make([]*ecs.Rule, len(rows))
	for i, r := range rows {
		rules[i] = r.Record
	}
	return rules, next, nil
}

// showRule is a rule as the action shows it.
func showRule(o *api.DescribeSecurityGroupAttributePermission, v state.View, r *ecs.Rule) {
	o.SecurityGroupRuleID, o.Description, o.CreateTime = ecs.ID(ecs.KindRule, r.ID), r.Description, ecs.Second(r.Created)
	o.IPProtocol, o.NicType, o.Priority = r.Protocol.String(), r.NIC.String(), strconv.Itoa(int(r.Priority))
	o.PortRange = ports(r.From, r.To)
	if r.SourcePorts != [2]int32{} {
		o.SourcePortRange = ports(r.SourcePorts[0], r.SourcePorts[1])
	}
	o.Policy = "Accept"
	if r.Drop {
		o.Policy = "Drop"
	}
	if r.PortList != 0 {
		o.PortRange, o.PortRangeListID = "", ecs.ID(ecs.KindPortRangeList, r.PortList)
		if l, ok := state.PortRangeLists.Get(v, r.PortList); ok {
			o.PortRangeListName = l.Name
		}
	}
	group, list := ecs.ID(ecs.KindSecurityGroup, r.PeerGroup), ecs.ID(ecs.KindPrefixList, r.PrefixList)
	var groupName, owner, listName string
	if peer, ok := state.Groups.Get(v, r.PeerGroup); ok && r.PeerAccount == 0 {
		groupName = peer.Name
	}
	if r.PeerAccount != 0 {
		owner = strconv.FormatUint(r.PeerAccount, 10)
	}
	if l, ok := state.PrefixLists.Get(v, r.PrefixList); ok {
		listName = l.Name
	}
	source, dest := r.Peer, r.Local
	if r.Egress {
		o.Direction, source, dest = "egress", r.Local, r.Peer
		o.DestGroupID, o.DestGroupName, o.DestGroupOwnerAccount = group, groupName, owner
		o.DestPrefixListID, o.DestPrefixListName = list, listName
	} else {
		o.Direction = "ingress"
		o.SourceGroupID, o.SourceGroupName, o.SourceGroupOwnerAccount = group, groupName, owner
		o.SourcePrefixListID, o.SourcePrefixListName = list, listName
	}
	o.SourceCidrIP, o.IPv6SourceCidrIP = byFamily(source)
	o.DestCidrIP, o.IPv6DestCidrIP = byFamily(dest)
}

func ports(from, to int32) string { return strconv.Itoa(int(from)) + "/" + strconv.Itoa(int(to)) }

// byFamily puts a network into the field of its address family.
func byFamily(cidr string) (v4, v6 string) {
	for i := range len(cidr) {
		if cidr[i] == ':' {
			return "", cidr
		}
	}
	return cidr, ""
}
