package ecs

import (
	"encoding/binary"
	"net/netip"
)

// IPv4 is an IPv4 address as a number; zero is none.
type IPv4 uint32

// Addr is the address as netip has it; the zero IPv4 gives the zero Addr.
func (a IPv4) Addr() netip.Addr {
	if a == 0 {
		return netip.Addr{}
	}
	var b [4]byte
	binary.BigEndian.PutUint32(b[:], uint32(a))
	return netip.AddrFrom4(b)
}

// String is the dotted form, "" for none.
func (a IPv4) String() string {
	if a == 0 {
		return ""
	}
	return a.Addr().String()
}

// ParseIPv4 reads the dotted form.
func ParseIPv4(s string) (IPv4, bool) {
	a, err := netip.ParseAddr(s)
	if err != nil || !a.Is4() {
		return 0, false
	}
	b := a.As4()
	return IPv4(binary.BigEndian.Uint32(b[:])), true
}

// Prefix is an IPv4 network.
type Prefix struct {
	_    struct{} `cbor:",toarray"`
	Addr IPv4
	Bits uint8
}

// ParsePrefix reads a network in CIDR form whose host bits are zero.
func ParsePrefix(s string) (Prefix, bool) {
	p, err := netip.ParsePrefix(s)
	if err != nil || !p.Addr().Is4() || p.Masked() != p {
		return Prefix{}, false
	}
	b := p.Addr().As4()
	return Prefix{Addr: IPv4(binary.BigEndian.Uint32(b[:])), Bits: uint8(p.Bits())}, true
}

// Size is the number of addresses in the network.
func (p Prefix) Size() uint64 { return 1 << (32 - p.Bits) }

// Contains reports whether the address belongs to the network.
func (p Prefix) Contains(a IPv4) bool {
	return p.Bits == 0 || (a^p.Addr)>>(32-p.Bits) == 0
}

// Covers reports whether all of q lies in p.
func (p Prefix) Covers(q Prefix) bool { return p.Bits <= q.Bits && p.Contains(q.Addr) }

// Overlaps reports whether the networks share an address.
func (p Prefix) Overlaps(q Prefix) bool { return p.Covers(q) || q.Covers(p) }

// Private reports whether the network lies in one of those that RFC 1918 sets
// apart, of which VPCs are made.
func (p Prefix) Private() bool {
	for _, q := range [...]Prefix{{Addr: 10 << 24, Bits: 8}, {Addr: 172<<24 | 16<<16, Bits: 12}, {Addr: 192<<24 | 168<<16, Bits: 16}} {
		if q.Covers(p) {
			return true
		}
	}
	return false
}

// String is the CIDR form.
func (p Prefix) String() string {
	return netip.PrefixFrom(netip.AddrFrom4([4]byte{byte(p.Addr >> 24), byte(p.Addr >> 16), byte(p.Addr >> 8), byte(p.Addr)}), int(p.Bits)).String()
}

// Reserved addresses of a vSwitch: the first and the last three are the
// service's own (behaviour of the real service).
const (
	FirstUsable  = 1 // the offset of the first address that is not
	reservedHigh = 3
)

// Usable reports whether an instance may have the address of a vSwitch.
func (p Prefix) Usable(a IPv4) bool {
	return p.Contains(a) && uint64(a-p.Addr) >= FirstUsable && uint64(a-p.Addr) < p.Size()-reservedHigh
}

// UsableCount is how many addresses of a vSwitch instances may have.
func (p Prefix) UsableCount() int {
	return int(max(0, int64(p.Size())-FirstUsable-reservedHigh))
}
