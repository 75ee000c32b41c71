package instance

import (
	"slices"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

// writeInterfaces makes the interfaces of the instance number i of a request,
// or none of them when something is not to be had.
func (p *plan) writeInterfaces(tx *state.Tx, region uint8, k ecs.Key, r *ecs.Instance, i int) error {
	nic := &ecs.NetworkInterface{
		Account: r.Account, Instance: k, Primary: true, Zone: r.Zone, VPC: p.vpc, VSwitch: p.vswitch,
		Groups: p.groups, Created: r.Created, Tags: r.Tags, ResourceGroup: r.ResourceGroup,
	}
	var err error
	if p.network == ecs.NetworkClassic {
		nic.IP, err = network.TakeClassicAddress(tx, region)
	} else {
		want := p.ip
		if want != 0 {
			want += ecs.IPv4(i)
		}
		nic, err = p.main.take(tx, p.prefix, p.prefix6, nic, want, &p.six)
	}
	if err != nil {
		return err
	}
	r.Interface = tx.NewKey(region)
	state.Interfaces.Put(tx, r.Interface, nic)
	for c := range p.cards {
		if err := p.cards[c].write(tx, region, k, r, p.vpc); err != nil {
			for _, made := range slices.Collect(state.InterfacesByInstance.Keys(tx, uint64(k), 0)) {
				n, _ := state.Interfaces.Get(tx, made)
				network.Delete(tx, made, n)
			}
			return err
		}
	}
	return nil
}

// take is n with an address, the one wanted or any, with what else the card is to
// have, and with IPv6 addresses.
func (c *card) take(tx *state.Tx, prefix ecs.Prefix, prefix6 ecs.Prefix6, n *ecs.NetworkInterface, want ecs.IPv4, six *network.Wish6) (*ecs.NetworkInterface, error) {
	var err error
	if n.IP, err = network.TakeAddress(tx, n.VSwitch, prefix, want); err != nil {
		return nil, err
	}
	next := n
	if c.has() {
		next = n.Change(func(m *ecs.InterfaceMore) { *m = c.more })
	}
	if next, _, err = six.Grant(tx, prefix6, next); err == nil {
		next, _, err = c.wish.Grant(tx, prefix, next)
	}
	if err != nil {
		network.FreeAddress(tx, n.VSwitch, prefix, n.IP)
		return nil, err
	}
	return next, nil
}

// has reports whether the card says anything of an interface beside its place.
func (c *card) has() bool {
	return c.more.Name != "" || c.more.Description != "" || c.more.Flags != 0 || c.more.Queues != 0
}

// write makes a secondary interface of an instance, or has one that exists be its.
func (c *card) write(tx *state.Tx, region uint8, k ecs.Key, r *ecs.Instance, vpc ecs.Key) error {
	if c.existing != 0 {
		n, ok := state.Interfaces.Get(tx, c.existing)
		if !ok {
			return api.Errorf(api.CodeInvalidEniIdNotFound, "The specified NetworkInterfaceId does not exist.")
		}
		if err := attachable(n); err != nil {
			return err
		}
		next := n.Change(func(m *ecs.InterfaceMore) {
			m.Flags = m.Flags.Set(ecs.DeleteOnRelease, c.more.Flags.Has(ecs.DeleteOnRelease))
		})
		next.Instance = k
		state.Interfaces.Put(tx, c.existing, next)
		return nil
	}
	if err := network.InterfaceRoom(tx, r.Account, region); err != nil {
		return err
	}
	n, err := c.take(tx, c.prefix, c.prefix6, &ecs.NetworkInterface{
		Account: r.Account, Instance: k, Zone: r.Zone, VPC: vpc, VSwitch: c.vswitch, Groups: c.groups, Created: r.Created, ResourceGroup: r.ResourceGroup,
	}, c.ip, &c.six)
	if err == nil {
		state.Interfaces.Put(tx, tx.NewKey(region), n)
	}
	return err
}
