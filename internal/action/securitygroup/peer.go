package securitygroup

import (
	"net/netip"
	"strconv"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// addresses reads the networks of both ends. Of an inbound rule the source is
// the peer and the destination the near end, of an outbound one the other way
// round.
func (r *reader) addresses(p *permission, out *ecs.Rule) error {
	source, err := r.address(p, "Source", p.source, p.source6, api.CodeInvalidSourceCidrIpMalformed, api.CodeInvalidParamIpv6SourceCidrIp, api.CodeInvalidParamSourceIp)
	if err != nil {
		return err
	}
	dest, err := r.address(p, "Dest", p.dest, p.dest6, api.CodeInvalidDestCidrIpMalformed, api.CodeInvalidParamIpv6DestCidrIp, api.CodeInvalidParamDestIp)
	if err != nil {
		return err
	}
	if source != "" && source == dest {
		return api.Errorf(api.CodeInvalidParamterConflict, "The specified SourceCidrIp should be different from the DestCidrIp.").WithStatus(400)
	}
	if out.Peer, out.Local = source, dest; r.egress {
		out.Peer, out.Local = dest, source
	}
	if out.Peer == "" && p.group == "" && p.prefixList == "" {
		return api.Errorf(r.missing, "One of the parameters %sCidrIp, %[1]sGroupId or %[1]sPrefixListId must be specified.", r.peer)
	}
	return nil
}

// address reads the network of one end, of either family.
func (r *reader) address(p *permission, end, v4, v6, bad4, bad6, both string) (string, error) {
	if v4 != "" && v6 != "" {
		return "", api.Errorf(both, "The Parameters %sCidrIp and Ipv6%[1]sCidrIp in %s cannot be set at the same time.", end, p.where())
	}
	if v6 != "" {
		a, ok := parseCIDR(v6, true)
		if !ok {
			return "", api.Errorf(bad6, "The specified parameter Ipv6%sCidrIp is not valid.", end)
		}
		return a, nil
	}
	a, ok := parseCIDR(v4, false)
	if !ok {
		return "", api.Errorf(bad4, "The specified parameter %q is not valid.", end+"CidrIp")
	}
	return a, nil
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
	v4, v6 := p.source != "" || p.dest != "", p.source6 != "" || p.dest6 != ""
	switch {
	case out.Protocol == ecs.ProtocolICMP && v6:
		return api.Errorf(api.CodeInvalidParamIpv4ProtocolConflictWithIpv6Address, "IPv6 address cannot be specified for IPv4-specific protocol.")
	case out.Protocol == ecs.ProtocolICMPv6 && v4:
		return api.Errorf(api.CodeInvalidParamIpv6ProtocolConflictWithIpv4Address, "IPv4 address cannot be specified for IPv6-specific protocol.")
	}
	return nil
}

// peerGroup finds the group that a rule names. A network in the same permission
// takes precedence over it, as on the real service.
func (r *reader) peerGroup(p *permission, out *ecs.Rule) error {
	if out.Peer != "" || p.group == "" {
		return nil
	}
	if r.group.Enterprise {
		return enterpriseDenied()
	}
	owner, ok := r.owner(p)
	k, parsed := ecs.ParseID(ecs.KindSecurityGroup, p.group)
	peer, found := state.Groups.Get(r.v, k)
	if !ok || !parsed || !found || k.Region() != r.key.Region() || peer.Account != owner {
		return r.noPeer()
	}
	switch {
	case k == r.key:
		return api.Errorf(r.same, "The specified SecurityGroupId should be different from the %sGroupId.", r.peer).WithStatus(403)
	case (peer.VPC == 0) != (r.group.VPC == 0):
		return api.Errorf(api.CodeInvalidNetworkTypeConflict, "The specified SecurityGroup network type should be same with %sGroup network type (vpc or classic).", r.peer).WithStatus(403)
	case peer.VPC != r.group.VPC:
		return api.Errorf(r.mismatch, "Specified security group and %s group are not in the same VPC.", map[bool]string{false: "source", true: "destination"}[r.egress]).WithStatus(400)
	case peer.Enterprise:
		return api.Errorf(api.CodeInvalidGroupAuthParameterOperationDenied, "Enterprise level security groups can not be authorized by security groups.")
	case out.NIC == ecs.Internet:
		return api.Errorf(r.mismatch, "NicType is required or NicType expects intranet.").WithStatus(403)
	}
	out.PeerGroup = k
	if owner != r.group.Account {
		out.PeerAccount = owner
	}
	return nil
}

// owner is the account that the peer group is said to be of: the caller's own
// where the permission names none.
func (r *reader) owner(p *permission) (account uint64, ok bool) {
	account = r.c.Caller.Account
	for i, s := range []string{p.groupOwner, p.groupAccount} {
		if s == "" {
			continue
		}
		n, err := strconv.ParseUint(s, 10, 64) // accounts have no other names here
		if err != nil || i > 0 && p.groupOwner != "" && n != account {
			return 0, false
		}
		account = n
	}
	return account, true
}

func (r *reader) noPeer() error {
	return api.Errorf(r.notFound, "The %sGroupId provided does not exist in our records.", r.peer).WithStatus(404)
}

// peerList finds the prefix list that a rule names. It counts only where
// neither a network nor a group is given, as on the real service.
func (r *reader) peerList(p *permission, out *ecs.Rule) (err error) {
	switch {
	case out.Peer != "" || out.PeerGroup != 0:
		return nil
	case r.group.VPC == 0:
		return api.Errorf(api.CodeNotSupportedClassicNetworkPrefixList, "The prefix list is not supported when the network type of security group is classic.")
	}
	out.PrefixList, err = r.findPrefixList(p, out)
	return err
}
