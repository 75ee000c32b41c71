package engine

import "net/netip"

// Machine is everything an engine needs to make one instance. Engines keep {Cell, ID, Gen} on the
// host object, so List finds it again when nothing else is known.
type Machine struct {
	ID     ID
	Name   string // the instance id, i-…; what the object is called on the host
	Cell   string // whose machine it is, where several services share a host
	Region string
	Zone   string
	Gen    Gen // finished by being provisioned; 0 where a start is to follow as the first
	Image  string
	Disks  []Disk // the system disk first
	NICs   []NIC  // the primary one first
	Boot   Boot
}

// Size is what a machine takes of its host.
type Size struct {
	Type      string // ecs.g7.large
	VCPUs     int
	MemoryMiB int
}

// Boot is what takes effect each time a machine boots. SpecGen numbers its versions, from 1.
type Boot struct {
	SpecGen        uint32
	Size           Size
	Hostname       string
	UserData       []byte
	AuthorizedKeys []string // OpenSSH public keys, one each
	Password       Secret
}

// Disk is a block device of a machine. Its content is that of a snapshot, or of
// the machine's image for the system disk, else it is empty.
type Disk struct {
	ID       uint64
	Name     string // the disk id, d-…
	Category string // cloud_essd
	SizeGiB  int
	Device   string // /dev/xvda

	Snapshot  uint64
	Encrypted bool
}

// NIC is a network interface of a machine.
type NIC struct {
	ID      uint64
	Name    string // the interface id, eni-…
	VPC     uint64 // 0 on the classic network
	VSwitch uint64
	MAC     string       // 00:16:3e:…
	Address netip.Prefix // private address with the length of its network
	Gateway netip.Addr
	Public  netip.Addr // zero if it has none
	Groups  []uint64   // security groups

	// What it has beside Address: single addresses and, of IPv6 and IPv4, blocks that are routed to it.
	Secondary []netip.Addr
	Prefixes  []netip.Prefix
	Limits    NICLimits
	// SourceDestCheck drops what is neither from nor to an address of the interface.
	SourceDestCheck bool

	// Mbit/s to and from the internet; 0 is none.
	BandwidthOut, BandwidthIn int
}

// NICLimits are what an interface may do at most; 0 is no limit.
type NICLimits struct {
	KbpsTx, KbpsRx int64
	PPSTx, PPSRx   int64
	Connections    int64
}
