package reach

import (
	"fmt"
	"strings"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/firewall"
	"github.com/openecs/openecs/internal/state"
)

func pass(name, by, format string, args ...any) (Check, bool) {
	return Check{Name: name, Passes: true, By: by, Why: fmt.Sprintf(format, args...)}, true
}

func stop(name, by, format string, args ...any) (Check, bool) {
	return Check{Name: name, By: by, Why: fmt.Sprintf(format, args...)}, false
}

// address asks whether both ends have an address that the other end can use.
func address(c *connection) (Check, bool) {
	const name = "address"
	from, to := c.from, c.to
	if to.gateway != 0 {
		if to.nic == nil {
			return c.unforwarded(name)
		}
		if from.nic != nil || !from.foreign() {
			c.flow.NIC = ecs.Intranet
			to.seen = to.public
			if from.nic != nil {
				from.seen = from.public
			}
			return pass(name, ecs.ID(ecs.KindForwardEntry, to.entry), "A forward entry of %s leads to port %d of %s.", ecs.ID(ecs.KindNATGateway, to.gateway), c.flow.Port, to.addr)
		}
	}
	if from.shares(to) {
		return pass(name, "", "Both ends have addresses in %s.", from.network())
	}
	for _, e := range [][2]*end{{from, to}, {to, from}} {
		if e[0].nic == nil && !e[1].byPublic && e[1].within(c.v, e[0].addr) {
			return stop(name, "", "No network interface in %s has the address %s.", e[1].network(), e[0].addr)
		}
	}
	for _, e := range []*end{from, to} {
		if e.nic != nil && !e.addr.Is4() {
			return stop(name, e.id(), "The IPv6 address %s has no internet bandwidth: it is reached within its VPC only.", e.addr)
		}
	}
	// What is not in one network meets in the internet.
	for _, e := range []*end{from, to} {
		if e.nic == nil && e.foreign() {
			return pass(name, "", "%s is a private address of another network.", e.addr) // for the route to refuse
		}
	}
	if to.nic != nil && !to.public.IsValid() { // one that only goes out may have another way: that is the route's
		return stop(name, to.id(), "%s has no public address, and the ends share no network.", to.id())
	}
	c.flow.NIC = c.card()
	for _, e := range []*end{to, from} {
		if e.nic != nil {
			e.seen = e.public
		}
	}
	return pass(name, "", "The ends meet in the internet.")
}

// card is the network card that a classic instance reaches the internet by.
func (c *connection) card() ecs.NICType {
	for _, e := range []*end{c.from, c.to} {
		if e.nic != nil && e.nic.VPC == 0 {
			return ecs.Internet
		}
	}
	return ecs.Intranet
}

func (e *end) id() string {
	if e.nic.Instance != 0 {
		return ecs.ID(ecs.KindInstance, e.nic.Instance)
	}
	return ecs.ID(ecs.KindNetworkInterface, e.key)
}

// route asks whether there is a way.
func route(c *connection) (Check, bool) {
	const name = "route"
	from, to := c.from, c.to
	if from.shares(to) {
		if from.nic.VPC == 0 {
			return pass(name, "", "The classic network of a region is one.")
		}
		vpc, _ := state.VPCs.Get(c.v, from.nic.VPC)
		return pass(name, ecs.ID(ecs.KindRouteTable, vpc.RouteTable), "Every route table of a VPC has routes to its own networks.")
	}
	for _, e := range [][2]*end{{from, to}, {to, from}} {
		if e[1].nic == nil && e[1].foreign() {
			if r, ok := c.hop(e[0], e[1]); ok {
				return c.through(name, r)
			}
			return stop(name, "", "No route leads from %s to %s.", e[0].network(), e[1].addr)
		}
	}
	for _, e := range []*end{from, to} {
		if why, by := c.walled(e); why != "" {
			return stop(name, by, "%s", why)
		}
	}
	if from.nic != nil && !from.seen.IsValid() {
		if r, ok := c.hop(from, to); ok {
			return c.through(name, r)
		}
		if seen, entry, ok := translated(c.v, from.nic, to.addr); ok {
			from.seen = seen
			return pass(name, ecs.ID(ecs.KindSNATEntry, entry), "A NAT gateway sends it on as %s.", seen)
		}
		return stop(name, from.id(), "%s has no public address, and no NAT gateway gives it one: no route leads to the internet.", from.id())
	}
	return pass(name, "", "The way leads through the internet.")
}

// egress and ingress ask the security groups of either end.
func egress(c *connection) (Check, bool) {
	return c.groups("egress", c.from, c.decide().Egress), true
}

func ingress(c *connection) (Check, bool) {
	return c.groups("ingress", c.to, c.decide().Ingress), true
}

func (c *connection) decide() *firewall.Verdict {
	if c.verdict == nil {
		v := firewall.Allowed(c.firewallEnd(c.from), c.firewallEnd(c.to), c.flow)
		c.verdict = &v
	}
	return c.verdict
}

func (c *connection) firewallEnd(e *end) firewall.End {
	out := firewall.End{Addr: e.addr, Seen: e.seen}
	if e.nic != nil {
		out.Groups = c.firewall.Groups(c.v, e.nic)
	} else {
		out.Seen = e.addr // what is no interface of ours is in the internet
	}
	return out
}

// groups puts a decision of security groups into words.
func (c *connection) groups(name string, e *end, d firewall.Decision) Check {
	out := Check{Name: name, Passes: d.Pass}
	group := ecs.ID(ecs.KindSecurityGroup, d.Group)
	switch d.Reason {
	case firewall.NoGroup:
		out.Why = "No security group guards " + e.addr.String() + "."
	case firewall.InnerGroup:
		out.By, out.Why = group, "Both ends are members of "+group+", whose members reach each other."
	case firewall.ByRule:
		out.By = ecs.ID(ecs.KindRule, d.Rule.ID)
		out.Why = "A rule of " + group + " decides: " + words(d.Rule) + "."
	case firewall.ByDefault:
		out.Why = "No rule of " + groupIDs(e.nic) + " matches, and what no rule matches " + map[bool]string{true: "passes", false: "is dropped"}[d.Pass] + "."
	}
	return out
}

func groupIDs(n *ecs.NetworkInterface) string {
	ids := make([]string, len(n.Groups))
	for i, k := range n.Groups {
		ids[i] = ecs.ID(ecs.KindSecurityGroup, k)
	}
	return strings.Join(ids, ", ")
}

// words is a rule in words: "priority 1, accept tcp 443/443 from 0.0.0.0/0".
func words(r *ecs.Rule) string {
	policy, way := "accept", "from"
	if r.Drop {
		policy = "drop"
	}
	if r.Egress {
		way = "to"
	}
	ports := ""
	switch {
	case r.PortList != 0:
		ports = " " + ecs.ID(ecs.KindPortRangeList, r.PortList)
	case r.From > 0:
		ports = fmt.Sprintf(" %d/%d", r.From, r.To)
	}
	peer := r.Peer
	switch {
	case r.PeerGroup != 0:
		peer = ecs.ID(ecs.KindSecurityGroup, r.PeerGroup)
	case r.PrefixList != 0:
		peer = ecs.ID(ecs.KindPrefixList, r.PrefixList)
	}
	return fmt.Sprintf("priority %d, %s %s%s %s %s", r.Priority, policy, strings.ToLower(r.Protocol.String()), ports, way, peer)
}
