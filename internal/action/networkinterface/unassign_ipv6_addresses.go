package networkinterface

import (
	"slices"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "UnassignIpv6Addresses", (*Service).UnassignIpv6Addresses)

// UnassignIpv6Addresses takes IPv6 addresses and prefixes from an interface. All
// that are named must be there: 403 InvalidIp.IpUnassigned.
func (s *Service) UnassignIpv6Addresses(c *action.Call, in *api.UnassignIpv6AddressesRequest) (*api.UnassignIpv6AddressesResponse, error) {
	ips, prefixes, err := parseIPv6(in.IPv6Address, in.IPv6Prefix, api.CodeInvalidParameter)
	if err != nil {
		return nil, err
	}
	gone := network.Wish6{IPs: ips, Prefixes: prefixes}
	if gone.Len() == 0 {
		return nil, api.Errorf(api.CodeMissingParameter, "Ipv6Address.N or Ipv6Prefix.N must be specified.").WithStatus(400)
	}
	if repeats(ips) || repeats(prefixes) {
		return nil, action.Invalid("Ipv6Address")
	}
	return &api.UnassignIpv6AddressesResponse{}, s.DB.Update(c.Context, func(tx *state.Tx) error {
		k, n, err := find(c, tx, in.NetworkInterfaceID)
		if err == nil {
			err = changeable(tx, n)
		}
		if err != nil {
			return err
		}
		m := n.Rest()
		for _, ip := range ips {
			if !slices.Contains(m.IPv6, ip) {
				return api.Errorf(api.CodeInvalidIpIpUnassigned, "The specified IPv6 address %q is not assigned to the network interface.", ip)
			}
		}
		for _, p := range prefixes {
			if !slices.Contains(m.Prefixes6, p) {
				return api.Errorf(api.CodeInvalidIpIpUnassigned, "The specified prefix %q is not assigned to the network interface.", p)
			}
		}
		network.Changed(tx, k, gone.Revoke(n))
		return nil
	})
}
