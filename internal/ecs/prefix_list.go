package ecs

import "net/netip"

// PrefixList is a list of networks of one address family that security group
// rules name as one peer.
type PrefixList struct {
	_ struct{} `cbor:",toarray"`

	Account       uint64
	Name          string
	Description   string
	IPv6          bool // of all its networks
	MaxEntries    uint16
	Entries       []PrefixEntry // at most MaxEntries, no network twice, in the order in which they came
	ResourceGroup Sym
	Created       int64
	Tags          []Tag
}

// PrefixEntry is a network of a prefix list.
type PrefixEntry struct {
	_ struct{} `cbor:",toarray"`

	CIDR        string // canonical
	Description string
}

// AddressFamily is the API name of the list's family.
func (l *PrefixList) AddressFamily() string {
	if l.IPv6 {
		return "IPv6"
	}
	return "IPv4"
}

// ParseAddressFamily finds a family by its API name.
func ParseAddressFamily(s string) (ipv6, ok bool) { return s == "IPv6", s == "IPv4" || s == "IPv6" }

// Prefixes is the networks of the list.
func (l *PrefixList) Prefixes() []netip.Prefix {
	out := make([]netip.Prefix, 0, len(l.Entries))
	for i := range l.Entries {
		if p, err := netip.ParsePrefix(l.Entries[i].CIDR); err == nil {
			out = append(out, p)
		}
	}
	return out
}

// The limits of prefix lists, as documented in 2026.
const (
	MaxPrefixLists   = 100 // of an account in a region
	MaxPrefixEntries = 200
)
