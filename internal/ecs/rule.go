package ecs

// Rule is a rule of a security group. Exactly one peer is set: a prefix, a group
// or a prefix list.
type Rule struct {
	_ struct{} `cbor:",toarray"`

	ID          Key
	Egress      bool
	Drop        bool
	Protocol    Protocol
	From, To    int32 // ports; -1 to -1 where the protocol has none
	Priority    uint8 // 1 (first) to 100
	NIC         NICType
	Peer        string // canonical CIDR of IPv4 or IPv6, "" for a group
	PeerGroup   Key
	PeerAccount uint64 // of PeerGroup, as given; 0: the caller's
	SourcePorts [2]int32
	Description string
	Created     int64
	Local       string // canonical CIDR that the near end must be in: the destination of an ingress rule; "" for any
	PrefixList  Key    // a peer
	PortList    Key    // instead of From and To, which are -1
}

// Same reports whether two rules differ at most in identifier, description and
// age: adding such a rule again changes nothing.
func (r Rule) Same(o Rule) bool {
	o.ID, o.Description, o.Created = r.ID, r.Description, r.Created
	o.PeerAccount = r.PeerAccount
	return r == o
}

// Protocol is the protocol of a rule.
type Protocol uint8

// The protocols.
const (
	ProtocolAll Protocol = iota
	ProtocolTCP
	ProtocolUDP
	ProtocolICMP
	ProtocolICMPv6
	ProtocolGRE
)

var protocolNames = [...]string{"ALL", "TCP", "UDP", "ICMP", "ICMPV6", "GRE"}

// String is the name as Describe actions show it: in capitals.
func (p Protocol) String() string { return protocolNames[p] }

// HasPorts reports whether rules of the protocol name ports.
func (p Protocol) HasPorts() bool { return p == ProtocolTCP || p == ProtocolUDP }

// ParseProtocol finds a protocol by its API name in any case.
func ParseProtocol(s string) (Protocol, bool) {
	for i, n := range protocolNames {
		if equalFold(n, s) {
			return Protocol(i), true
		}
	}
	return 0, false
}

// NICType is the network card a rule of a classic group belongs to; VPC groups
// have intranet only.
type NICType uint8

// The card types.
const (
	Intranet NICType = iota
	Internet
)

func (n NICType) String() string { return [...]string{"intranet", "internet"}[n] }

func equalFold(upper, s string) bool {
	if len(upper) != len(s) {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if 'a' <= c && c <= 'z' {
			c -= 'a' - 'A'
		}
		if c != upper[i] {
			return false
		}
	}
	return true
}
