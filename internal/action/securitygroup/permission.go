package securitygroup

import (
	"strconv"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// permission is a rule as a request describes it, in either direction, and
// where in the request it stands: Permissions.N, or "" among the parameters
// themselves.
type permission struct {
	at string

	protocol, policy, priority, nic, description string
	ports, portList, sourcePorts                 string
	source, source6, dest, dest6                 string
	group, groupAccount, groupOwner, prefixList  string // of the peer
}

// empty reports whether nothing is described.
func (p permission) empty() bool { return p == permission{at: p.at} }

// where names the place of the permission in a message.
func (p *permission) where() string {
	if p.at == "" {
		return "the request"
	}
	return p.at
}

// The permissions of requests: all those of one direction have the same fields.
type (
	ingressPermission = api.AuthorizeSecurityGroupRequestPermissions
	egressPermission  = api.AuthorizeSecurityGroupEgressRequestPermissions
)

func fromIngress(at string, p *ingressPermission) permission {
	return permission{
		at: at, protocol: p.IPProtocol, policy: p.Policy, priority: p.Priority, nic: p.NicType, description: p.Description,
		ports: p.PortRange, portList: p.PortRangeListID, sourcePorts: p.SourcePortRange,
		source: p.SourceCidrIP, source6: p.IPv6SourceCidrIP, dest: p.DestCidrIP, dest6: p.IPv6DestCidrIP,
		group: p.SourceGroupID, groupAccount: p.SourceGroupOwnerAccount, groupOwner: number(p.SourceGroupOwnerID), prefixList: p.SourcePrefixListID,
	}
}

func fromEgress(at string, p *egressPermission) permission {
	return permission{
		at: at, protocol: p.IPProtocol, policy: p.Policy, priority: p.Priority, nic: p.NicType, description: p.Description,
		ports: p.PortRange, portList: p.PortRangeListID, sourcePorts: p.SourcePortRange,
		source: p.SourceCidrIP, source6: p.IPv6SourceCidrIP, dest: p.DestCidrIP, dest6: p.IPv6DestCidrIP,
		group: p.DestGroupID, groupAccount: p.DestGroupOwnerAccount, groupOwner: number(p.DestGroupOwnerID), prefixList: p.DestPrefixListID,
	}
}

func number(n *int64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatInt(*n, 10)
}

// at names the permission of an index in the request.
func at(i int) string { return "Permissions." + strconv.Itoa(i+1) }

// describe is the permission that would make a rule.
func describe(v state.View, r *ecs.Rule) permission {
	p := permission{protocol: r.Protocol.String(), priority: strconv.Itoa(int(r.Priority)), nic: r.NIC.String(), description: r.Description}
	if r.Drop {
		p.policy = "drop"
	}
	if p.ports = ports(r.From, r.To); r.PortList != 0 {
		p.ports, p.portList = "", ecs.ID(ecs.KindPortRangeList, r.PortList)
	}
	if r.SourcePorts != [2]int32{} {
		p.sourcePorts = ports(r.SourcePorts[0], r.SourcePorts[1])
	}
	source, dest := r.Peer, r.Local
	if r.Egress {
		source, dest = dest, source
	}
	p.source, p.source6 = byFamily(source)
	p.dest, p.dest6 = byFamily(dest)
	if g, ok := state.Groups.Get(v, r.PeerGroup); ok {
		p.group, p.groupOwner = ecs.ID(ecs.KindSecurityGroup, r.PeerGroup), strconv.FormatUint(g.Account, 10)
	}
	p.prefixList = ecs.ID(ecs.KindPrefixList, r.PrefixList)
	return p
}

// overlay is the permission with what another one names in place of its own.
// The peer and the ports are replaced as a whole.
func (p permission) overlay(o permission, egress bool) permission {
	if egress {
		if o.dest != "" || o.dest6 != "" || o.group != "" || o.prefixList != "" {
			p.dest, p.dest6, p.group, p.groupAccount, p.groupOwner, p.prefixList = "", "", "", "", "", ""
		}
		if o.source != "" || o.source6 != "" {
			p.source, p.source6 = "", ""
		}
	} else {
		if o.source != "" || o.source6 != "" || o.group != "" || o.prefixList != "" {
			p.source, p.source6, p.group, p.groupAccount, p.groupOwner, p.prefixList = "", "", "", "", "", ""
		}
		if o.dest != "" || o.dest6 != "" {
			p.dest, p.dest6 = "", ""
		}
	}
	if o.ports != "" || o.portList != "" {
		p.ports, p.portList = "", ""
	}
	for _, f := range []struct{ to, from *string }{
		{&p.protocol, &o.protocol}, {&p.policy, &o.policy}, {&p.priority, &o.priority}, {&p.nic, &o.nic}, {&p.description, &o.description},
		{&p.ports, &o.ports}, {&p.portList, &o.portList}, {&p.sourcePorts, &o.sourcePorts},
		{&p.source, &o.source}, {&p.source6, &o.source6}, {&p.dest, &o.dest}, {&p.dest6, &o.dest6},
		{&p.group, &o.group}, {&p.groupAccount, &o.groupAccount}, {&p.groupOwner, &o.groupOwner}, {&p.prefixList, &o.prefixList},
	} {
		if *f.from != "" {
			*f.to = *f.from
		}
	}
	return p
}
