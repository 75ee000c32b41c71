package instance

import (
	"fmt"
	"strconv"
	"strings"
)

// naming gives the instances of one request their names: "prefix[begin,bits]suffix"
// counts up, UniqueSuffix appends 001 and so on, and anything else is the same
// for all.
type naming struct {
	name, host ordered
	hosts      []string // HostNames, one for each
	unique     bool
}

// ordered is a name that may hold a counter.
type ordered struct {
	text           string // the whole name as given
	counted        bool
	prefix, suffix string
	begin, bits    int
}

// The largest number that a name counts to, and how many digits it has.
const (
	lastOrdinal = 999999
	maxBits     = 6
)

// parseOrdered reads a name. Without a prefix it is taken literally. Brackets
// that do not hold numbers as documented make it bad; a number out of range
// counts as absent, which is what the service says of workstations, whose host
// names have the same form.
func parseOrdered(text string) (o ordered, ok bool) {
	o = ordered{text: text, bits: maxBits}
	prefix, rest, found := strings.Cut(text, "[")
	if !found || prefix == "" {
		return o, true
	}
	inner, suffix, closed := strings.Cut(rest, "]")
	begin, bits, _ := strings.Cut(inner, ",")
	if !closed || strings.Trim(begin, "0123456789") != "" || strings.Trim(bits, "0123456789") != "" {
		return o, false
	}
	o.counted, o.prefix, o.suffix = true, prefix, suffix
	if n, err := strconv.Atoi(begin); err == nil && n <= lastOrdinal {
		o.begin = n
	}
	if n, err := strconv.Atoi(bits); err == nil && n >= 1 && n <= maxBits {
		o.bits = n
	}
	if len(begin) > o.bits {
		o.bits = maxBits
	}
	return o, true
}

// at is the name of the i-th instance of amount.
func (o ordered) at(i, amount int, unique bool) string {
	if !o.counted {
		if unique && amount > 1 && o.text != "" {
			return o.text + fmt.Sprintf("%03d", i+1)
		}
		return o.text
	}
	name := o.prefix + fmt.Sprintf("%0*d", o.bits, min(o.begin+i, lastOrdinal)) + o.suffix
	if unique && o.suffix != "" {
		name += fmt.Sprintf("%03d", i+1)
	}
	return name
}

// of is the instance name and host name of the i-th instance.
func (n naming) of(i, amount int) (name, host string) {
	name = n.name.at(i, amount, n.unique)
	if i < len(n.hosts) {
		return name, n.hosts[i]
	}
	return name, n.host.at(i, amount, n.unique)
}
