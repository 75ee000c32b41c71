package ecs

import (
	"net/netip"
	"strings"
	"unicode/utf8"
)

// CanonicalCIDR is the canonical form of a network of one address family; an
// address stands for the network of it alone. ok is false for what is none, is of
// the other family or has host bits.
func CanonicalCIDR(s string, ipv6 bool) (cidr string, ok bool) {
	var p netip.Prefix
	if strings.Contains(s, "/") {
		var err error
		if p, err = netip.ParsePrefix(s); err != nil || p.Masked() != p {
			return "", false
		}
	} else {
		a, err := netip.ParseAddr(s)
		if err != nil || a.Zone() != "" {
			return "", false
		}
		p = netip.PrefixFrom(a, a.BitLen())
	}
	if p.Addr().Is4In6() || p.Addr().Is6() != ipv6 {
		return "", false
	}
	return p.String(), true
}

// ValidEntryDescription reports whether the description of an entry of a list is
// 2 to 32 characters and not a web address.
func ValidEntryDescription(s string) bool {
	n := utf8.RuneCountInString(s)
	return n >= 2 && n <= 32 && utf8.ValidString(s) && !isURL(s)
}

// ValidListName is ValidName without the names that are the service's own.
func ValidListName(s string) bool {
	return ValidName(s) && !strings.HasPrefix(s, "com.aliyun") && !strings.HasPrefix(s, "com.alibabacloud")
}
