package plan

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/openecs/openecs/internal/ecs"
)

// Table is what one nftables table is to hold. Its String is close to nft's own
// notation, for people; two tables of equal String are equal.
type Table struct {
	Sets   []Set   // by name
	Chains []Chain // by name
}

// SetType is what the elements of a set are.
type SetType uint8

// The types.
const (
	Addrs    SetType = iota // IPv4 addresses
	Nets                    // IPv4 networks, which share nothing
	Ports                   // ranges of ports, which share nothing
	Owners                  // interface, hardware address and IPv4 address together
	Dispatch                // from an interface to a chain
	AddrMap                 // from one IPv4 address to another
)

// Set is a named set or map of a table.
type Set struct {
	Name     string
	Type     SetType
	Elements []Element // in order, each once
}

// Element is an element of a set; of its fields those that its SetType names are
// set.
type Element struct {
	NIC      string
	MAC      string
	Addr, To netip.Addr
	Net      netip.Prefix
	Ports    [2]uint16
	Chain    string
}

// Compare orders elements.
func (e Element) Compare(o Element) int {
	return cmp.Or(cmp.Compare(e.NIC, o.NIC), cmp.Compare(e.MAC, o.MAC), e.Addr.Compare(o.Addr), e.To.Compare(o.To),
		e.Net.Addr().Compare(o.Net.Addr()), cmp.Compare(e.Net.Bits(), o.Net.Bits()),
		cmp.Compare(e.Ports[0], o.Ports[0]), cmp.Compare(e.Ports[1], o.Ports[1]), cmp.Compare(e.Chain, o.Chain))
}

// Chain is a chain; with a Hook packets come to it of themselves.
type Chain struct {
	Name  string
	Hook  Hook
	Drop  bool // policy of one with a hook
	Rules []Rule
}

// Hook is where a chain stands on a packet's way.
type Hook uint8

// The places, in the order of a packet's way. Egress and Ingress are both passed
// by whatever is forwarded, so that both must let it through.
const (
	NoHook      Hook = iota
	Prerouting       // before connections are looked up
	DNAT             // the destination is translated
	Input            // to the namespace itself
	ACLEgress        // what the network ACL of the sender's vSwitch says
	ACLIngress       // what that of the receiver's says
	Egress           // what the groups of the sender say
	Ingress          // what the groups of the receiver say
	Postrouting      // the source is translated
)

// Rule is what becomes of a packet that all matches fit.
type Rule struct {
	Match []Match
	Then  Verdict
}

// Verdict ends a rule.
type Verdict struct {
	Op   Op
	Set  string     // of ToChain, ToMapped, FromMapped: the map that says what
	To   netip.Addr // of To
	Port uint16     // of To: zero leaves the port as it is
}

// Op is a kind of verdict.
type Op uint8

// The kinds. The maps of InChain and OutChain are keyed by the interface that
// the packet came in or goes out by; a packet that has none goes on.
const (
	Accept Op = iota
	Drop
	InChain    // go to the chain of the incoming interface
	OutChain   // go to the chain of the outgoing interface
	ToMapped   // translate the destination as a map says
	FromMapped // translate the source as a map says
	To         // translate the destination
)

// Match is a condition on a packet.
type Match struct {
	What     What
	Not      bool
	Name     string       // of an interface or a set
	Net      netip.Prefix // IPv4
	Ports    [2]uint16
	Protocol ecs.Protocol
}

// What a condition is about.
type What uint8

// The conditions.
const (
	Established   What = iota // it belongs to a connection that is known, or to an error of one
	Invalid                   // it belongs to no connection and cannot begin one
	Translated                // its destination was translated
	InNIC                     // came in by Name
	OutNIC                    // goes out by Name
	Owner                     // interface, hardware address and source are in the set Name
	Source                    // in Net
	Destination               // in Net
	SourceIn                  // in the set Name
	DestinationIn             // in the set Name
	Proto                     // Protocol
	HasPorts                  // TCP or UDP
	SPort                     // in Ports
	DPort                     // in Ports
	SPortIn                   // in the set Name
	DPortIn                   // in the set Name
)

var whatNames = [...]string{"ct established", "ct invalid", "ct dnat", "iif", "oif", "iif . mac . saddr", "saddr", "daddr", "saddr", "daddr", "proto", "has ports", "sport", "dport", "sport", "dport"}

func (m Match) String() string {
	s := whatNames[m.What]
	if m.Not {
		s += " not"
	}
	switch m.What {
	case InNIC, OutNIC:
		s += " " + m.Name
	case Owner, SourceIn, DestinationIn, SPortIn, DPortIn:
		s += " @" + m.Name
	case Source, Destination:
		s += " " + m.Net.String()
	case Proto:
		s += " " + strings.ToLower(m.Protocol.String())
	case SPort, DPort:
		s += fmt.Sprintf(" %d-%d", m.Ports[0], m.Ports[1])
	}
	return s
}

func (v Verdict) String() string {
	switch v.Op {
	case Accept:
		return "accept"
	case Drop:
		return "drop"
	case InChain:
		return "chain of iif @" + v.Set
	case OutChain:
		return "chain of oif @" + v.Set
	case ToMapped:
		return "dnat daddr @" + v.Set
	case FromMapped:
		return "snat saddr @" + v.Set
	}
	return fmt.Sprintf("dnat %s:%d", v.To, v.Port)
}

func (r Rule) String() string {
	var b strings.Builder
	for _, m := range r.Match {
		b.WriteString(m.String() + " ")
	}
	return b.String() + r.Then.String()
}

// Equal reports whether rules are the same.
func (r Rule) Equal(o Rule) bool { return r.Then == o.Then && slices.Equal(r.Match, o.Match) }

// Equal reports whether chains are the same.
func (c *Chain) Equal(o *Chain) bool {
	return c.Name == o.Name && c.Hook == o.Hook && c.Drop == o.Drop && slices.EqualFunc(c.Rules, o.Rules, Rule.Equal)
}

func (e Element) String() string {
	var parts []string
	for _, p := range []struct {
		set  bool
		text string
	}{
		{e.NIC != "", e.NIC}, {e.MAC != "", e.MAC}, {e.Addr.IsValid(), e.Addr.String()}, {e.Net.IsValid(), e.Net.String()},
		{e.Ports != [2]uint16{}, fmt.Sprintf("%d-%d", e.Ports[0], e.Ports[1])},
		{e.To.IsValid(), ": " + e.To.String()}, {e.Chain != "", ": " + e.Chain},
	} {
		if p.set {
			parts = append(parts, p.text)
		}
	}
	return strings.Join(parts, " ")
}

func (t *Table) String() string {
	var b strings.Builder
	for _, s := range t.Sets {
		fmt.Fprintf(&b, "set %s %d\n", s.Name, s.Type)
		for _, e := range s.Elements {
			b.WriteString("  " + e.String() + "\n")
		}
	}
	for _, c := range t.Chains {
		fmt.Fprintf(&b, "chain %s hook %d drop %v\n", c.Name, c.Hook, c.Drop)
		for _, r := range c.Rules {
			b.WriteString("  " + r.String() + "\n")
		}
	}
	return b.String()
}
