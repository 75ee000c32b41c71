package ecs

// InstanceOptions is what few instances have, kept under the instance's key so
// that the others do not pay for it: most instances have no row. It ends with
// its instance.
type InstanceOptions struct {
	_ struct{} `cbor:",toarray"`

	Account uint64
	RAMRole Sym // the name of the instance RAM role
	VNC     string

	AddressGen uint32 // the SpecGen of the last change of the primary private address; 0: none
	Downgrades uint8  // of the instance type, within the subscription

	Maintenance Sym // ActionOnMaintenance; 0: the default
	Notify      bool
	Windows     []MaintenanceWindow

	PoolMatch PoolMatch
}

// MaintenanceWindow is hours of the day, UTC, in which an instance may be
// maintained. To is later than From, up to 23 hours later: 24 and above is the
// next day.
type MaintenanceWindow struct {
	_ struct{} `cbor:",toarray"`

	From, To uint8
}

// PoolMatch is how an instance finds the private pool that it takes capacity of.
type PoolMatch uint8

// The ways. PoolUnset was never chosen and shows as PoolOpen.
const (
	PoolUnset PoolMatch = iota
	PoolOpen
	PoolTarget
	PoolNone
)

func (m PoolMatch) String() string { return [...]string{"Open", "Open", "Target", "None"}[m] }

// ParsePoolMatch finds a way by its API name.
func ParsePoolMatch(s string) (PoolMatch, bool) {
	switch s {
	case "Open":
		return PoolOpen, true
	case "Target":
		return PoolTarget, true
	case "None":
		return PoolNone, true
	}
	return 0, false
}

// ValidRAMRole reports whether a RAM role may have the name: 1 to 64 letters,
// digits, dots and hyphens.
func ValidRAMRole(s string) bool {
	if len(s) < 1 || len(s) > 64 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if c != '-' && c != '.' && !('0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z') {
			return false
		}
	}
	return true
}
