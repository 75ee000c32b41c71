package ecs

// NetworkInterface is an elastic network interface. A classic instance has one
// as well, with no VPC, so that addresses and memberships have one home.
type NetworkInterface struct {
	_ struct{} `cbor:",toarray"`

	Account  uint64
	Instance Key // 0: attached to none
	Primary  bool
	Zone     Sym
	VPC      Key
	VSwitch  Key
	IP       IPv4 // private address, or the inner address in a classic network
	Groups   []Key
	Created  int64
	Tags     []Tag

	ResourceGroup Sym

	// More is at most one: what the primary interfaces of most instances have
	// nothing of. Rest and Change read and change it.
	More []InterfaceMore
}

// InterfaceMore is what a network interface has beside its place and its
// address.
type InterfaceMore struct {
	_ struct{} `cbor:",toarray"`

	// Work: attaching, detaching and deleting show as states; with WorkModify the
	// engine is told of new addresses or limits, which shows not at all.
	Work            Work
	Name            string
	Description     string
	Flags           InterfaceFlags
	Secondary       []IPv4   // beside the primary address
	Prefixes        []Prefix // /28
	Permissions     []InterfacePermission
	QoS             InterfaceQoS
	Queues          int32 // 0: as many as the instance type gives
	QueuePairs      int32
	ConnectionTrack ConnectionTrack
	IPv6            []IPv6
	Prefixes6       []Prefix6 // /80
}

// InterfaceFlags are the yes-or-no attributes of a network interface.
type InterfaceFlags uint16

// The flags.
const (
	DeleteOnRelease InterfaceFlags = 1 << iota // a secondary interface that ends with the instance it is attached to
	SourceDestCheck
	HighPerformance // traffic by remote direct memory access
	QoSOn
)

// Has reports whether all of the flags are set.
func (f InterfaceFlags) Has(g InterfaceFlags) bool { return f&g == g }

// Set is the flags with those of g set, or cleared.
func (f InterfaceFlags) Set(g InterfaceFlags, on bool) InterfaceFlags {
	if on {
		return f | g
	}
	return f &^ g
}

// InterfacePermission lets another account attach an interface to an instance
// of its own.
type InterfacePermission struct {
	_ struct{} `cbor:",toarray"`

	Key     Key
	Account uint64
}

// InterfaceQoS limits an interface. 0 is no limit.
type InterfaceQoS struct {
	_ struct{} `cbor:",toarray"`

	BandwidthTx, BandwidthRx int64 // kbit/s
	PPSTx, PPSRx             int64
	Connections              int64
}

// ConnectionTrack is how long an idle connection is remembered, in seconds. 0
// is the service's default.
type ConnectionTrack struct {
	_ struct{} `cbor:",toarray"`

	TCPClosed, TCPEstablished, UDP uint16
}

// Network is the kind of network the interface belongs to.
func (n *NetworkInterface) Network() NetworkType {
	if n.VPC == 0 {
		return NetworkClassic
	}
	return NetworkVPC
}

// noMore is what an interface with nothing more has.
var noMore InterfaceMore

// Rest is what the interface has beside its place and its address, for reading
// only.
func (n *NetworkInterface) Rest() *InterfaceMore {
	if len(n.More) == 0 {
		return &noMore
	}
	return &n.More[0]
}

// Change is the interface with something of Rest changed. The slices of Rest are
// to be replaced, not changed in place.
func (n *NetworkInterface) Change(change func(m *InterfaceMore)) *NetworkInterface {
	next := *n
	more := *n.Rest()
	change(&more)
	next.More = []InterfaceMore{more}
	return &next
}

// Extra is how many IPv4 addresses of its vSwitch the interface holds beside the
// primary one.
func (n *NetworkInterface) Extra() int {
	m := n.Rest()
	return len(m.Secondary) + PrefixSize*len(m.Prefixes)
}

// PrefixBits is the length of an IPv4 prefix that an interface may have, of
// PrefixSize addresses; Prefix6Bits that of an IPv6 prefix.
const (
	PrefixBits  = 28
	PrefixSize  = 16
	Prefix6Bits = 80
)

// Block6 is the network of Prefix6Bits that an address is in.
func (a IPv6) Block6() Prefix6 {
	return Prefix6{Addr: IPv6{Hi: a.Hi, Lo: a.Lo &^ (1<<(128-Prefix6Bits) - 1)}, Bits: Prefix6Bits}
}

// InterfaceStatus is the state that the API shows for an interface.
type InterfaceStatus uint8

// The statuses.
const (
	InterfaceAvailable InterfaceStatus = iota
	InterfaceAttaching
	InterfaceInUse
	InterfaceDetaching
	InterfaceDeleting
)

var interfaceStatusNames = [...]string{"Available", "Attaching", "InUse", "Detaching", "Deleting"}

func (s InterfaceStatus) String() string { return interfaceStatusNames[s] }

// ParseInterfaceStatus finds a status by the name the API gives it.
func ParseInterfaceStatus(name string) (InterfaceStatus, bool) {
	for i, n := range interfaceStatusNames {
		if n == name {
			return InterfaceStatus(i), true
		}
	}
	return 0, false
}

// Status computes the state to show. It reads no clock, so it can be indexed. An
// interface being attached has its instance already, one being detached has it
// still. StatusIn is to be asked of one that may be part of an instance being
// made.
func (n *NetworkInterface) Status() InterfaceStatus {
	w := &n.Rest().Work
	switch {
	case w.Doing(WorkDelete):
		return InterfaceDeleting
	case w.Doing(WorkAttach):
		return InterfaceAttaching
	case w.Doing(WorkDetach):
		return InterfaceDetaching
	case n.Instance != 0:
		return InterfaceInUse
	}
	return InterfaceAvailable
}

// StatusIn is Status, but that an interface made with an instance is Attaching as
// long as that is being made; i may be nil.
func (n *NetworkInterface) StatusIn(i *Instance) InterfaceStatus {
	s := n.Status()
	if s == InterfaceInUse && i != nil && !i.Seen.Provisioned {
		return InterfaceAttaching
	}
	return s
}

// Type is "Primary" or "Secondary".
func (n *NetworkInterface) Type() string {
	if n.Primary {
		return "Primary"
	}
	return "Secondary"
}

// EndsWith reports whether the interface ends with the instance it is attached
// to.
func (n *NetworkInterface) EndsWith() bool { return n.Primary || n.Rest().Flags.Has(DeleteOnRelease) }

// MAC is the hardware address of an interface, derived from its key.
func MAC(k Key) string {
	const hex = "0123456789abcdef"
	b := [17]byte{'0', '0', ':', '1', '6', ':', '3', 'e', ':'}
	m := mix(uint64(k))
	for i := range 3 {
		c := byte(m >> (8 * i))
		b[9+3*i], b[10+3*i] = hex[c>>4], hex[c&15]
		if i < 2 {
			b[11+3*i] = ':'
		}
	}
	return string(b[:])
}
