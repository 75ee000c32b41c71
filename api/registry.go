package api

import (
	"iter"
	"sort"
)

// An ActionInfo describes one action of one product's version.
type ActionInfo struct {
	Product    string // Ecs, Vpc, Sts, Location, Tag, ResourceManager, BssOpenApi, Ram
	Version    string // 2014-05-26
	Name       string // as the service spells it
	Group      string // the resource group it is sorted under; empty when known by name only
	Tier       string // T0 to T3, by how many clients call it; empty when known by name only
	Write      bool   // changes something
	Post       bool   // GET is refused
	Deprecated string // Product.Action of the successor, "-" when there is none; empty when not deprecated
	Required   []string
	// New and NewResponse return the zero request and answer; both are nil when the action is known by name only.
	New         func() Request
	NewResponse func() Response
	// Alias is set for a VPC or elastic IP action under ECS's version: the VPC product's action, whose types New and
	// NewResponse return and whose handler answers it. Legacy is set when ECS's own parameters are not among the VPC
	// action's: the request they are decoded into to be checked, nothing else.
	Alias  *ActionInfo
	Legacy func() Request
}

// Typed reports whether the action has request and answer types.
func (a *ActionInfo) Typed() bool { return a.New != nil }

// Lookup finds an action by the version and the name that a request gives.
func Lookup(version, action string) (*ActionInfo, bool) {
	for i := range products {
		if p := &products[i]; p.version == version {
			list := p.actions
			n := sort.Search(len(list), func(i int) bool { return list[i].Name >= action })
			if n < len(list) && list[n].Name == action {
				return &list[n], true
			}
			return nil, false
		}
	}
	return nil, false
}

// KnownVersion reports whether a version is one of a product's.
func KnownVersion(version string) bool {
	for i := range products {
		if products[i].version == version {
			return true
		}
	}
	return false
}

// Actions yields every action of every product, by product and then by name.
func Actions() iter.Seq[*ActionInfo] {
	return func(yield func(*ActionInfo) bool) {
		for i := range products {
			for j := range products[i].actions {
				if !yield(&products[i].actions[j]) {
					return
				}
			}
		}
	}
}

// product is one product's table, ascending by name; laid out by the linker, so that starting costs nothing.
type product struct {
	name, version string
	actions       []ActionInfo
}
