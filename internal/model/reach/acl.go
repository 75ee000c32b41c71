package reach

import (
	"fmt"
	"strings"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

// anyPort stands for the port that a client draws, where none was named: systems
// draw from here on.
const anyPort = 49152

// acl asks the network ACLs of both vSwitches, which keep no state: about the
// packet and about its reply. Within a vSwitch there is none to ask, and where
// none is there is no check.
func acl(c *connection) (Check, bool) {
	const name = "network-acl"
	from, to := c.from, c.to
	if from.nic != nil && to.nic != nil && !from.seen.IsValid() && from.nic.VSwitch == to.nic.VSwitch {
		return Check{}, true
	}
	back := c.flow.SourcePort
	if back == 0 && c.flow.Protocol.HasPorts() {
		back = anyPort
	}
	last := Check{}
	for _, q := range []struct {
		at, peer *end
		egress   bool
		port     uint16
		what     string
	}{
		{from, to, true, c.flow.Port, "leaving %s"}, {to, from, false, c.flow.Port, "entering %s"},
		{to, from, true, back, "the reply leaving %s"}, {from, to, false, back, "the reply entering %s"},
	} {
		if q.at.nic == nil {
			continue
		}
		rules := network.ACLOf(c.v, q.at.nic.VSwitch)
		if rules == nil {
			continue
		}
		peer := q.peer.addr
		if q.peer.seen.IsValid() {
			peer = q.peer.seen
		}
		d := ecs.AllowedByACL(rules, q.egress, peer, c.flow.Protocol, q.port)
		w, _ := state.VSwitches.Get(c.v, q.at.nic.VSwitch)
		last = Check{
			Name: name, Passes: d.Pass, By: ecs.ID(ecs.KindNetworkACL, w.ACL),
			Why: fmt.Sprintf("For "+q.what+" decides: %s.", ecs.ID(ecs.KindVSwitch, q.at.nic.VSwitch), aclWords(rules, q.egress, d.Entry)),
		}
		if !d.Pass {
			break
		}
	}
	return last, true
}

// aclWords is an entry in words: "entry 2, accept tcp 443/443 with 10.0.0.0/8".
func aclWords(acl *ecs.NetworkACL, egress bool, entry int) string {
	if entry < 0 {
		return "no entry matches, and what none matches is dropped"
	}
	list := acl.Ingress
	if egress {
		list = acl.Egress
	}
	e := &list[entry]
	policy, ports := "accept", ""
	if e.Drop {
		policy = "drop"
	}
	if e.From >= 0 && e.Protocol.HasPorts() {
		ports = fmt.Sprintf(" %d/%d", e.From, e.To)
	}
	return fmt.Sprintf("entry %d, %s %s%s with %s", entry+1, policy, strings.ToLower(e.Protocol.String()), ports, e.CIDR)
}
