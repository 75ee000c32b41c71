package ecs

import (
	"net/netip"
	"slices"
)

// Packet is the first packet of a connection, seen from one network interface.
// What answers it belongs to the connection and is not judged.
type Packet struct {
	Egress       bool
	NIC          NICType // the card it passes, in the classic network
	Protocol     Protocol
	Remote       netip.Addr // the far end
	Local        netip.Addr // the near end
	RemoteGroups []Key      // of the far end, when that is an interface of the same network
	SourcePort   uint16     // of TCP and UDP
	DestPort     uint16
}

// Membership is a group that an interface is in.
type Membership struct {
	Key   Key
	Group *SecurityGroup
}

// Allowed decides whether an interface in these groups lets the packet pass.
// Members of a basic group whose inner access is accepted reach each other.
// Otherwise the rules of all groups count together: the matching one of the
// smallest priority number decides, and of several a dropping one. When none
// matches, what comes in is dropped, and what goes out passes, but not out of an
// enterprise group. An interface in no group passes nothing.
func Allowed(groups []Membership, p *Packet) bool {
	if len(groups) == 0 {
		return false
	}
	allowed := p.Egress
	best := 0 // no priority
	for _, m := range groups {
		if p.NIC == Intranet && !m.Group.InnerDrop && !m.Group.Enterprise && slices.Contains(p.RemoteGroups, m.Key) {
			return true
		}
		if best == 0 && m.Group.Enterprise {
			allowed = false
		}
		for i := range m.Group.Rules {
			r := &m.Group.Rules[i]
			n := int(r.Priority)
			if best != 0 && (n > best || n == best && !r.Drop) || !r.Matches(p) {
				continue
			}
			best, allowed = n, !r.Drop
		}
	}
	return allowed
}

// Matches reports whether the rule speaks of the packet.
func (r *Rule) Matches(p *Packet) bool {
	return r.Egress == p.Egress && r.NIC == p.NIC &&
		(r.Protocol == ProtocolAll || r.Protocol == p.Protocol) &&
		(!r.Protocol.HasPorts() || within(p.DestPort, r.From, r.To) && (r.SourcePorts == [2]int32{} || within(p.SourcePort, r.SourcePorts[0], r.SourcePorts[1]))) &&
		(r.PeerGroup == 0 || slices.Contains(p.RemoteGroups, r.PeerGroup)) &&
		holds(r.Peer, p.Remote) && holds(r.Local, p.Local)
}

func within(port uint16, from, to int32) bool { return from <= int32(port) && int32(port) <= to }

// holds reports whether a network of a rule has the address; "" has any.
func holds(cidr string, a netip.Addr) bool {
	if cidr == "" {
		return true
	}
	p, err := netip.ParsePrefix(cidr)
	return err == nil && p.Contains(a)
}
