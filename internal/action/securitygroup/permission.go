package securitygroup

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// permission is one rule of an AuthorizeSecurityGroup request, and where in the
// request it stands: Permissions.N, or "" among the parameters themselves.
type permission struct {
	api.AuthorizeSecurityGroupRequestPermissions
	at string
}

// reader makes rules of permissions, for one group.
type reader struct {
	c     *action.Call
	v     state.View
	key   ecs.Key
	group *ecs.SecurityGroup
}

// rule checks a permission from its parts to the whole.
func (r *reader) rule(p *permission) (ecs.Rule, error) {
	var out ecs.Rule
	for _, step := range [...]func(*permission, *ecs.Rule) error{
		r.kind, r.ports, r.sourcePorts, r.source, r.dest, r.families, r.peerGroup, r.description,
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
	if out.Protocol, ok = ecs.ParseProtocol(p.IPProtocol); !ok {
		return api.Errorf(api.CodeInvalidIpProtocolValueNotSupported, "The parameter IpProtocol must be specified with case insensitive TCP, UDP, ICMP, GRE or All.")
	}
	switch strings.ToLower(p.Policy) {
	case "", "accept":
	case "drop":
		out.Drop = true
	default:
		return api.Errorf(api.CodeInvalidPolicyMalformed, "The specified parameter %q is not valid.", "Policy")
	}
	out.Priority = 1
	if p.Priority != "" {
		n, err := strconv.Atoi(p.Priority)
		if err != nil {
			return api.Errorf(api.CodeInvalidPriorityMalformed, "The parameter Priority is invalid.")
		}
		if n < 1 || n > 100 {
			return api.Errorf(api.CodeInvalidPriorityValueNotSupported, "The parameter Priority is invalid.")
		}
		out.Priority = uint8(n)
	}
	if out.NIC, ok = parseNIC(p.NicType, r.group); !ok {
		return api.Errorf(api.CodeInvalidNicTypeValueNotSupported, "The specified NicType is not valid.")
	}
	if out.NIC == ecs.Internet && r.group.VPC != 0 {
		return api.Errorf(api.CodeInvalidNicTypeMismatch, "Specified nic type conflicts with the authorization record.")
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

func (r *reader) ports(p *permission, out *ecs.Rule) error {
	if p.PortRangeListID != "" {
		return api.Errorf(api.CodeInvalidPortRangeListIdNotFound, "The specified port range list was not found.")
	}
	out.From, out.To = -1, -1
	if p.PortRange == "" {
		if out.Protocol.HasPorts() {
			return api.Errorf(api.CodeInvalidPortRangeMalformed, "The specified parameter PortRange must set.")
		}
		return nil
	}
	from, to, ok := parsePorts(p.PortRange)
	switch {
	case !ok && p.at != "":
		return api.Errorf(api.CodeInvalidParamPortRange, "The specified parameter %s is not valid. It should be two integers less than 65535 in ?/? format.", p.at+".PortRange")
	case !ok:
		return api.Errorf(api.CodeInvalidIpProtocolMalformed, "The specified parameter %q is not valid.", "PortRange")
	case out.Protocol.HasPorts() != (from > 0):
		return api.Errorf(api.CodeOperationDenied, "The specified IpProtocol does not exist or IpProtocol and PortRange do not match.")
	}
	out.From, out.To = from, to
	return nil
}

func (r *reader) sourcePorts(p *permission, out *ecs.Rule) error {
	if p.SourcePortRange == "" || p.SourcePortRange == "-1/-1" {
		return nil
	}
	from, to, ok := parsePorts(p.SourcePortRange)
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

func (r *reader) source(p *permission, out *ecs.Rule) error {
	switch {
	case p.SourcePrefixListID != "" && r.group.VPC == 0:
		return api.Errorf(api.CodeNotSupportedClassicNetworkPrefixList, "The prefix list is not supported when the network type of security group is classic.")
	case p.SourcePrefixListID != "":
		return api.Errorf(api.CodeInvalidPrefixListIdNotFound, "The specified prefix list was not found.").WithStatus(404)
	case p.SourceCidrIP != "" && p.IPv6SourceCidrIP != "":
		return api.Errorf(api.CodeInvalidParamSourceIp, "The Parameters SourceCidrIp and Ipv6SourceCidrIp in %s cannot be set at the same time.", p.where())
	case p.SourceCidrIP == "" && p.IPv6SourceCidrIP == "" && p.SourceGroupID == "":
		return api.Errorf(api.CodeMissingParameterSource, "One of the parameters SourceCidrIp, SourceGroupId or SourcePrefixListId must be specified.")
	}
	var ok bool
	if out.Peer, ok = parseCIDR(p.SourceCidrIP, false); !ok {
		return api.Errorf(api.CodeInvalidSourceCidrIpMalformed, "The specified parameter %q is not valid.", "SourceCidrIp")
	}
	if p.IPv6SourceCidrIP != "" {
		if out.Peer, ok = parseCIDR(p.IPv6SourceCidrIP, true); !ok {
			return api.Errorf(api.CodeInvalidParamIpv6SourceCidrIp, "The specified parameter Ipv6SourceCidrIp is not valid.")
		}
	}
	return nil
}

func (r *reader) dest(p *permission, out *ecs.Rule) error {
	if p.DestCidrIP != "" && p.IPv6DestCidrIP != "" {
		return api.Errorf(api.CodeInvalidParamDestIp, "The Parameters DestCidrIp and Ipv6DestCidrIp in %s cannot be set at the same time.", p.where())
	}
	var ok bool
	if out.Local, ok = parseCIDR(p.DestCidrIP, false); !ok {
		return api.Errorf(api.CodeInvalidDestCidrIpMalformed, "The specified parameter DestCidrIp is not valid.")
	}
	if p.IPv6DestCidrIP != "" {
		if out.Local, ok = parseCIDR(p.IPv6DestCidrIP, true); !ok {
			return api.Errorf(api.CodeInvalidParamIpv6DestCidrIp, "The specified parameter Ipv6DestCidrIp is not valid.")
		}
	}
	if p.SourceCidrIP != "" && out.Local == out.Peer {
		return api.Errorf(api.CodeInvalidParamterConflict, "The specified SourceCidrIp should be different from the DestCidrIp.").WithStatus(400)
	}
	return nil
}

// where names the place of the permission in a message.
func (p *permission) where() string {
	if p.at == "" {
		return "the request"
	}
	return p.at
}

// parseCIDR reads a network, or a single address as a network of one, and makes
// it canonical: host bits are cleared. "" stays "".
func parseCIDR(s string, v6 bool) (canonical string, ok bool) {
	if s == "" {
		return "", true
	}
	p, err := netip.ParsePrefix(s)
	if err != nil {
		a, err := netip.ParseAddr(s)
		if err != nil {
			return "", false
		}
		p = netip.PrefixFrom(a, a.BitLen())
	}
	if p.Addr().Is4() == v6 || p.Addr().Is4In6() || p.Addr().Zone() != "" {
		return "", false
	}
	return p.Masked().String(), true
}

// families refuses a protocol of one address family with addresses of the
// other.
func (r *reader) families(p *permission, out *ecs.Rule) error {
	v4, v6 := p.SourceCidrIP != "" || p.DestCidrIP != "", p.IPv6SourceCidrIP != "" || p.IPv6DestCidrIP != ""
	switch {
	case out.Protocol == ecs.ProtocolICMP && v6:
		return api.Errorf(api.CodeInvalidParamIpv4ProtocolConflictWithIpv6Address, "IPv6 address cannot be specified for IPv4-specific protocol.")
	case out.Protocol == ecs.ProtocolICMPv6 && v4:
		return api.Errorf(api.CodeInvalidParamIpv6ProtocolConflictWithIpv4Address, "IPv4 address cannot be specified for IPv6-specific protocol.")
	}
	return nil
}

// peerGroup finds the group that a rule admits. A network in the same
// permission takes precedence over it, as on the real service.
func (r *reader) peerGroup(p *permission, out *ecs.Rule) error {
	if out.Peer != "" || p.SourceGroupID == "" {
		return nil
	}
	if r.group.Enterprise {
		return enterpriseDenied()
	}
	k, peer, err := action.SecurityGroup(r.c, r.v, p.SourceGroupID)
	if err != nil || !r.owns(p) {
		return sourceGroupNotFound()
	}
	switch {
	case k == r.key:
		return api.Errorf(api.CodeInvalidParamterConflict, "The specified SecurityGroupId should be different from the SourceGroupId.").WithStatus(403)
	case (peer.VPC == 0) != (r.group.VPC == 0):
		return api.Errorf(api.CodeInvalidNetworkTypeConflict, "The specified SecurityGroup network type should be same with SourceGroup network type (vpc or classic).")
	case peer.VPC != r.group.VPC:
		return api.Errorf(api.CodeInvalidSourceGroupIdMismatch, "Specified security group and source group are not in the same VPC.").WithStatus(400)
	case out.NIC == ecs.Internet:
		return api.Errorf(api.CodeInvalidSourceGroupIdMismatch, "NicType is required or NicType expects intranet.").WithStatus(403)
	}
	out.PeerGroup = k
	return nil
}

// owns reports whether the source group's owner, as far as one is given, is the
// caller: groups of other accounts do not exist here.
func (r *reader) owns(p *permission) bool {
	account := r.c.Caller.Account
	return (p.SourceGroupOwnerID == nil || uint64(*p.SourceGroupOwnerID) == account) &&
		(p.SourceGroupOwnerAccount == "" || p.SourceGroupOwnerAccount == fmt.Sprint(account))
}

func sourceGroupNotFound() error {
	return api.Errorf(api.CodeInvalidSourceGroupIdNotFound, "The SourceGroupId provided does not exist in our records.").WithStatus(404)
}

func (r *reader) description(p *permission, out *ecs.Rule) error {
	d := p.Description
	if utf8.RuneCountInString(d) > 512 || !utf8.ValidString(d) || strings.HasPrefix(d, "http://") || strings.HasPrefix(d, "https://") {
		return api.Errorf(api.CodeInvalidSecurityGroupDiscriptionMalformed, "The specified security group rule description is not valid.")
	}
	out.Description = strings.Clone(d)
	return nil
}
