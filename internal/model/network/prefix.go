package network

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// TakePrefix takes a block of PrefixSize addresses of a vSwitch: the one wanted,
// or the first that is free when want is the zero Prefix. Codes: 403
// InvalidVSwitchId.IpInvalid for one that is not all of usable addresses, 403
// InvalidIp.IpAssigned for one that holds an address that is taken, 400
// QuotaExceeded.PrivateIpAddress when no block is free.
func TakePrefix(tx *state.Tx, vswitch ecs.Key, prefix, want ecs.Prefix) (ecs.Prefix, error) {
	b := addresses(tx, vswitch, prefix)
	first := prefix.Addr + ecs.FirstUsable
	if want != (ecs.Prefix{}) {
		if want.Bits != ecs.PrefixBits || !prefix.Usable(want.Addr) || !prefix.Usable(want.Addr+ecs.PrefixSize-1) {
			return ecs.Prefix{}, api.Errorf(api.CodeInvalidVSwitchIdIpInvalid, "The specified prefix %q is not in the CIDR block of the vSwitch.", want)
		}
		if !takeBlock(b, int(want.Addr-first)) {
			return ecs.Prefix{}, api.Errorf(api.CodeInvalidIpIpAssigned, "The specified prefix %q holds addresses that are assigned.", want)
		}
		return want, nil
	}
	if prefix.Bits < ecs.PrefixBits && b.Size()-b.Len() >= ecs.PrefixSize {
		// The first block holds a reserved address, and so does the last.
		for at := prefix.Addr + ecs.PrefixSize; prefix.Usable(at + ecs.PrefixSize - 1); at += ecs.PrefixSize {
			if takeBlock(b, int(at-first)) {
				return ecs.Prefix{Addr: at, Bits: ecs.PrefixBits}, nil
			}
		}
	}
	return ecs.Prefix{}, api.Errorf(api.CodeQuotaExceededPrivateIpAddress, "Don't have enough private IPs in this switch.")
}

// takeBlock takes PrefixSize numbers from i on, if all are free.
func takeBlock(b *state.Bitmap, i int) bool {
	for n := range ecs.PrefixSize {
		if b.Has(i + n) {
			return false
		}
	}
	for n := range ecs.PrefixSize {
		b.Take(i + n)
	}
	return true
}

// FreePrefix gives such a block back.
func FreePrefix(tx *state.Tx, vswitch ecs.Key, prefix, p ecs.Prefix) {
	for i := range ecs.PrefixSize {
		FreeAddress(tx, vswitch, prefix, p.Addr+ecs.IPv4(i))
	}
}
