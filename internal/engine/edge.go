package engine

import (
	"context"
	"net/netip"
)

// Edge is implemented by an engine that moves elastic IPs and runs NAT
// gateways. Where an engine does not, the records are all there is of them.
//
// Each call states a goal, as those of Storage do, with the same meaning of Gen,
// Gone, Progress and errors.
type Edge interface {
	// Address binds an elastic IP to a machine, an interface or a gateway, or to
	// none of them. A target that does not exist any more has nothing bound to it.
	Address(ctx context.Context, g *AddressGoal) (Progress, error)

	// Gateway makes, changes or removes a NAT gateway.
	Gateway(ctx context.Context, g *GatewayGoal) (Progress, error)

	// Translation makes, changes or removes an SNAT or a forward entry of a gateway.
	Translation(ctx context.Context, g *TranslationGoal) (Progress, error)
}

// AddressGoal is where an elastic IP is to be.
type AddressGoal struct {
	ID         uint64
	Name       string // eip-…
	Cell, Zone string // the zone is its target's
	Gen        Gen
	Address    netip.Addr
	Bandwidth  int // Mbit/s

	// At most one of them is set; none: bound to nothing.
	Machine   ID
	Interface uint64
	Gateway   uint64
	HaVip     uint64

	Private netip.Addr // with Interface and HaVip
}

// GatewayGoal is how a NAT gateway is to be.
type GatewayGoal struct {
	ID           uint64
	Name         string // ngw-…
	Cell, Zone   string
	Gen          Gen
	VPC, VSwitch uint64
	Private      netip.Addr
	Gone         bool
}

// TranslationGoal is how an entry of a NAT gateway is to be.
type TranslationGoal struct {
	ID         uint64
	Name       string // snat-…, fwd-…
	Cell, Zone string
	Gen        Gen
	Gateway    uint64
	Outer      []netip.Addr // one of them with a forward entry

	Source netip.Prefix // an SNAT entry: what comes from here

	// A forward entry: what arrives at these ports goes there; 0 to 0 is any port,
	// and Protocol "" any protocol.
	Inner                netip.Addr
	OuterPort, InnerPort [2]uint16
	Protocol             string // tcp, udp

	Gone bool
}
