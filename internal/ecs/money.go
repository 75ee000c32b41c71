package ecs

import (
	"errors"
	"strconv"
	"strings"
)

// Money is an amount in hundred-thousandths of the account's currency unit. It
// is never a float: sums are exact, and rounding is half-up, once, where an
// amount is posted.
type Money int64

// Unit is one unit of a currency.
const Unit Money = 100_000

// MaxMoney bounds what an order, a posting or a balance may come to, so that
// sums of them cannot overflow.
const MaxMoney = 1_000_000_000_000 * Unit

// errMoney is what ParseMoney refuses with.
var errMoney = errors.New("an amount is digits with at most five decimals, such as 100 or 0.25")

// Float is the amount as answers show it.
func (m Money) Float() float64 { return float64(m) / float64(Unit) }

// String shows the amount with two decimals, or with as many more as it needs.
func (m Money) String() string {
	sign, n := "", uint64(m)
	if m < 0 {
		sign, n = "-", -n
	}
	s := strconv.FormatUint(n%uint64(Unit)+uint64(Unit), 10)[1:]
	for len(s) > 2 && s[len(s)-1] == '0' {
		s = s[:len(s)-1]
	}
	return sign + strconv.FormatUint(n/uint64(Unit), 10) + "." + s
}

// ParseMoney reads an amount that is not negative and at most MaxMoney.
func ParseMoney(s string) (Money, error) {
	whole, part, found := strings.Cut(s, ".")
	if whole == "" || found && part == "" || len(whole) > 13 || len(part) > 5 {
		return 0, errMoney
	}
	for _, c := range whole + part {
		if c < '0' || c > '9' {
			return 0, errMoney
		}
	}
	n, err := strconv.ParseInt(whole+(part + "00000")[:5], 10, 64)
	if err != nil || Money(n) > MaxMoney {
		return 0, errMoney
	}
	return Money(n), nil
}
