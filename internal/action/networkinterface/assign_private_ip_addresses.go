package networkinterface

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "AssignPrivateIpAddresses", (*Service).AssignPrivateIpAddresses)

// maxAssigned is how many addresses a request may name.
const maxAssigned = 50

// AssignPrivateIpAddresses gives an interface secondary addresses, or prefixes of
// 16 addresses, of its vSwitch. It holds them when the answer leaves; an engine
// that has the interface is told afterwards.
func (s *Service) AssignPrivateIpAddresses(c *action.Call, in *api.AssignPrivateIpAddressesRequest) (*api.AssignPrivateIpAddressesResponse, error) {
	once, err := c.Once(in.ClientToken, nil)
	if err != nil {
		return nil, err
	}
	want, err := (&ipv4Request{
		named: in.PrivateIPAddress, maxNamed: maxAssigned, count: in.SecondaryPrivateIPAddressCount, prefixes: in.IPv4Prefix, prefixCount: in.IPv4PrefixCount,
		malformed: api.CodeInvalidParameter, conflict: api.CodeInvalidParameter,
	}).wish()
	if err != nil {
		return nil, err
	}
	if want.Len() == 0 {
		return nil, api.Errorf(api.CodeMissingParameter, "PrivateIpAddress.N, SecondaryPrivateIpAddressCount, Ipv4Prefix.N or Ipv4PrefixCount must be specified.").WithStatus(400)
	}
	var got network.Wish
	err = s.DB.Update(c.Context, func(tx *state.Tx) error {
		keys, err := once.Do(tx, func() ([]ecs.Key, error) {
			k, n, err := find(c, tx, in.NetworkInterfaceID)
			if err != nil {
				return nil, err
			}
			w, err := s.assignable(tx, n, want.Len())
			if err != nil {
				return nil, err
			}
			next, got, err := want.Grant(tx, w.Prefix, n)
			if err != nil {
				return nil, recode(recode(err, addressCodes), map[string]string{api.CodeInvalidPrivateIpAddressDuplicated: api.CodeInvalidIpIpAssigned})
			}
			network.Changed(tx, k, next)
			return asKeys(&got), nil
		})
		got = fromKeys(keys)
		return err
	})
	if err != nil {
		return nil, err
	}
	out := &api.AssignPrivateIpAddressesResponse{}
	set := &out.AssignedPrivateIPAddressesSet
	set.NetworkInterfaceID = in.NetworkInterfaceID
	set.PrivateIPSet.PrivateIPAddress, set.IPv4PrefixSet.IPv4Prefixes = text(got.IPs), text(got.Prefixes)
	return out, nil
}

// assignable checks that an interface can get so many addresses more.
func (s *Service) assignable(v state.View, n *ecs.NetworkInterface, more int) (*ecs.VSwitch, error) {
	w, err := vswitchOf(v, n)
	if err == nil {
		err = changeable(v, n)
	}
	if err == nil {
		err = s.room(v, n, more)
	}
	return w, err
}
