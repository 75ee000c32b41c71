package ecs

import "strings"

// Kind is a kind of resource that has identifiers of its own. Its value is
// also the code of the table that holds such rows.
type Kind byte

// The kinds, and the prefix their identifiers begin with.
const (
	KindInstance         Kind = 'i' // i-
	KindDisk             Kind = 'd' // d-
	KindNetworkInterface Kind = 'e' // eni-
	KindSecurityGroup    Kind = 'g' // sg-
	KindRule             Kind = 'r' // sgr-
	KindVPC              Kind = 'v' // vpc-
	KindVSwitch          Kind = 'w' // vsw-
	KindRouteTable       Kind = 't' // vtb-
	KindRouter           Kind = 'R' // vrt-
	KindRouteEntry       Kind = 'Z' // rte-
	KindIPv4Gateway      Kind = 'b' // ipv4gw-
	KindIPv6Gateway      Kind = 'j' // ipv6gw-
	KindOrder            Kind = 'o' // shown by its OrderNumber
	KindSnapshot         Kind = 's' // s-
	KindSnapshotGroup    Kind = 'S' // ssg-
	KindSnapshotPolicy   Kind = 'P' // sp-
	KindImage            Kind = 'm' // m-
	KindTask             Kind = 'T' // t-
	KindKeyPair          Kind = 'k' // ssh-
	KindLaunchTemplate   Kind = 'l' // lt-
	KindResourceGroup    Kind = 'G' // rg-
	KindCommand          Kind = 'c' // c-
	KindInvocation       Kind = 'C' // t-
	KindInvocationResult Kind = 'n' // has no identifier
	KindFileTransfer     Kind = 'f' // f-
	KindDeploymentSet    Kind = 'D' // ds-
	KindDedicatedHost    Kind = 'h' // dh-
	KindHostCluster      Kind = 'H' // dc-
	KindProvisioning     Kind = 'a' // apg-
	KindEvent            Kind = 'E' // e-
	KindPrefixList       Kind = 'y' // pl-
	KindPortRangeList    Kind = 'z' // prl-
	KindNetworkACL       Kind = 'N' // nacl-
	KindDHCPOptionsSet   Kind = 'u' // dopt-
	KindHaVip            Kind = 'U' // havip-
	KindEIP              Kind = 'W' // eip-
	KindNATGateway       Kind = 'B' // ngw-
	KindSNATEntry        Kind = 'J' // snat-
	KindForwardEntry     Kind = 'K' // fwd-
	KindSNATTable        Kind = 'X' // stb-, of its gateway's key
	KindForwardTable     Kind = '>' // ftb-, likewise
	KindENIPermission    Kind = '~' // eni-perm-; part of the interface's row, no table of its own
)

