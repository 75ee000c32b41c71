package ecs

import (
	"encoding/binary"
	"net/netip"
)

// IPv6 is an IPv6 address as two numbers, the network half first; zero is none.
type IPv6 struct {
	_      struct{} `cbor:",toarray"`
	Hi, Lo uint64
}

// Addr is the address as netip has it; the zero IPv6 gives the zero Addr.
func (a IPv6) Addr() netip.Addr {
	if a == (IPv6{}) {
		return netip.Addr{}
	}
	return a.addr()
}

func (a IPv6) addr() netip.Addr {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], a.Hi)
	binary.BigEndian.PutUint64(b[8:], a.Lo)
	return netip.AddrFrom16(b)
}

// String is the shortest form (RFC 5952), "" for none.
func (a IPv6) String() string {
	if a == (IPv6{}) {
		return ""
	}
	return a.addr().String()
}

// ParseIPv6 reads an address in any of its forms, without a zone.
func ParseIPv6(s string) (IPv6, bool) {
	a, err := netip.ParseAddr(s)
	if err != nil || !a.Is6() || a.Is4In6() || a.Zone() != "" {
		return IPv6{}, false
	}
	return ipv6(a), true
}

func ipv6(a netip.Addr) IPv6 {
	b := a.As16()
	return IPv6{Hi: binary.BigEndian.Uint64(b[:8]), Lo: binary.BigEndian.Uint64(b[8:])}
}

// Prefix6 is an IPv6 network; the zero Prefix6 is none.
type Prefix6 struct {
	_    struct{} `cbor:",toarray"`
	Addr IPv6
	Bits uint8
}

// The lengths of the networks that a VPC and a vSwitch have. So a VPC has 256
// networks for vSwitches, and one byte tells which a vSwitch has.
const (
	VPCBits6     = 56
	VSwitchBits6 = 64
)

// ParsePrefix6 reads a network in CIDR form whose host bits are zero.
func ParsePrefix6(s string) (Prefix6, bool) {
	p, err := netip.ParsePrefix(s)
	if err != nil || !p.Addr().Is6() || p.Addr().Is4In6() || p.Masked() != p {
		return Prefix6{}, false
	}
	return Prefix6{Addr: ipv6(p.Addr()), Bits: uint8(p.Bits())}, true
}

// IsZero reports whether there is no network.
func (p Prefix6) IsZero() bool { return p == Prefix6{} }

// Contains reports whether the address belongs to the network. None contains
// nothing.
func (p Prefix6) Contains(a IPv6) bool {
	if p.IsZero() {
		return false
	}
	hi, lo := mask6(p.Bits)
	return (a.Hi^p.Addr.Hi)&hi == 0 && (a.Lo^p.Addr.Lo)&lo == 0
}

// mask6 is the bits of the two halves of an address that a length fixes.
func mask6(bits uint8) (hi, lo uint64) {
	return ^(^uint64(0) >> min(bits, 64)), ^(^uint64(0) >> (max(bits, 64) - 64))
}

// Covers reports whether all of q lies in p.
func (p Prefix6) Covers(q Prefix6) bool { return p.Bits <= q.Bits && !q.IsZero() && p.Contains(q.Addr) }

// Overlaps reports whether the networks share an address.
func (p Prefix6) Overlaps(q Prefix6) bool { return p.Covers(q) || q.Covers(p) }

// VSwitch is the network of a VPC's network p that a vSwitch's number (0 to 255,
// what Ipv6CidrBlock of CreateVSwitch says) names.
func (p Prefix6) VSwitch(number uint8) Prefix6 {
	return Prefix6{Addr: IPv6{Hi: p.Addr.Hi | uint64(number), Lo: p.Addr.Lo}, Bits: VSwitchBits6}
}

// String is the CIDR form, "" for none.
func (p Prefix6) String() string {
	if p.IsZero() {
		return ""
	}
	return netip.PrefixFrom(p.Addr.addr(), int(p.Bits)).String()
}
