package ecs

// Phase is what is under way with a network resource that no engine keeps: it
// passes by itself after a moment, as the real service takes one.
type Phase uint8

// The phases. One that is being deleted still shows, and no longer works.
const (
	PhaseReady Phase = iota
	PhaseCreating
	PhaseModifying
	PhaseDeleting
	PhaseActivating // of an IPv4 gateway only
)

// RouteTable is a route table of a VPC. The system route table has the key of
// its VPC; the others are custom ones.
type RouteTable struct {
	_ struct{} `cbor:",toarray"`

	Account       uint64
	VPC           Key
	Name          string
	Description   string
	Created       int64
	ForGateway    bool // of an IPv4 gateway, not of vSwitches
	Gateway       Key  // the IPv4 gateway that it is bound to
	NoPropagation bool // it takes no routes from Cloud Enterprise Network
	Phase         Phase
	Tags          []Tag
}

// RouteEntry is a custom entry of a route table, for an IPv4 or an IPv6 network.
type RouteEntry struct {
	_ struct{} `cbor:",toarray"`

	Account     uint64
	Table       Key
	Prefix      Prefix
	Prefix6     Prefix6
	Hop         NextHop
	Name        string
	Description string
	Modified    int64
	Phase       Phase
	IPv6        bool // Prefix6 counts; all of IPv6 is the zero one
}

// NextHop is where an entry sends packets.
type NextHop struct {
	_ struct{} `cbor:",toarray"`

	Type HopType
	Key  Key // of the resource; 0 for HopLocal and HopService
}

// HopType is the kind of a next hop.
type HopType uint8

// The kinds that exist here. HopLocal is within the VPC, HopService the
// provider's own network.
const (
	HopLocal HopType = iota
	HopService
	HopInstance
	HopInterface
	HopIPv4Gateway
	HopIPv6Gateway
	HopNATGateway
	HopHaVip
)

var hopNames = [...]struct {
	name string
	kind Kind
}{
	HopLocal: {"local", 0}, HopService: {"service", 0}, HopInstance: {"Instance", KindInstance}, HopInterface: {"NetworkInterface", KindNetworkInterface},
	HopIPv4Gateway: {"Ipv4Gateway", KindIPv4Gateway}, HopIPv6Gateway: {"IPv6Gateway", KindIPv6Gateway},
	HopNATGateway: {"NatGateway", KindNATGateway}, HopHaVip: {"HaVip", KindHaVip},
}

// String is the kind as the API spells it.
func (t HopType) String() string { return hopNames[t].name }

// HopTypeOf reads the kind of a next hop that has an identifier.
func HopTypeOf(name string) (HopType, bool) {
	for t, h := range hopNames {
		if h.name == name && h.kind != 0 {
			return HopType(t), true
		}
	}
	return 0, false
}

// Kind is the kind of resource a next hop is; 0 for those that are none.
func (t HopType) Kind() Kind { return hopNames[t].kind }

// ID is the identifier of the resource, "" if there is none.
func (h NextHop) ID() string {
	if h.Key == 0 || h.Type.Kind() == 0 {
		return ""
	}
	return ID(h.Type.Kind(), h.Key)
}

// Route is one way out of a route table.
type Route struct {
	Prefix  Prefix
	Prefix6 Prefix6
	IPv6    bool // Prefix6 counts, not Prefix; all of IPv6 is the zero one
	Hop     NextHop
	Entry   Key  // the custom entry; of a system route the vSwitch, or the table for the provider's network
	System  bool // made by the service
}

// Destination is the network in CIDR form.
func (r *Route) Destination() string {
	switch {
	case !r.IPv6:
		return r.Prefix.String()
	case r.Prefix6.IsZero():
		return "::/0"
	}
	return r.Prefix6.String()
}

// RouteTo finds the route that a packet to an IPv4 address takes: that with the
// longest prefix. The order of routes does not matter, since no two of a table
// have one destination.
func RouteTo(routes []Route, a IPv4) (best Route, ok bool) {
	for _, r := range routes {
		if !r.IPv6 && r.Prefix.Contains(a) && (!ok || r.Prefix.Bits > best.Prefix.Bits) {
			best, ok = r, true
		}
	}
	return best, ok
}

// RouteTo6 is RouteTo for an IPv6 address.
func RouteTo6(routes []Route, a IPv6) (best Route, ok bool) {
	for _, r := range routes {
		if r.IPv6 && (r.Prefix6.IsZero() || r.Prefix6.Contains(a)) && (!ok || r.Prefix6.Bits > best.Prefix6.Bits) {
			best, ok = r, true
		}
	}
	return best, ok
}

// IPv4Gateway joins a VPC to the Internet: once it is enabled, only what a route
// sends to it leaves the VPC.
type IPv4Gateway struct {
	_ struct{} `cbor:",toarray"`

	Account       uint64
	VPC           Key
	Name          string
	Description   string
	Created       int64
	Enabled       bool
	Phase         Phase
	ResourceGroup Sym
	Tags          []Tag
}

// Active reports whether the gateway decides what leaves its VPC.
func (g *IPv4Gateway) Active() bool { return g.Enabled && g.Phase != PhaseActivating }

// IPv6Gateway joins a VPC with an IPv6 network to the Internet.
type IPv6Gateway struct {
	_ struct{} `cbor:",toarray"`

	Account       uint64
	VPC           Key
	Name          string
	Description   string
	Created       int64
	Phase         Phase
	ResourceGroup Sym
	Tags          []Tag
}
