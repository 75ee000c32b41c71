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

const lastOrdinal = 999999

// parseOrdered reads a name. Without a prefix, or with anything but numbers in
// the brackets, it is taken literally, as the real service does.
func parseOrdered(text string) ordered {
	o := ordered{text: text, bits: 6}
	open := strings.IndexByte(text, '[')
	if open <= 0 {
		return o
	}
	inner, suffix, ok := strings.Cut(text[open+1:], "]")
	if !ok {
		return o
	}
	begin, bits, _ := strings.Cut(inner, ",")
	if begin != "" {
		n, err := strconv.Atoi(begin)
		if err != nil || n < 0 || n > lastOrdinal {
			return o
		}
		o.begin = n
	}
	if bits != "" {
		n, err := strconv.Atoi(bits)
		if err != nil || n < 1 || n > 6 {
			return o
		}
		o.bits = n
	}
	if len(begin) > o.bits {
		o.bits = 6
	}
	o.counted, o.prefix, o.suffix = true, text[:open], suffix
	return o
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
