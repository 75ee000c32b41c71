package ecs

import "slices"

// HaVip is a private address that its members, instances or network interfaces
// of its vSwitch, take over from each other.
type HaVip struct {
	_ struct{} `cbor:",toarray"`

	Account       uint64
	VPC, VSwitch  Key
	IP            IPv4
	Name          string
	Description   string
	Created       int64
	ResourceGroup Sym
	Tags          []Tag
	Phase         Phase
	Interfaces    bool  // the members are interfaces, not instances
	Members       []Key // in the order in which they came
	Leaving       Key   // the member that goes when the phase ends
}

// The limits of HaVips.
const (
	MaxHaVips       = 50 // of an account in a region
	MaxHaVipMembers = 2  // instances or interfaces of a HaVip
	MaxMemberHaVips = 5  // HaVips of an instance or interface
)

// Status is the state that the API shows.
func (h *HaVip) Status() string {
	switch {
	case h.Phase == PhaseCreating:
		return "Creating"
	case h.Phase == PhaseDeleting:
		return "Deleting"
	case h.Phase == PhaseModifying && h.Leaving != 0:
		return "Unassociating"
	case h.Phase == PhaseModifying:
		return "Associating"
	case len(h.Members) > 0:
		return "InUse"
	}
	return "Available"
}

// MemberKind is the kind of resource that its members are.
func (h *HaVip) MemberKind() Kind {
	if h.Interfaces {
		return KindNetworkInterface
	}
	return KindInstance
}

// MemberType is that kind as the API spells it; "" without members.
func (h *HaVip) MemberType() string {
	switch {
	case len(h.Members) == 0:
		return ""
	case h.Interfaces:
		return "NetworkInterface"
	}
	return "EcsInstance"
}

// Without is the HaVip without a member.
func (h *HaVip) Without(member Key) HaVip {
	next := *h
	next.Members = slices.DeleteFunc(slices.Clone(h.Members), func(k Key) bool { return k == member })
	if next.Leaving == member {
		next.Leaving = 0
	}
	return next
}
