package network

import (
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// Pool6 is the addresses that VPCs get their IPv6 networks of: those set apart
// for documentation (RFC 3849), so that a program that dials one reaches
// nobody's machine.
var Pool6 = ecs.Prefix6{Addr: ecs.IPv6{Hi: 0x2001_0db8_0000_0000}, Bits: 32}

const pool6Step = 1 << (64 - ecs.VPCBits6) // between the networks of two VPCs

// TakePrefix6 is a network of the pool that no VPC has. seed decides where it is
// looked for first, so that few are looked at.
func TakePrefix6(v state.View, seed ecs.Key) ecs.Prefix6 {
	const n = 1 << (ecs.VPCBits6 - 32)
	for i := uint64(seed) * 0x9e3779b97f4a7c15 >> 40; ; i++ { // the pool is larger than all VPCs
		p := ecs.Prefix6{Addr: ecs.IPv6{Hi: Pool6.Addr.Hi | i%n*pool6Step}, Bits: ecs.VPCBits6}
		if Free6(v, p) {
			return p
		}
	}
}

// Free6 reports whether a network is one of the pool's and no VPC has it.
func Free6(v state.View, p ecs.Prefix6) bool {
	return p.Bits == ecs.VPCBits6 && Pool6.Covers(p) && state.VPCsByPrefix6.Count(v, p.Addr.Hi) == 0
}
