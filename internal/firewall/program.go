package firewall

import (
	"cmp"
	"encoding/binary"
	"net/netip"
	"slices"

	"github.com/openecs/openecs/internal/ecs"
)

// Program is what an interface's groups make of the packets of one direction in
// a VPC, written out: the first step that matches decides. A real host's rules
// are made of it; it decides as Allowed does.
type Program struct {
	Steps []Step
	Pass  bool // what becomes of a packet that no step matches
}

// Step is a step of a Program. It matches what everything that is set in it has.
type Step struct {
	Pass     bool
	V4, V6   bool         // the families that it is about
	Protocol ecs.Protocol // ProtocolAll: any, also those that rules cannot name

	// The far end is an interface of the VPC that is in Group, and the connection
	// uses private addresses of both ends.
	Group ecs.Key

	// Peers are networks that the far end is in, by the address that the near one
	// sees of it, and Local that of the near one's own. None is any. They are in
	// order and share nothing.
	Peers, Local []netip.Prefix

	// Ports of the destination and of the source; none is any. They are in order
	// and share nothing.
	Ports, SourcePorts [][2]uint16
}

// NewProgram writes out what groups make of one direction. An interface in no
// group lets everything pass, as Allowed says.
func NewProgram(groups []*Group, egress bool) *Program {
	out := &Program{Pass: egress || len(groups) == 0}
	var all []entry
	for _, g := range groups {
		if g.enterprise {
			out.Pass = false
		}
		if g.inner {
			out.Steps = append(out.Steps, Step{Pass: true, V4: true, V6: true, Group: g.Key})
		}
		all = append(all, g.rules(egress).entries...)
	}
	slices.SortStableFunc(all, func(a, b entry) int { return cmp.Compare(a.rank, b.rank) })
	for i := range all {
		if s, ok := all[i].step(); ok {
			out.Steps = append(out.Steps, s)
		}
	}
	return out
}

// step writes an entry out; not ok if it is about no card of a VPC.
func (e *entry) step() (s Step, ok bool) {
	s = Step{Pass: !e.drop(), Protocol: e.rule.Protocol, Group: e.group, Local: prefixes(e.rule.Local)}
	for p := ecs.ProtocolTCP; p <= ecs.ProtocolGRE; p++ {
		s.V4 = s.V4 || e.kinds&kind(p, ecs.Intranet, false) != 0
		s.V6 = s.V6 || e.kinds&kind(p, ecs.Intranet, true) != 0
	}
	s.Peers = prefixes(e.rule.Peer)
	for _, n := range e.peers {
		s.Peers = append(s.Peers, n.prefix())
	}
	if e.ports != anyPort {
		s.Ports = [][2]uint16{{e.ports.from, e.ports.to}}
	}
	for _, p := range e.portList {
		s.Ports = append(s.Ports, [2]uint16{p.from, p.to})
	}
	if e.sourcePorts != anyPort {
		s.SourcePorts = [][2]uint16{{e.sourcePorts.from, e.sourcePorts.to}}
	}
	return s, s.V4 || s.V6
}

func prefixes(cidr string) []netip.Prefix {
	if cidr == "" {
		return nil
	}
	p, err := netip.ParsePrefix(cidr)
	if err != nil {
		return nil // no entry is made of such a rule
	}
	return []netip.Prefix{p.Masked()}
}

// prefix is a network as others write it.
func (n network) prefix() netip.Prefix {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], n.addr.hi)
	binary.BigEndian.PutUint64(b[8:], n.addr.lo)
	a, bits := netip.AddrFrom16(b), 0
	for m := n.mask.hi; m != 0; m <<= 1 {
		bits++
	}
	for m := n.mask.lo; m != 0; m <<= 1 {
		bits++
	}
	if bits >= 96 && a.Is4In6() {
		return netip.PrefixFrom(a.Unmap(), bits-96)
	}
	return netip.PrefixFrom(a, bits)
}
