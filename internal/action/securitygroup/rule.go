package securitygroup

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// maxPermissions is how many rules a request describes or names.
const maxPermissions = 100

// direction is what the actions of inbound and of outbound rules tell apart:
// the peer's parameters and the codes about them.
type direction struct {
	egress                            bool
	peer                              string // the beginning of its parameters' names
	missing, notFound, mismatch, same string
}

var (
	ingress = &direction{
		peer: "Source", missing: api.CodeMissingParameterSource, notFound: api.CodeInvalidSourceGroupIdNotFound,
		mismatch: api.CodeInvalidSourceGroupIdMismatch, same: api.CodeInvalidParamterConflict,
	}
	egress = &direction{
		egress: true, peer: "Dest", missing: api.CodeMissingParameterDest, notFound: api.CodeInvalidDestGroupIdNotFound,
		mismatch: api.CodeInvalidDestGroupIdMismatch, same: api.CodeInvalidSecurityGroupIsSame,
	}
)

// reader makes rules of permissions, for one group.
type reader struct {
	*direction
	c     *action.Call
	v     state.View
	key   ecs.Key
	group *ecs.SecurityGroup

	badPorts string // the code for ports that are malformed; "": that of the actions that add rules
}

// newReader finds the group of a request that changes rules.
func newReader(c *action.Call, v state.View, d *direction, id string) (*reader, error) {
	k, g, err := action.SecurityGroup(c, v, id)
	if err == nil {
		err = changeable(g)
	}
	if err != nil {
		return nil, err
	}
	return &reader{direction: d, c: c, v: v, key: k, group: g}, nil
}

// rules reads both forms of a request: one rule among the parameters
// themselves, or those of Permissions.N.
func (r *reader) rules(flat permission, list []permission) ([]ecs.Rule, error) {
	if len(list) == 0 {
		rule, err := r.rule(&flat)
		if err != nil {
			return nil, err
		}
		return []ecs.Rule{rule}, nil
	}
	if !flat.empty() {
		return nil, api.Errorf(api.CodeInvalidParamPermissions, "The specified parameter Permissions cannot coexist with other parameters.")
	}
	if len(list) > maxPermissions {
		return nil, api.Errorf(api.CodeInvalidParamPermissions, "The specified parameter Permissions can have at most %d items.", maxPermissions)
	}
	rules := make([]ecs.Rule, 0, len(list))
	for i := range list {
		rule, err := r.rule(&list[i])
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(rules, rule.Same) {
			return nil, duplicate()
		}
		rules = append(rules, rule)
	}
	return rules, nil
}

func duplicate() error {
	return api.Errorf(api.CodeInvalidParamDuplicatePermissions, "There are duplicate permissions in the specified parameter Permissions.")
}

// rule checks a permission from its parts to the whole.
func (r *reader) rule(p *permission) (ecs.Rule, error) {
	out := ecs.Rule{Egress: r.egress}
	for _, step := range [...]func(*permission, *ecs.Rule) error{
		r.kind, r.ports, r.sourcePorts, r.addresses, r.families, r.peerGroup, r.peerList, r.description,
	} {
		if err := step(p, &out); err != nil {
			return ecs.Rule{}, err
		}
	}
	return out, nil
}

// kind reads what a rule has of fixed sets: protocol, policy, priority, card.
func (r *reader) kind(p *permission, out *ecs.Rule) error {
	var ok bool
	if out.Protocol, ok = ecs.ParseProtocol(p.protocol); !ok {
		return api.Errorf(api.CodeInvalidIpProtocolValueNotSupported, "The parameter IpProtocol must be specified with case insensitive TCP, UDP, ICMP, GRE or All.")
	}
	switch strings.ToLower(p.policy) {
	case "", "accept":
	case "drop":
		out.Drop = true
	default:
		return api.Errorf(api.CodeInvalidPolicyMalformed, "The specified parameter %q is not valid.", "Policy")
	}
	out.Priority = 1
	if p.priority != "" {
		n, err := strconv.Atoi(p.priority)
		if err != nil {
			return api.Errorf(api.CodeInvalidPriorityMalformed, "The parameter Priority is invalid.")
		}
		if n < 1 || n > 100 {
			return api.Errorf(api.CodeInvalidPriorityValueNotSupported, "The parameter Priority is invalid.")
		}
		out.Priority = uint8(n)
	}
	if out.NIC, ok = parseNIC(p.nic, r.group); !ok {
		return api.Errorf(api.CodeInvalidNicTypeValueNotSupported, "The specified NicType is not valid.")
	}
	if out.NIC == ecs.Internet && r.group.VPC != 0 {
		if p.group != "" {
			return api.Errorf(api.CodeInvalidNicTypeMismatch, "Specified nic type conflicts with the authorization record.")
		}
		out.NIC = ecs.Intranet // a VPC has no other card; Packer says internet there, and is answered
	}
	if r.group.Enterprise && out.Drop {
		return enterpriseDenied()
	}
	return nil
}

