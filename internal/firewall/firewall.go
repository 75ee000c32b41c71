// Package firewall decides which packets security groups let through. It is the
// one place where the matching order is written down: the simulator's
// reachability, the console, the explanation of a connection and the rules of a
// real host all come from it. It is pure: it knows records and addresses, no
// state and no clock, and every package above internal/ecs may import it.
//
// The order, as the service documents it, for each direction of an interface
// that is in some groups:
//
//  1. Within a basic group whose inner access policy is Accept, members reach
//     each other over private addresses whatever the rules say.
//  2. The rules of all the groups are taken together. Of those that match, the
//     one of the least priority number decides, and of equal ones one that
//     drops.
//  3. If none matches: basic groups drop what comes in and let out what goes
//     out, enterprise groups drop both.
//
// Groups are stateful: a reply to what was let through passes, so only the
// first packet of a connection is asked about. Nothing guards an end that is in
// no group.
package firewall

import (
	"net/netip"

	"github.com/openecs/openecs/internal/ecs"
)

// Flow is a connection that is asked about, but for its ends.
type Flow struct {
	Protocol   ecs.Protocol // one of them, not ProtocolAll
	Port       uint16       // of the destination; 0 for protocols without ports
	SourcePort uint16       // 0: some port that is not known, which rules for particular source ports do not match
	NIC        ecs.NICType  // the card of a classic instance that it goes through; Intranet in a VPC
}

// Protocol reads a protocol that a connection can have.
func Protocol(s string) (ecs.Protocol, bool) {
	p, ok := ecs.ParseProtocol(s)
	return p, ok && p != ecs.ProtocolAll
}

// End is one end of a connection.
type End struct {
	Addr   netip.Addr // the address of its interface
	Seen   netip.Addr // the public address that the other end sees instead; the zero Addr: it sees Addr
	Groups []*Group   // those that the interface is in; none: no group guards this end
}

func (e *End) seen() netip.Addr {
	if e.Seen.IsValid() {
		return e.Seen
	}
	return e.Addr
}

func (e *End) in(group ecs.Key) bool {
	for _, g := range e.Groups {
		if g.Key == group {
			return true
		}
	}
	return false
}

// Reason is what decided.
type Reason uint8

// The reasons.
const (
	NoGroup    Reason = iota // no group guards this end
	ByRule                   // a rule matched
	InnerGroup               // both ends are members of a group that lets its members reach each other
	ByDefault                // no rule matched
)

// Decision is what the groups of one end make of a connection.
type Decision struct {
	Pass   bool
	Reason Reason
	Group  ecs.Key   // of ByRule and InnerGroup
	Rule   *ecs.Rule // of ByRule
}

// Verdict is what the groups of both ends make of a connection: those of the
// source as it leaves, those of the destination as it arrives.
type Verdict struct{ Egress, Ingress Decision }

// Pass reports whether the connection comes about.
func (v Verdict) Pass() bool { return v.Egress.Pass && v.Ingress.Pass }

// Allowed decides about a connection between two ends.
func Allowed(from, to End, f Flow) Verdict {
	return Verdict{Egress: decide(true, &from, &to, &f), Ingress: decide(false, &to, &from, &f)}
}

// decide is what the groups of the near end make of a connection that leaves it
// (egress) or arrives at it.
func decide(egress bool, near, far *End, f *Flow) Decision {
	if len(near.Groups) == 0 {
		return Decision{Pass: true}
	}
	private := !near.Seen.IsValid() && !far.Seen.IsValid() && f.NIC == ecs.Intranet
	if private {
		for _, g := range near.Groups {
			if g.inner && far.in(g.Key) {
				return Decision{Pass: true, Reason: InnerGroup, Group: g.Key}
			}
		}
	}
	p := packet{
		kind: kind(f.Protocol, f.NIC, far.seen().Is6()), port: f.Port, sourcePort: f.SourcePort,
		peer: number(far.seen()), local: number(near.Addr), far: far, private: private,
	}
	out := Decision{Pass: egress, Reason: ByDefault}
	best := noRank
	for _, g := range near.Groups {
		out.Pass = out.Pass && !g.enterprise
	}
	for _, g := range near.Groups {
		// Within a group the first match decides: its entries are in order.
		if e := g.rules(egress).first(&p, best); e != nil {
			best = e.rank
			out = Decision{Pass: !e.drop(), Reason: ByRule, Group: g.Key, Rule: e.rule}
		}
	}
	return out
}