// An identifier is its kind's prefix, three characters for the region, eleven
// for the rest of the key in base 36, and a check that makes a guessed or
// mistyped identifier name nothing. It is derived from the key and never
// stored. Lengths are the real service's: 20 characters after the prefix for
// ECS, 21 for VPC resources. A resource group belongs to no region, and its 18
// characters leave no room for a check: only its row tells that it exists.
func (k Kind) shape() (prefix string, check int) {
	switch k {
	case KindInstance:
		return "i-", 6
	case KindDisk:
		return "d-", 6
	case KindNetworkInterface:
		return "eni-", 6
	case KindSecurityGroup:
		return "sg-", 6
	case KindRule:
		return "sgr-", 6
	case KindVPC:
		return "vpc-", 7
	case KindVSwitch:
		return "vsw-", 7
	case KindRouteTable:
		return "vtb-", 7
	case KindRouter:
		return "vrt-", 7
	case KindRouteEntry:
		return "rte-", 7
	case KindIPv4Gateway:
		return "ipv4gw-", 7
	case KindIPv6Gateway:
		return "ipv6gw-", 7
	case KindSnapshot:
		return "s-", 6
	case KindSnapshotGroup:
		return "ssg-", 6
	case KindSnapshotPolicy:
		return "sp-", 6
	case KindImage:
		return "m-", 6
	case KindTask:
		return "t-", 6
	case KindKeyPair:
		return "ssh-", 6
	case KindLaunchTemplate:
		return "lt-", 6
	case KindResourceGroup:
		return "rg-acfm", 0
	case KindCommand:
		return "c-", 6
	case KindInvocation:
		return "t-", 6
	case KindFileTransfer:
		return "f-", 6
	case KindDeploymentSet:
		return "ds-", 6
	case KindDedicatedHost:
		return "dh-", 6
	case KindHostCluster:
		return "dc-", 6
	case KindProvisioning:
		return "apg-", 6
	case KindEvent:
		return "e-", 6
	case KindPrefixList:
		return "pl-", 6
	case KindPortRangeList:
		return "prl-", 6
	case KindNetworkACL:
		return "nacl-", 7
	case KindDHCPOptionsSet:
		return "dopt-", 7
	case KindHaVip:
		return "havip-", 7
	case KindEIP:
		return "eip-", 7
	case KindNATGateway:
		return "ngw-", 7
	case KindSNATEntry:
		return "snat-", 7
	case KindForwardEntry:
		return "fwd-", 7
	case KindSNATTable:
		return "stb-", 7
	case KindForwardTable:
		return "ftb-", 7
	case KindENIPermission:
		return "eni-perm-", 6
	}
	panic("ecs: kind without identifiers")
}

const (
	digits    = "0123456789abcdefghijklmnopqrstuvwxyz"
	keyDigits = 11 // 36^11 > 2^56
)

// AppendID appends the identifier of a row to dst.
func AppendID(dst []byte, kind Kind, k Key) []byte {
	prefix, check := kind.shape()
	dst = append(dst, prefix...)
	if kind != KindResourceGroup {
		dst = append(dst, RegionPrefix(k.Region())...)
	}
	low := uint64(k) & (1<<regionShift - 1)
	dst = appendBase36(dst, low, keyDigits)
	return appendBase36(dst, mix(uint64(k)^uint64(kind)<<48), check)
}

// ID is the identifier of a row, or "" for the zero key.
func ID(kind Kind, k Key) string {
	if k == 0 {
		return ""
	}
	var b [32]byte
	return string(AppendID(b[:0], kind, k))
}

// ParseID finds the key that an identifier of the kind names. ok is false for
// anything that ID could not have made.
func ParseID(kind Kind, id string) (k Key, ok bool) {
	prefix, check := kind.shape()
	rest, ok := strings.CutPrefix(id, prefix)
	if !ok {
		return 0, false
	}
	var region uint8
	if kind != KindResourceGroup {
		if len(rest) < 3 {
			return 0, false
		}
		if region, ok = regionByPrefix(rest[:3]); !ok {
			return 0, false
		}
		rest = rest[3:]
	}
	if len(rest) != keyDigits+check {
		return 0, false
	}
	var low uint64
	for i := range keyDigits {
		d := strings.IndexByte(digits, rest[i])
		if d < 0 {
			return 0, false
		}
		low = low*36 + uint64(d)
	}
	if low >= 1<<regionShift {
		return 0, false
	}
	k = Key(uint64(region)<<regionShift | low)
	var b [32]byte
	return k, string(AppendID(b[:0], kind, k)) == id
}

func appendBase36(dst []byte, n uint64, width int) []byte {
	at := len(dst) + width
	for range width {
		dst = append(dst, '0')
	}
	for i := at - 1; i >= at-width; i-- {
		dst[i] = digits[n%36]
		n /= 36
	}
	return dst
}

// mix is the finalizer of SplitMix64: every bit of x moves every bit of the
// result.
func mix(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}

// OrderNumber is the number an order shows: fifteen digits, of its millisecond
// and of the last three digits of its counter. Two orders of one millisecond may
// share it, so whoever makes an order draws another key then.
func OrderNumber(k Key) uint64 {
	low := uint64(k) & (1<<regionShift - 1)
	return low>>timeShift*1000 + low&(1<<timeShift-1)%1000
}
