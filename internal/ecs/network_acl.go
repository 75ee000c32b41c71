package ecs

import "net/netip"

// ACLEntry is an entry of a network ACL. Which end it speaks of follows from the
// list that it is in: an ingress entry names sources, an egress entry
// destinations. Its place in the list is its priority: the first that matches
// decides.
type ACLEntry struct {
	_ struct{} `cbor:",toarray"`

	Drop        bool
	Protocol    Protocol
	From, To    int32 // ports of the destination; -1 to -1: any
	CIDR        string
	Name        string
	Description string
	Number      int32 // of the entry within its ACL, which its identifier is made of
}

// NetworkACL filters what enters and leaves the vSwitches that it is associated
// with. It keeps no state: replies are filtered like everything else.
type NetworkACL struct {
	_ struct{} `cbor:",toarray"`

	Account         uint64
	VPC             Key
	Name            string
	Description     string
	Ingress, Egress []ACLEntry
	Created         int64
	Tags            []Tag
	ResourceGroup   Sym
	Phase           Phase
	Entries         int32 // the number of the entry that was made last
}

// The limits of network ACLs.
const (
	MaxNetworkACLs  = 20  // of a VPC
	MaxACLEntries   = 100 // of one direction
	MaxACLVSwitches = 30  // in one request
)

// ACLDecision is what a network ACL makes of a packet.
type ACLDecision struct {
	Pass  bool
	Entry int // that decided, as its index in Ingress or Egress; -1: none matched
}

// AllowedByACL decides about one packet that enters (egress false) or leaves a
// vSwitch of the ACL. peer is the far end's address and port that of the
// packet's destination, 0 for protocols without ports. The first matching entry
// decides; what none matches is dropped. A nil ACL lets everything through.
//
// A connection between vSwitches needs four answers: as it leaves and arrives,
// and of its reply, whose destination is the port that it came from. Between
// addresses of one vSwitch no ACL is asked.
func AllowedByACL(acl *NetworkACL, egress bool, peer netip.Addr, protocol Protocol, port uint16) ACLDecision {
	if acl == nil {
		return ACLDecision{Pass: true, Entry: -1}
	}
	list := acl.Ingress
	if egress {
		list = acl.Egress
	}
	for i := range list {
		if list[i].matches(peer, protocol, port) {
			return ACLDecision{Pass: !list[i].Drop, Entry: i}
		}
	}
	return ACLDecision{Entry: -1}
}

func (e *ACLEntry) matches(peer netip.Addr, protocol Protocol, port uint16) bool {
	if e.Protocol != ProtocolAll && e.Protocol != protocol {
		return false
	}
	if e.Protocol.HasPorts() && e.From >= 0 && (int32(port) < e.From || int32(port) > e.To) {
		return false
	}
	p, err := netip.ParsePrefix(e.CIDR)
	return err == nil && p.Contains(peer.Unmap())
}
