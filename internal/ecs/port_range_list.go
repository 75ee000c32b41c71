package ecs

import (
	"strconv"
	"strings"
)

// PortRangeList is a list of port ranges that security group rules name instead
// of one range.
type PortRangeList struct {
	_ struct{} `cbor:",toarray"`

	Account       uint64
	Name          string
	Description   string
	MaxEntries    uint16
	Entries       []PortEntry // at most MaxEntries, no range twice, in the order in which they came
	ResourceGroup Sym
	Created       int64
	Tags          []Tag
}

// PortEntry is a range of a port-range list.
type PortEntry struct {
	_ struct{} `cbor:",toarray"`

	From, To    uint16 // both are in it
	Description string
}

// Range is the range as the API has it: 80/80.
func (e PortEntry) Range() string {
	return strconv.Itoa(int(e.From)) + "/" + strconv.Itoa(int(e.To))
}

// ParsePortRange reads a range of ports, first and last with a slash between
// them: 1 to 65535, in this order.
func ParsePortRange(s string) (from, to uint16, ok bool) {
	a, b, ok := strings.Cut(s, "/")
	first, err1 := strconv.ParseUint(a, 10, 16)
	last, err2 := strconv.ParseUint(b, 10, 16)
	if !ok || err1 != nil || err2 != nil || first < 1 || first > last {
		return 0, 0, false
	}
	return uint16(first), uint16(last), true
}

// Ports is the ranges of the list, first and last port of each.
func (l *PortRangeList) Ports() [][2]uint16 {
	out := make([][2]uint16, len(l.Entries))
	for i, e := range l.Entries {
		out[i] = [2]uint16{e.From, e.To}
	}
	return out
}

// The limits of port-range lists. How many lists an account may have in a region
// is not documented; that of prefix lists is taken.
const (
	MaxPortRangeLists   = 100
	MaxPortRangeEntries = 2000
)
