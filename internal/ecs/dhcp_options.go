package ecs

// DHCPOptionsSet is what the DHCP servers of the VPCs that it is attached to
// tell instances. A VPC has one at most, and its record says which.
type DHCPOptionsSet struct {
	_ struct{} `cbor:",toarray"`

	Account       uint64
	Name          string
	Description   string
	DomainName    string
	Servers       string // the addresses of name servers, by commas
	Lease         int32  // of IPv4 addresses, hours
	Lease6        int32  // of IPv6 addresses, hours
	Created       int64
	Tags          []Tag
	ResourceGroup Sym
	Phase         Phase
}
