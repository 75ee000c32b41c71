package firewall_test

import (
	"net/netip"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/firewall"
)

// What follows is the matching order written a second time, as plainly as it
// can be and without a line of the package: the tests compare the two.

type side struct {
	addr, public string
	groups       []ecs.Key
}

type world struct {
	groups   map[ecs.Key]*ecs.SecurityGroup
	prefixes map[ecs.Key][]netip.Prefix
	ports    map[ecs.Key][][2]uint16
	compiled map[ecs.Key]*firewall.Group
}

func (w *world) Prefixes(k ecs.Key) []netip.Prefix { return w.prefixes[k] }
func (w *world) Ports(k ecs.Key) [][2]uint16       { return w.ports[k] }

func (s side) in(k ecs.Key) bool {
	for _, g := range s.groups {
		if g == k {
			return true
		}
	}
	return false
}

func (s side) shown() netip.Addr {
	if s.public != "" {
		return netip.MustParseAddr(s.public)
	}
	return netip.MustParseAddr(s.addr)
}

// oracle says whether one end's groups let a connection pass.
func (w *world) oracle(egress bool, near, far side, f firewall.Flow) bool {
	if len(near.groups) == 0 {
		return true
	}
	private := near.public == "" && far.public == "" && f.NIC == ecs.Intranet
	for _, k := range near.groups {
		if g := w.groups[k]; !g.Enterprise && !g.InnerDrop && private && far.in(k) {
			return true
		}
	}
	for priority := uint8(1); priority <= 100; priority++ {
		accepted, dropped := false, false
		for _, k := range near.groups {
			for _, r := range w.groups[k].Rules {
				if r.Egress == egress && r.Priority == priority && w.matches(r, near, far, f, private) {
					accepted, dropped = accepted || !r.Drop, dropped || r.Drop
				}
			}
		}
		if dropped {
			return false
		}
		if accepted {
			return true
		}
	}
	for _, k := range near.groups {
		if w.groups[k].Enterprise {
			return false
		}
	}
	return egress
}

func (w *world) matches(r ecs.Rule, near, far side, f firewall.Flow, private bool) bool {
	if r.Protocol != ecs.ProtocolAll && r.Protocol != f.Protocol {
		return false
	}
	if r.NIC != f.NIC {
		return false
	}
	port, source := int32(f.Port), int32(f.SourcePort)
	if r.From != -1 && (port < r.From || port > r.To) {
		return false
	}
	if s := r.SourcePorts; s != [2]int32{} && s != [2]int32{1, 65535} && (source < s[0] || source > s[1]) {
		return false
	}
	if r.PortList != 0 {
		listed := false
		for _, p := range w.ports[r.PortList] {
			listed = listed || f.Port >= p[0] && f.Port <= p[1]
		}
		if !listed {
			return false
		}
	}
	if r.Local != "" && !netip.MustParsePrefix(r.Local).Contains(netip.MustParseAddr(near.addr)) {
		return false
	}
	switch {
	case r.PeerGroup != 0:
		return private && far.in(r.PeerGroup)
	case r.PrefixList != 0:
		for _, p := range w.prefixes[r.PrefixList] {
			if p.Contains(far.shown()) {
				return true
			}
		}
		return false
	}
	return netip.MustParsePrefix(r.Peer).Contains(far.shown())
}

// end compiles a side.
func (w *world) end(s side) firewall.End {
	e := firewall.End{Addr: netip.MustParseAddr(s.addr)}
	if s.public != "" {
		e.Seen = netip.MustParseAddr(s.public)
	}
	for _, k := range s.groups {
		g, ok := w.compiled[k]
		if !ok {
			g = firewall.Compile(k, w.groups[k], w)
		}
		e.Groups = append(e.Groups, g)
	}
	return e
}