// parseNIC finds a card type by its API name. A request that names none means
// intranet in a VPC and internet in the classic network.
func parseNIC(s string, g *ecs.SecurityGroup) (nic ecs.NICType, ok bool) {
	switch s {
	case "":
		if g.VPC == 0 {
			return ecs.Internet, true
		}
		return ecs.Intranet, true
	case "intranet":
		return ecs.Intranet, true
	case "internet":
		return ecs.Internet, true
	}
	return 0, false
}

func enterpriseDenied() error {
	return api.Errorf(api.CodeInvalidGroupParameterOperationDenied,
		"The attributes Policy, SourceGroupId, DestGroupId of enterprise level security groups are not allowed to be set or modified.")
}

// ports reads the destination's ports. A list counts only where no range is
// given, as on the real service.
func (r *reader) ports(p *permission, out *ecs.Rule) error {
	out.From, out.To = -1, -1
	if p.ports == "" && p.portList != "" {
		if !out.Protocol.HasPorts() {
			return api.Errorf(api.CodeInvalidParamProtocolNotSupportPortRangeList, "The port range list is supported for the protocols TCP and UDP only.")
		}
		k, err := r.portRangeList(p.portList)
		out.PortList = k
		return err
	}
	if p.ports == "" {
		if out.Protocol.HasPorts() {
			return api.Errorf(r.portCode(api.CodeInvalidPortRangeMalformed), "The specified parameter PortRange must set.")
		}
		return nil
	}
	from, to, ok := parsePorts(p.ports)
	switch {
	case !ok && p.at != "":
		return api.Errorf(r.portCode(api.CodeInvalidParamPortRange), "The specified parameter %s is not valid. It should be two integers less than 65535 in ?/? format.", p.at+".PortRange")
	case !ok:
		return api.Errorf(r.portCode(api.CodeInvalidIpProtocolMalformed), "The specified parameter %q is not valid.", "PortRange")
	case out.Protocol.HasPorts() != (from > 0):
		return api.Errorf(api.CodeOperationDenied, "The specified IpProtocol does not exist or IpProtocol and PortRange do not match.")
	}
	out.From, out.To = from, to
	return nil
}

func (r *reader) portCode(adding string) string {
	if r.badPorts != "" {
		return r.badPorts
	}
	return adding
}

func (r *reader) sourcePorts(p *permission, out *ecs.Rule) error {
	if p.sourcePorts == "" || p.sourcePorts == "-1/-1" {
		return nil
	}
	from, to, ok := parsePorts(p.sourcePorts)
	if !ok || !out.Protocol.HasPorts() {
		return api.Errorf(api.CodeInvalidSourcePortRangeMalformed, "The specified parameter %q is not valid.", "SourcePortRange")
	}
	out.SourcePorts = [2]int32{from, to}
	return nil
}

// parsePorts reads "a/b": 1 to 65535 and not reversed, or -1/-1 for no ports.
func parsePorts(s string) (from, to int32, ok bool) {
	a, b, _ := strings.Cut(s, "/")
	x, err := strconv.ParseInt(a, 10, 32)
	y, err2 := strconv.ParseInt(b, 10, 32)
	if err != nil || err2 != nil {
		return 0, 0, false
	}
	return int32(x), int32(y), x == -1 && y == -1 || 1 <= x && x <= y && y <= 65535
}

func (r *reader) description(p *permission, out *ecs.Rule) error {
	d := p.description
	if utf8.RuneCountInString(d) > 512 || !utf8.ValidString(d) || strings.HasPrefix(d, "http://") || strings.HasPrefix(d, "https://") {
		return api.Errorf(api.CodeInvalidSecurityGroupDiscriptionMalformed, "The specified security group rule description is not valid.")
	}
	out.Description = strings.Clone(d)
	return nil
}
