package networkinterface

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "AssignIpv6Addresses", (*Service).AssignIpv6Addresses)

// AssignIpv6Addresses gives an interface IPv6 addresses, or prefixes of 80 bits,
// of its vSwitch's IPv6 network. It holds them when the answer leaves; an engine
// that has the interface is told afterwards.
func (s *Service) AssignIpv6Addresses(c *action.Call, in *api.AssignIpv6AddressesRequest) (*api.AssignIpv6AddressesResponse, error) {
	once, err := c.Once(in.ClientToken, nil)
	if err != nil {
		return nil, err
	}
	want, err := (&ipv6Request{
		named: in.IPv6Address, count: in.IPv6AddressCount, prefixes: in.IPv6Prefix, prefixCount: in.IPv6PrefixCount,
		malformed: api.CodeInvalidParameter, conflict: api.CodeInvalidParameter,
	}).wish()
	if err != nil {
		return nil, err
	}
	if want.Len() == 0 {
		return nil, api.Errorf(api.CodeMissingParameter, "Ipv6Address.N, Ipv6AddressCount, Ipv6Prefix.N or Ipv6PrefixCount must be specified.").WithStatus(400)
	}
	var got network.Wish6
	err = s.DB.Update(c.Context, func(tx *state.Tx) error {
		keys, err := once.Do(tx, func() ([]ecs.Key, error) {
			k, n, err := find(c, tx, in.NetworkInterfaceID)
			if err == nil {
				err = changeable(tx, n)
			}
			if err == nil {
				err = s.room6(tx, n, want.Len())
			}
			if err != nil {
				return nil, err
			}
			w, err := vswitchOf(tx, n)
			if err != nil {
				return nil, err
			}
			next, got, err := want.Grant(tx, w.Prefix6, n)
			if err != nil {
				return nil, err
			}
			network.Changed(tx, k, next)
			return asKeys6(&got), nil
		})
		got = fromKeys6(keys)
		return err
	})
	if err != nil {
		return nil, err
	}
	out := &api.AssignIpv6AddressesResponse{NetworkInterfaceID: in.NetworkInterfaceID}
	out.IPv6Sets.IPv6Address, out.IPv6PrefixSets.IPv6Prefix = text(got.IPs), text(got.Prefixes)
	return out, nil
}

// asKeys6 is a wish that was granted as a token keeps it: how many addresses, and
// the halves of addresses and prefixes.
func asKeys6(w *network.Wish6) []ecs.Key {
	keys := []ecs.Key{ecs.Key(len(w.IPs))}
	for _, ip := range w.IPs {
		keys = append(keys, ecs.Key(ip.Hi), ecs.Key(ip.Lo))
	}
	for _, p := range w.Prefixes {
		keys = append(keys, ecs.Key(p.Addr.Hi), ecs.Key(p.Addr.Lo))
	}
	return keys
}

func fromKeys6(keys []ecs.Key) (w network.Wish6) {
	for i := 1; i+1 < len(keys); i += 2 {
		ip := ecs.IPv6{Hi: uint64(keys[i]), Lo: uint64(keys[i+1])}
		if len(w.IPs) < int(keys[0]) {
			w.IPs = append(w.IPs, ip)
		} else {
			w.Prefixes = append(w.Prefixes, ip.Block6())
		}
	}
	return w
}
