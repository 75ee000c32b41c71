// Package reach explains whether packets get from one end to another, and which
// rule, route or missing address decides. Its checks stand in one list, in the
// order in which a packet meets them; a further kind of check is a function in
// that list. What security groups say comes from package firewall.
package reach

import (
	"cmp"
	"errors"
	"fmt"
	"net/netip"
	"strings"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/firewall"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

// Query asks about a connection. An end is an instance, a network interface or
// an address.
type Query struct {
	From, To   string
	Protocol   string // tcp, udp, icmp, icmpv6 or gre, in any case
	Port       int    // of the destination, for tcp and udp
	SourcePort int    // 0: any
}

// Answer says what becomes of a connection.
type Answer struct {
	Passes   bool
	From, To Place
	Protocol string
	Port     int    `json:",omitempty"`
	Decides  string // the check that does: the first that does not pass, or the last
	Checks   []Check
	Notes    []string `json:",omitempty"` // what keeps an answer away though packets pass
}

// Place is an end of the connection.
type Place struct {
	Name               string // as it was asked for
	InstanceID         string `json:"InstanceId,omitempty"`
	NetworkInterfaceID string `json:"NetworkInterfaceId,omitempty"`
	Address            string
	PublicAddress      string `json:",omitempty"` // that the other end sees instead
}

// Check is what one thing on the way makes of the connection.
type Check struct {
	Name   string
	Passes bool
	By     string `json:",omitempty"` // the identifier of the rule or resource that decides
	Why    string
}

// Explain answers a query. An error is a sentence about the query.
func Explain(v state.View, f *network.Firewall, q Query) (*Answer, error) {
	c := &connection{v: v, firewall: f}
	if err := c.read(q); err != nil {
		return nil, err
	}
	out := &Answer{Passes: true, Protocol: strings.ToLower(c.flow.Protocol.String()), Port: q.Port}
	for _, check := range checks {
		r, goOn := check(c)
		if r.Name == "" {
			continue
		}
		out.Checks = append(out.Checks, r)
		if out.Passes {
			out.Decides, out.Passes = r.Name, r.Passes
		}
		if !goOn {
			break
		}
	}
	out.From, out.To, out.Notes = c.from.place(), c.to.place(), c.notes()
	return out, nil
}

// checks are what a packet meets, in order. One without a name has nothing to
// say; one that says not to go on makes the later ones meaningless.
var checks = []func(*connection) (r Check, goOn bool){address, route, acl, egress, ingress}

// connection is what is asked about, as the checks find it out.
type connection struct {
	v        state.View
	firewall *network.Firewall
	from, to *end
	flow     firewall.Flow
	verdict  *firewall.Verdict
}

// end is one end.
type end struct {
	name     string
	instance *ecs.Instance // nil: none that is ours
	nic      *ecs.NetworkInterface
	key      ecs.Key // of nic
	addr     netip.Addr
	public   netip.Addr // the address that nic has on the internet, if any
	byPublic bool       // it was asked for by that address
	seen     netip.Addr // public, once it turns out that the way leads through the internet
	gateway  ecs.Key    // the NAT gateway that the address it was asked for by is of
	entry    ecs.Key    // the forward entry of that which leads to nic
}

func (e *end) place() Place {
	p := Place{Name: e.name, Address: e.addr.String()}
	if e.nic != nil {
		p.InstanceID, p.NetworkInterfaceID = ecs.ID(ecs.KindInstance, e.nic.Instance), ecs.ID(ecs.KindNetworkInterface, e.key)
	}
	if e.seen.IsValid() {
		p.PublicAddress = e.seen.String()
	}
	return p
}

func (c *connection) read(q Query) (err error) {
	var ok bool
	if c.flow.Protocol, ok = firewall.Protocol(q.Protocol); !ok {
		return fmt.Errorf("The protocol %q is none of tcp, udp, icmp, icmpv6 and gre.", q.Protocol)
	}
	ports := c.flow.Protocol.HasPorts()
	switch {
	case ports && (q.Port < 1 || q.Port > 65535):
		return fmt.Errorf("The protocol %s needs a port from 1 to 65535.", strings.ToLower(q.Protocol))
	case !ports && (q.Port != 0 || q.SourcePort != 0):
		return fmt.Errorf("The protocol %s has no ports.", strings.ToLower(q.Protocol))
	case q.SourcePort < 0 || q.SourcePort > 65535:
		return errors.New("A source port is from 1 to 65535.")
	}
	c.flow.Port, c.flow.SourcePort = uint16(q.Port), uint16(q.SourcePort)
	if c.from, err = find(c.v, q.From); err != nil {
		return err
	}
	if c.to, err = find(c.v, q.To); err != nil {
		return err
	}
	c.forward()
	// A private address means something only beside the network of the other end.
	c.from.locate(c.v, c.to)
	c.to.locate(c.v, c.from)
	if c.flow.Protocol == ecs.ProtocolICMPv6 || !c.from.addr.Is4() || !c.to.addr.Is4() {
		c.from.prefer6()
		c.to.prefer6()
	}
	switch {
	case c.from.nic == nil && c.to.nic == nil && c.to.gateway == 0:
		return fmt.Errorf("Neither %s nor %s is an instance, a network interface or an address of one.", cmp.Or(q.From, `""`), cmp.Or(q.To, `""`))
	case c.from.nic != nil && c.from.key == c.to.key:
		return errors.New("Both ends are the same network interface.")
	case c.from.addr.Is4() != c.to.addr.Is4():
		return errors.New("One end has an IPv4 address and the other an IPv6 address.")
	case c.from.addr.Is4() && c.flow.Protocol == ecs.ProtocolICMPv6, !c.from.addr.Is4() && c.flow.Protocol == ecs.ProtocolICMP:
		return fmt.Errorf("The protocol %s and the addresses are of different families.", strings.ToLower(q.Protocol))
	}
	return nil
}

// notes are what the checks do not see.
func (c *connection) notes() (out []string) {
	for _, e := range []*end{c.from, c.to} {
		if e.instance != nil && e.instance.Status() != ecs.Running {
			out = append(out, fmt.Sprintf("%s is %s: nothing answers there.", ecs.ID(ecs.KindInstance, e.nic.Instance), e.instance.Status()))
		}
	}
	return out
}
