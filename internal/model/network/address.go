// Package network is what several groups and the reconciler do to addresses,
// interfaces and memberships within a transaction.
package network

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// TakeAddress takes an address of a vSwitch: the one wanted, or the next free
// one when want is 0. The first and the last three are never given. Codes: 400
// InvalidPrivateIpAddress.Duplicated for one that is taken, 403
// InvalidVSwitchId.IpInvalid for one that is reserved, 400
// InvalidPrivateIpAddress for one outside, 400 QuotaExceeded.PrivateIpAddress
// when the vSwitch is full.
func TakeAddress(tx *state.Tx, vswitch ecs.Key, prefix ecs.Prefix, want ecs.IPv4) (ecs.IPv4, error) {
	if want != 0 && !prefix.Contains(want) {
		return 0, api.Errorf(api.CodeInvalidPrivateIpAddress, "Specified private IP address is not in the CIDR block of virtual switch.")
	}
	if want != 0 && !prefix.Usable(want) {
		return 0, api.Errorf(api.CodeInvalidVSwitchIdIpInvalid, "The specified private IP address %q is reserved by the system.", want)
	}
	b := addresses(tx, vswitch, prefix)
	first := prefix.Addr + ecs.FirstUsable
	if want != 0 {
		if !b.Take(int(want - first)) {
			return 0, api.Errorf(api.CodeInvalidPrivateIpAddressDuplicated, "Specified private IP address is duplicated.")
		}
		return want, nil
	}
	i, ok := b.TakeNext()
	if !ok {
		return 0, api.Errorf(api.CodeQuotaExceededPrivateIpAddress, "Don't have enough private IPs in this switch.")
	}
	return first + ecs.IPv4(i), nil
}

// FreeAddress gives an address of a vSwitch back.
func FreeAddress(tx *state.Tx, vswitch ecs.Key, prefix ecs.Prefix, a ecs.IPv4) {
	addresses(tx, vswitch, prefix).Free(int(a - prefix.Addr - ecs.FirstUsable))
}

// addresses is the bitmap of a vSwitch's usable addresses, built from the
// interfaces on first use.
func addresses(tx *state.Tx, vswitch ecs.Key, prefix ecs.Prefix) *state.Bitmap {
	return tx.Bitmap(vswitch, prefix.UsableCount(), func(set func(int)) {
		first := prefix.Addr + ecs.FirstUsable
		for _, n := range state.InterfacesByVSwitch.Ascend(tx, uint64(vswitch), 0) {
			set(int(n.IP - first))
			m := n.Rest()
			for _, ip := range m.Secondary {
				set(int(ip - first))
			}
			for _, p := range m.Prefixes {
				for i := range ecs.PrefixSize {
					set(int(p.Addr-first) + i)
				}
			}
		}
		for _, g := range state.NATGatewaysByVSwitch.Ascend(tx, uint64(vswitch), 0) {
			set(int(g.IP - prefix.Addr - ecs.FirstUsable))
		}
		for _, h := range state.HaVipsByVSwitch.Ascend(tx, uint64(vswitch), 0) {
			set(int(h.IP - first))
		}
	})
}

// FreeCount is how many addresses of a vSwitch are free.
func FreeCount(v state.View, vswitch ecs.Key, prefix ecs.Prefix) int {
	return prefix.UsableCount() - state.InterfacesByVSwitch.Count(v, uint64(vswitch)) - state.Extra(v, vswitch) - state.NATGatewaysByVSwitch.Count(v, uint64(vswitch)) -
		state.HaVipsByVSwitch.Count(v, uint64(vswitch))
}

// ClassicPool is the addresses that classic instances of a region get: a /16
// of 10.0.0.0/8 for each region.
func ClassicPool(region uint8) ecs.Prefix {
	return ecs.Prefix{Addr: ecs.IPv4(10<<24 | uint32(region)<<16), Bits: 16}
}

// TakeClassicAddress takes the next free inner address of a region.
func TakeClassicAddress(tx *state.Tx, region uint8) (ecs.IPv4, error) {
	pool := ClassicPool(region)
	i, ok := classic(tx, region).TakeNext()
	if !ok {
		return 0, api.Errorf(api.CodeOperationDeniedNoStock, "The classic network of the region has no inner address left.").WithStatus(403)
	}
	return pool.Addr + ecs.FirstUsable + ecs.IPv4(i), nil
}

func classic(tx *state.Tx, region uint8) *state.Bitmap {
	pool := ClassicPool(region)
	// Keys of one region with time 0 name no row, so they are free to own bitmaps.
	return tx.Bitmap(ecs.Key(uint64(region)<<56|1), pool.UsableCount(), func(set func(int)) {
		from, to := ecs.RegionRange(region)
		for _, n := range state.Interfaces.Ascend(tx, from, to) {
			if n.VPC == 0 && n.IP != 0 {
				set(int(n.IP - pool.Addr - ecs.FirstUsable))
			}
		}
	})
}

// PublicPool is the addresses that simulated instances get as public ones:
// 198.18.0.0/15, set apart for benchmarks (RFC 2544), so that a program that
// dials one reaches nobody's machine.
var PublicPool = ecs.Prefix{Addr: 198<<24 | 18<<16, Bits: 15}

// TakePublic takes the next free public address.
func TakePublic(tx *state.Tx) (ecs.IPv4, error) {
	if a := tx.GivenAddress(); a != 0 {
		return TakePublicAt(tx, a)
	}
	i, ok := public(tx).TakeNext()
	if !ok {
		return 0, api.Errorf(api.CodeInsufficientPublicIp, "Ip address not found.")
	}
	return PublicPool.Addr + ecs.FirstUsable + ecs.IPv4(i), nil
}

// TakePublicAt takes the public address wanted, or the next free one when want
// is 0. One that is not ours to give is 404 InvalidIpAddress.NotFound, one that
// is taken 403 IpInUse.
func TakePublicAt(tx *state.Tx, want ecs.IPv4) (ecs.IPv4, error) {
	if want == 0 {
		return TakePublic(tx)
	}
	if !PublicPool.Usable(want) {
		return 0, api.Errorf(api.CodeInvalidIpAddressNotFound, "The specified IP is not in the specified vlan.")
	}
	if !public(tx).Take(int(want - PublicPool.Addr - ecs.FirstUsable)) {
		return 0, api.Errorf(api.CodeIpInUse, "The specified IP is already in use.")
	}
	return want, nil
}

// FreePublic gives a public address back.
func FreePublic(tx *state.Tx, a ecs.IPv4) {
	public(tx).Free(int(a - PublicPool.Addr - ecs.FirstUsable))
}

func public(tx *state.Tx) *state.Bitmap {
	return tx.Bitmap(2, PublicPool.UsableCount(), func(set func(int)) {
		for a := range state.InstancesByPublicIP.Entries(tx, 1, 1<<32) {
			set(int(ecs.IPv4(a) - PublicPool.Addr - ecs.FirstUsable))
		}
		for a := range state.EIPsByAddress.Entries(tx, 1, 1<<32) {
			set(int(ecs.IPv4(a) - PublicPool.Addr - ecs.FirstUsable))
		}
	})
}

// PublicTaken is how many public addresses are taken.
func PublicTaken(tx *state.Tx) int { return public(tx).Len() }
