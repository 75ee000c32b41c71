package network

import (
	"slices"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// Wish is addresses that an interface is to get beside its primary one: those
// that are named, and as many more as are counted.
type Wish struct {
	IPs         []ecs.IPv4
	Count       int
	Prefixes    []ecs.Prefix
	PrefixCount int
}

// Len is how much of what an instance type allows the wish takes. A prefix
// counts as one address.
func (w *Wish) Len() int { return len(w.IPs) + w.Count + len(w.Prefixes) + w.PrefixCount }

// Grant takes the addresses of n's vSwitch, of prefix, and is n with them, and
// what it got. When something is not to be had, nothing is taken: the codes are
// those of TakeAddress and TakePrefix.
func (w *Wish) Grant(tx *state.Tx, prefix ecs.Prefix, n *ecs.NetworkInterface) (next *ecs.NetworkInterface, got Wish, err error) {
	defer func() {
		if err != nil {
			got.free(tx, n.VSwitch, prefix)
		}
	}()
	for i := range len(w.IPs) + w.Count {
		var want ecs.IPv4
		if i < len(w.IPs) {
			want = w.IPs[i]
		}
		ip, err := TakeAddress(tx, n.VSwitch, prefix, want)
		if err != nil {
			return nil, got, err
		}
		got.IPs = append(got.IPs, ip)
	}
	for i := range len(w.Prefixes) + w.PrefixCount {
		var want ecs.Prefix
		if i < len(w.Prefixes) {
			want = w.Prefixes[i]
		}
		p, err := TakePrefix(tx, n.VSwitch, prefix, want)
		if err != nil {
			return nil, got, err
		}
		got.Prefixes = append(got.Prefixes, p)
	}
	if got.Len() == 0 {
		return n, got, nil
	}
	return n.Change(func(m *ecs.InterfaceMore) {
		m.Secondary = slices.Concat(m.Secondary, got.IPs)
		m.Prefixes = slices.Concat(m.Prefixes, got.Prefixes)
	}), got, nil
}

func (w *Wish) free(tx *state.Tx, vswitch ecs.Key, prefix ecs.Prefix) {
	for _, ip := range w.IPs {
		FreeAddress(tx, vswitch, prefix, ip)
	}
	for _, p := range w.Prefixes {
		FreePrefix(tx, vswitch, prefix, p)
	}
}

// Revoke is n without the addresses named, which it has, and gives them back.
func (w *Wish) Revoke(tx *state.Tx, prefix ecs.Prefix, n *ecs.NetworkInterface) *ecs.NetworkInterface {
	w.free(tx, n.VSwitch, prefix)
	return n.Change(func(m *ecs.InterfaceMore) {
		m.Secondary = slices.DeleteFunc(slices.Clone(m.Secondary), func(ip ecs.IPv4) bool { return slices.Contains(w.IPs, ip) })
		m.Prefixes = slices.DeleteFunc(slices.Clone(m.Prefixes), func(p ecs.Prefix) bool { return slices.Contains(w.Prefixes, p) })
	})
}

// Make writes a new interface of a vSwitch: n with the primary address wanted,
// or the next free one when ip is 0, and with what is wished beside it. When
// something is not to be had nothing is taken.
func Make(tx *state.Tx, region uint8, prefix ecs.Prefix, n *ecs.NetworkInterface, ip ecs.IPv4, more *Wish) (ecs.Key, error) {
	made := *n
	var err error
	if made.IP, err = TakeAddress(tx, n.VSwitch, prefix, ip); err != nil {
		return 0, err
	}
	next, _, err := more.Grant(tx, prefix, &made)
	if err != nil {
		FreeAddress(tx, n.VSwitch, prefix, made.IP)
		return 0, err
	}
	k := tx.NewKey(region)
	state.Interfaces.Put(tx, k, next)
	return k, nil
}
