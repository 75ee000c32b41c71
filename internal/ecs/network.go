package ecs

// VPC is a virtual private cloud.
type VPC struct {
	_ struct{} `cbor:",toarray"`

	Account       uint64
	Name          string
	Description   string
	Prefix        Prefix
	Secondary     []Prefix
	Router        Key // its virtual router and system route table share the key of the VPC's own making
	RouteTable    Key
	ResourceGroup Sym
	Created       int64
	Default       bool
	Tags          []Tag
	UserCIDRs     []Prefix // of networks beyond the VPC, as the user numbers them

	Prefix6     Prefix6   // its IPv6 network; zero: it has none
	Secondary6  []Prefix6 // more IPv6 networks
	ISP6        Sym       // of the line of the IPv6 network: BGP unless it says another
	ClassicLink bool      // classic instances may be linked to it
	Private     bool      // its IPv4 gateway was deleted with InternetMode private: no public address reaches out

	RouterName        string // of its virtual router
	RouterDescription string

	DHCPOptions Key   // its DHCP options set; 0: none
	DHCPPhase   Phase // of that: being attached or detached
}

// VSwitch is a subnet of a VPC in one zone.
type VSwitch struct {
	_ struct{} `cbor:",toarray"`

	Account       uint64
	VPC           Key
	Zone          Sym
	Name          string
	Description   string
	Prefix        Prefix
	ResourceGroup Sym
	Created       int64
	Default       bool
	Tags          []Tag

	Prefix6    Prefix6 // its IPv6 network, one of the VPC's; zero: it has none
	RouteTable Key     // the custom route table that it is bound to; 0: the VPC's system route table

	ACL      Key   // the network ACL that it is associated with; 0: none
	ACLPhase Phase // of the association: Creating, Ready or Deleting
}

// SecurityGroup is a set of network interfaces and the rules that hold for
// them.
type SecurityGroup struct {
	_ struct{} `cbor:",toarray"`

	Account       uint64
	VPC           Key // 0: a classic group
	Name          string
	Description   string
	Enterprise    bool
	InnerDrop     bool // members do not reach each other
	ResourceGroup Sym
	Created       int64
	Tags          []Tag
	Rules         []Rule
	Managed       bool // by a cloud product: its owner does not change it
}

// Network is the kind of network the group belongs to.
func (g *SecurityGroup) Network() NetworkType {
	if g.VPC == 0 {
		return NetworkClassic
	}
	return NetworkVPC
}

// Limit is how many private addresses a group may hold: 2,000 in a basic
// group, 65,536 in an enterprise one.
func (g *SecurityGroup) Limit() int {
	if g.Enterprise {
		return 65536
	}
	return 2000
}
