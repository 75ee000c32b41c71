package networkinterface

import (
	"slices"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "UnassignPrivateIpAddresses", (*Service).UnassignPrivateIpAddresses)

// UnassignPrivateIpAddresses takes secondary addresses and prefixes from an
// interface. All that are named must be there, and the primary address is none of
// them. Elastic IPs that stand for them are unbound.
func (s *Service) UnassignPrivateIpAddresses(c *action.Call, in *api.UnassignPrivateIpAddressesRequest) (*api.UnassignPrivateIpAddressesResponse, error) {
	ips, prefixes, err := parseIPv4(in.PrivateIPAddress, in.IPv4Prefix, api.CodeInvalidParameter)
	if err != nil {
		return nil, err
	}
	gone := network.Wish{IPs: ips, Prefixes: prefixes}
	if gone.Len() == 0 {
		return nil, api.Errorf(api.CodeMissingParameter, "PrivateIpAddress.N or Ipv4Prefix.N must be specified.").WithStatus(400)
	}
	if repeats(ips) || repeats(prefixes) {
		return nil, action.Invalid("PrivateIpAddress")
	}
	return &api.UnassignPrivateIpAddressesResponse{}, s.DB.Update(c.Context, func(tx *state.Tx) error {
		k, n, err := find(c, tx, in.NetworkInterfaceID)
		if err != nil {
			return err
		}
		w, err := s.assignable(tx, n, 0)
		if err != nil {
			return err
		}
		if err := held(w.Prefix, n, &gone); err != nil {
			return err
		}
		network.Changed(tx, k, gone.Revoke(tx, w.Prefix, n))
		for _, ip := range ips {
			network.UnbindAddress(tx, k, ip)
		}
		return nil
	})
}

// held checks that an interface has what is named.
func held(prefix ecs.Prefix, n *ecs.NetworkInterface, named *network.Wish) error {
	m := n.Rest()
	for _, ip := range named.IPs {
		switch {
		case !prefix.Contains(ip):
			return api.Errorf(api.CodeInvalidVSwitchIdIpInvalid, "The specified IP address %q is not in the CIDR block of the vSwitch.", ip)
		case !slices.Contains(m.Secondary, ip):
			return api.Errorf(api.CodeInvalidIpIpUnassigned, "The specified IP address %q is not a secondary address of the network interface.", ip)
		}
	}
	for _, p := range named.Prefixes {
		if !slices.Contains(m.Prefixes, p) {
			return api.Errorf(api.CodeInvalidIpIpUnassigned, "The specified prefix %q is not assigned to the network interface.", p)
		}
	}
	return nil
}
