package ecs

// NATGateway is an enhanced NAT gateway: through its elastic IPs what has none of
// its own reaches the internet (SNAT entries) and is reached from there (forward
// entries). Its SNAT table and its forward table have its key. Work: Create,
// Delete, and Modify of its specification.
type NATGateway struct {
	_ struct{} `cbor:",toarray"`

	Account       uint64
	VPC           Key
	VSwitch       Key
	Zone          Sym
	IP            IPv4 // its own private address
	Name          string
	Description   string
	Created       int64
	ResourceGroup Sym
	Tags          []Tag
	Flags         GatewayFlags
	BySpec        bool // InternetChargeType PayBySpec, else PayByLcu
	Spec          Sym  // 0: Small
	Work          Work
}

// GatewayFlags are the yes-or-no attributes of a NAT gateway, named so that those
// of a fresh one are all zero.
type GatewayFlags uint8

// The flags.
const (
	GatewayProtected GatewayFlags = 1 << iota // DeletionProtection
	GatewayIntranet                           // NetworkType intranet: a VPC NAT gateway
	GatewayBindNAT                            // EipBindMode NAT, else MULTI_BINDED
	GatewayNoICMP                             // IcmpReplyEnabled=false
	GatewaySecured                            // SecurityProtectionEnabled
)

// Has reports whether all of the flags are set.
func (f GatewayFlags) Has(g GatewayFlags) bool { return f&g == g }

// SNATEntry gives what comes from a vSwitch, or from addresses, the addresses of
// its gateway on the way out. Work: Create, Modify, Delete.
type SNATEntry struct {
	_ struct{} `cbor:",toarray"`

	Account  uint64
	Gateway  Key
	VSwitch  Key    // 0: Source says it
	Source   Prefix // of the vSwitch too
	IPs      []IPv4
	Name     string
	Affinity bool
	Zone     Sym
	Created  int64
	Work     Work
}

// ForwardEntry leads what arrives at an address of its gateway to a private
// address. Work: Create, Modify, Delete.
type ForwardEntry struct {
	_ struct{} `cbor:",toarray"`

	Account   uint64
	Gateway   Key
	Outer     IPv4
	OuterPort PortSpan
	Inner     IPv4
	InnerPort PortSpan
	Protocol  ForwardProtocol
	Name      string
	PortBreak bool
	Zone      Sym
	Created   int64
	Work      Work
}

// PortSpan is a range of ports; the zero one is any port.
type PortSpan struct {
	_    struct{} `cbor:",toarray"`
	From uint16
	To   uint16
}

// Any reports whether it is all ports.
func (p PortSpan) Any() bool { return p.From == 0 }

// Overlaps reports whether the spans share a port.
func (p PortSpan) Overlaps(q PortSpan) bool {
	return p.Any() || q.Any() || p.From <= q.To && q.From <= p.To
}

// ForwardProtocol is the protocol of a forward entry.
type ForwardProtocol uint8

// The protocols.
const (
	ForwardAny ForwardProtocol = iota
	ForwardTCP
	ForwardUDP
)

var forwardProtocolNames = [...]string{"Any", "TCP", "UDP"}

func (p ForwardProtocol) String() string { return forwardProtocolNames[p] }

// RuleStatus is the state of a NAT gateway (which is Creating instead of
// Pending) or of one of its entries: by what is under way.
func RuleStatus(w *Work, creating string) string {
	switch {
	case w.Doing(WorkCreate):
		return creating
	case w.Doing(WorkModify):
		return "Modifying"
	case w.Doing(WorkDelete):
		return "Deleting"
	}
	return "Available"
}

// The limits of NAT gateways.
const (
	MaxGateways       = 5 // of a VPC
	MaxSNATEntries    = 40
	MaxForwardEntries = 100
	MaxSNATPool       = 64 // addresses of an SNAT entry
)
