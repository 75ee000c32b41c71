package securitygroup_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/openecs/openecs/internal/actiontest"
)

// modelRule is what the model knows of a rule: what tells it from others, and
// what does not.
type modelRule struct {
	egress          bool
	protocol, ports string
	peer, near      string // of the peer a network or a group
	policy          string
	priority        int
	id, description string
	sourcePorts     string
}

func (r modelRule) same(o modelRule) bool {
	r.id, r.description = o.id, o.description
	return r == o
}

// params describe a rule, at a place of the request.
func (r modelRule) params(at string) []string {
	peer, near := "Source", "Dest"
	if r.egress {
		peer, near = near, peer
	}
	p := []string{at + "IpProtocol", r.protocol, at + "PortRange", r.ports, at + "Policy", r.policy, at + "Priority", fmt.Sprint(r.priority), at + "Description", r.description}
	if strings.HasPrefix(r.peer, "sg-") {
		p = append(p, at+peer+"GroupId", r.peer)
	} else {
		p = append(p, at+peer+"CidrIp", r.peer)
	}
	if r.near != "" {
		p = append(p, at+near+"CidrIp", r.near)
	}
	return p
}

func (r modelRule) action(verb, noun string) string {
	if r.egress {
		return verb + "SecurityGroup" + "Egress" + noun
	}
	return verb + "SecurityGroup" + noun
}

// TestRulesModel authorizes, revokes and modifies rules of three groups at random,
// restarts now and then, and holds the service to a model: what is shown is what
// was accepted, and a refusal changes nothing.
func TestRulesModel(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := actiontest.Start(t)
		vpc := s.VPC()
		groups := []string{s.Group("VpcId", vpc), s.Group("VpcId", vpc), s.Group("VpcId", vpc)}
		model := map[string][]modelRule{}
		draw := func(group string, egress bool) modelRule {
			protocol := rapid.SampledFrom([]string{"TCP", "UDP", "ICMP", "ALL"}).Draw(r, "protocol")
			ports := "-1/-1"
			if protocol == "TCP" || protocol == "UDP" {
				ports = rapid.SampledFrom([]string{"22/22", "80/90"}).Draw(r, "ports")
			}
			peers := []string{"10.0.0.0/8", "10.1.0.0/16"}
			for _, g := range groups {
				if g != group {
					peers = append(peers, g)
				}
			}
			return modelRule{
				egress: egress, protocol: protocol, ports: ports, peer: rapid.SampledFrom(peers).Draw(r, "peer"),
				near: rapid.SampledFrom([]string{"", "", "172.16.0.0/12"}).Draw(r, "near"), policy: rapid.SampledFrom([]string{"Accept", "Drop"}).Draw(r, "policy"),
				priority: rapid.IntRange(1, 2).Draw(r, "priority"), description: rapid.SampledFrom([]string{"one", "two"}).Draw(r, "description"),
			}
		}
		pick := func() string { return rapid.SampledFrom(groups).Draw(r, "group") }
		show := func(group string) (out []modelRule) {
			for _, p := range ruleList(s, group) {
				m := modelRule{egress: p.Direction == "egress", protocol: p.IPProtocol, ports: p.PortRange, policy: p.Policy, id: p.SecurityGroupRuleID, description: p.Description, sourcePorts: p.SourcePortRange}
				fmt.Sscan(p.Priority, &m.priority)
				if m.peer, m.near = p.SourceCidrIP+p.SourceGroupID, p.DestCidrIP; m.egress {
					m.peer, m.near = p.DestCidrIP+p.DestGroupID, p.SourceCidrIP
				}
				out = append(out, m)
			}
			slices.Reverse(out) // oldest first
			return out
		}
		known := func(group string) modelRule {
			if len(model[group]) == 0 {
				r.Skip("no rules")
			}
			return rapid.SampledFrom(model[group]).Draw(r, "rule")
		}
		r.Repeat(map[string]func(*rapid.T){
			"authorize": func(*rapid.T) {
				group, egress := pick(), rapid.Bool().Draw(r, "egress")
				var rules []modelRule
				var params []string
				for i := range rapid.IntRange(1, 3).Draw(r, "rules") {
					m := draw(group, egress)
					if slices.ContainsFunc(rules, m.same) {
						continue
					}
					rules = append(rules, m)
					params = append(params, m.params(fmt.Sprintf("Permissions.%d.", i+1))...)
				}
				s.Do(rules[0].action("Authorize", ""), append(params, "SecurityGroupId", group)...)
				shown := show(group)
				for _, m := range rules {
					if i := slices.IndexFunc(shown, m.same); i >= 0 && !slices.ContainsFunc(model[group], m.same) {
						m.id = shown[i].id
						model[group] = append(model[group], m)
					}
				}
			},
			"revoke by match": func(*rapid.T) {
				group := pick()
				m := draw(group, rapid.Bool().Draw(r, "egress"))
				s.Do(m.action("Revoke", ""), append(m.params(""), "SecurityGroupId", group)...)
				model[group] = slices.DeleteFunc(model[group], m.same)
			},
			"revoke by id": func(*rapid.T) {
				group := pick()
				m := known(group)
				s.Do(m.action("Revoke", ""), "SecurityGroupId", group, "SecurityGroupRuleId.1", m.id)
				model[group] = slices.DeleteFunc(model[group], m.same)
			},
			"modify": func(*rapid.T) {
				group := pick()
				m := known(group)
				next := draw(group, m.egress)
				if next.near == "" {
					next.near = m.near // absent stays
				}
				next.id = m.id
				action, params := m.action("Modify", "Rule"), append(next.params(""), "SecurityGroupId", group, "SecurityGroupRuleId", m.id)
				i := slices.Index(model[group], m)
				twin := slices.IndexFunc(model[group], next.same)
				switch {
				case strings.HasPrefix(m.peer, "sg-") != strings.HasPrefix(next.peer, "sg-"):
					s.Refuse(400, "OperationDenied", "", action, params...)
				case twin >= 0 && twin != i:
					s.Refuse(400, "InvalidParam.DuplicatePermissions", "", action, params...)
				default:
					s.Do(action, params...)
					model[group][i] = next
				}
			},
			"bad input": func(*rapid.T) {
				group := pick()
				m := draw(group, rapid.Bool().Draw(r, "egress"))
				m.protocol, m.ports = "TCP", "23/22"
				s.Refuse(400, "InvalidIpProtocol.Malformed", "", m.action("Authorize", ""), append(m.params(""), "SecurityGroupId", group)...)
			},
			"delete": func(*rapid.T) {
				group := pick()
				for other, rules := range model {
					if other != group && slices.ContainsFunc(rules, func(m modelRule) bool { return m.peer == group }) {
						s.Refuse(403, "DependencyViolation", "", "DeleteSecurityGroup", "SecurityGroupId", group)
						return
					}
				}
				s.Do("DeleteSecurityGroup", "SecurityGroupId", group)
				delete(model, group)
				groups[slices.Index(groups, group)] = s.Group("VpcId", vpc)
			},
			"restart": func(*rapid.T) { s.Restart() },
			"": func(*rapid.T) {
				for _, g := range groups {
					got, want := show(g), slices.Clone(model[g])
					slices.SortFunc(got, func(a, b modelRule) int { return strings.Compare(a.id, b.id) })
					slices.SortFunc(want, func(a, b modelRule) int { return strings.Compare(a.id, b.id) })
					if !slices.Equal(got, want) {
						r.Fatalf("group %s:\n got %+v\nwant %+v", g, got, want)
					}
				}
			},
		})
	})
}
