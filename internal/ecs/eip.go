package ecs

// EIP is an elastic IP: a public address that an account keeps, whatever it is
// bound to. Work: Attach binds it, Detach unbinds it.
type EIP struct {
	_ struct{} `cbor:",toarray"`

	Account       uint64
	Address       IPv4
	Name          string
	Description   string
	Bandwidth     int32 // Mbit/s
	Charge        InternetCharge
	ISP           Sym // 0: BGP
	Created       int64
	ResourceGroup Sym
	Tags          []Tag
	Flags         EIPFlags
	Mode          EIPMode

	// What it is bound to, from when that is asked for until it is unbound.
	Target     Key
	TargetKind EIPTarget
	Instance   Key  // whose address to the outside it is: the target, or that of a primary interface
	Private    IPv4 // the private address that it stands for, if the target is an interface
	Zone       Sym  // of the target, whose host does the work

	LogProject string // of the high-definition monitoring
	LogStore   string
	Work       Work
	Home       Sym // the zone that it was asked for in; 0: none

	Meter Metering // keeping it
	Net   Metering // its bandwidth
}

// EIPFlags are the yes-or-no attributes of an elastic IP.
type EIPFlags uint8

// The flags.
const (
	EIPProtected EIPFlags = 1 << iota // DeletionProtection
	EIPMonitored                      // high-definition monitoring
	EIPAntiDDoS                       // SecurityProtectionTypes AntiDDoS_Enhanced
)

// Has reports whether all of the flags are set.
func (f EIPFlags) Has(g EIPFlags) bool { return f&g == g }

// EIPMode is how an elastic IP shows on a network interface.
type EIPMode uint8

// The modes.
const (
	EIPNAT EIPMode = iota
	EIPMultiBinded
	EIPBinded // the interface has the address itself
)

var eipModeNames = [...]string{"NAT", "MULTI_BINDED", "BINDED"}

func (m EIPMode) String() string { return eipModeNames[m] }

// ParseEIPMode finds a mode by its API name; "" is NAT.
func ParseEIPMode(s string) (EIPMode, bool) {
	for i, n := range eipModeNames {
		if n == s {
			return EIPMode(i), true
		}
	}
	return EIPNAT, s == ""
}

// EIPTarget is a kind of thing that an elastic IP can be bound to.
type EIPTarget uint8

// The targets.
const (
	EIPUnbound EIPTarget = iota
	EIPInstance
	EIPInterface
	EIPGateway
	EIPHaVip
)

var eipTargetNames = [...]string{"", "EcsInstance", "NetworkInterface", "Nat", "HaVip"}

func (t EIPTarget) String() string { return eipTargetNames[t] }

// Kind is the kind of identifier that such a target has.
func (t EIPTarget) Kind() Kind {
	return [...]Kind{0, KindInstance, KindNetworkInterface, KindNATGateway, KindHaVip}[t]
}

// EIPStatus is the state that the API shows for an elastic IP.
type EIPStatus uint8

// The statuses.
const (
	EIPAvailable EIPStatus = iota
	EIPInUse
	EIPAssociating
	EIPUnassociating
)

var eipStatusNames = [...]string{"Available", "InUse", "Associating", "Unassociating"}

func (s EIPStatus) String() string { return eipStatusNames[s] }

// ParseEIPStatus finds a status by the name the API gives it.
func ParseEIPStatus(name string) (EIPStatus, bool) {
	for i, n := range eipStatusNames {
		if n == name {
			return EIPStatus(i), true
		}
	}
	return 0, false
}

// Status computes the state to show; it reads no clock, so it can be indexed.
func (e *EIP) Status() EIPStatus {
	switch {
	case e.Work.Doing(WorkAttach):
		return EIPAssociating
	case e.Work.Doing(WorkDetach):
		return EIPUnassociating
	case e.Target != 0:
		return EIPInUse
	}
	return EIPAvailable
}

// TargetID is the identifier of what it is bound to, "" for nothing.
func (e *EIP) TargetID() string {
	if e.Target == 0 {
		return ""
	}
	return ID(e.TargetKind.Kind(), e.Target)
}

// The limits of elastic IPs. The real service begins with 20 of them and raises
// that on request; here there is room for as many as it grants without one by hand.
const (
	MaxEIPs           = 500 // of an account in a region
	MaxGatewayEIPs    = 20  // of a NAT gateway
	MaxEIPByBandwidth = 500 // Mbit/s
	MaxEIPByTraffic   = 200
)
