package ecs

// ChargeType is how an instance is paid.
type ChargeType uint8

// The charge types.
const (
	PostPaid ChargeType = iota
	PrePaid
)

func (c ChargeType) String() string { return [...]string{"PostPaid", "PrePaid"}[c] }

// ParseChargeType finds a charge type by its API name; "" is PostPaid.
func ParseChargeType(s string) (ChargeType, bool) {
	switch s {
	case "", "PostPaid":
		return PostPaid, true
	case "PrePaid":
		return PrePaid, true
	}
	return 0, false
}

// PeriodUnit is the unit of a paid period.
type PeriodUnit uint8

// The period units.
const (
	Month PeriodUnit = iota
	Week
	Year
)

func (u PeriodUnit) String() string { return [...]string{"Month", "Week", "Year"}[u] }

// SaleCycle is the unit as DescribeInstances shows it in SaleCycle.
func (u PeriodUnit) SaleCycle() string { return [...]string{"month", "week", "year"}[u] }

// InternetCharge is how public bandwidth is paid.
type InternetCharge uint8

// The internet charge types.
const (
	PayByTraffic InternetCharge = iota
	PayByBandwidth
)

func (c InternetCharge) String() string { return [...]string{"PayByTraffic", "PayByBandwidth"}[c] }

// ParseInternetCharge finds an internet charge type by its API name; "" is
// PayByTraffic.
func ParseInternetCharge(s string) (InternetCharge, bool) {
	switch s {
	case "", "PayByTraffic":
		return PayByTraffic, true
	case "PayByBandwidth":
		return PayByBandwidth, true
	}
	return 0, false
}

// NetworkType is the kind of network an instance or a group belongs to.
type NetworkType uint8

// The network types.
const (
	NetworkVPC NetworkType = iota
	NetworkClassic
)

func (n NetworkType) String() string { return [...]string{"vpc", "classic"}[n] }

// Credit is the credit mode of a burstable instance.
type Credit uint8

// The credit modes.
const (
	CreditNone Credit = iota
	CreditStandard
	CreditUnlimited
)

func (c Credit) String() string { return [...]string{"", "Standard", "Unlimited"}[c] }

// Lock is a set of reasons for which operations on a resource are refused.
type Lock uint8

// The lock reasons.
const (
	LockFinancial Lock = 1 << iota
	LockSecurity
	LockRecycling
	LockDedicatedHost
	LockRefunded
	LockReplacing // while the system disk is being replaced
)

// What LockReplacing is called is not documented, so nothing can be looked for by it.
var lockNames = [...]string{"financial", "security", "Recycling", "dedicatedhostfinancial", "refunded", "ReplaceSystemDisk"}

// Names are the lock reasons as DescribeInstances shows them.
func (l Lock) Names() []string {
	var out []string
	for i, n := range lockNames {
		if l&(1<<i) != 0 {
			out = append(out, n)
		}
	}
	return out
}

// ParseLock finds a lock reason by its API name.
func ParseLock(s string) (Lock, bool) {
	for i, n := range lockNames {
		if l := Lock(1 << i); l != LockReplacing && n == s || (i == 2 && s == "recycling") {
			return 1 << i, true
		}
	}
	return 0, false
}
