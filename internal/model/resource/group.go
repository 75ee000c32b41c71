package resource

import (
	"iter"
	"strings"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// FindGroup is the resource group that an identifier names, if the account has it.
func FindGroup(v state.View, account uint64, id string) (ecs.Key, *ecs.ResourceGroup, bool) {
	k, ok := ecs.ParseID(ecs.KindResourceGroup, id)
	if !ok {
		return 0, nil, false
	}
	r, ok := GetGroup(v, account, k)
	return k, r, ok
}

// GetGroup is an account's resource group. The default one is there also when
// nothing is stored of it.
func GetGroup(v state.View, account uint64, k ecs.Key) (*ecs.ResourceGroup, bool) {
	r, ok := state.ResourceGroups.Get(v, k)
	if !ok && k == ecs.DefaultResourceGroup(account) {
		return &ecs.ResourceGroup{Account: account, Name: "default", DisplayName: "default resource group", Created: ecs.Epoch.Unix()}, true
	}
	return r, ok && r.Account == account
}

// Groups yields an account's groups: the default one, then the newest first.
func Groups(v state.View, account uint64) iter.Seq2[ecs.Key, *ecs.ResourceGroup] {
	return func(yield func(ecs.Key, *ecs.ResourceGroup) bool) {
		first := ecs.DefaultResourceGroup(account)
		if r, ok := GetGroup(v, account, first); !ok || !yield(first, r) {
			return
		}
		for k, r := range state.ResourceGroupsByAccount.Descend(v, state.Scope(account, 0), 0) {
			if k != first && !yield(k, r) {
				return
			}
		}
	}
}

// HasGroup reports whether a resource of the account may be put into the group
// with an identifier; "" is the default group.
func HasGroup(v state.View, account uint64, id string) bool {
	_, _, ok := FindGroup(v, account, id)
	return ok || id == ""
}

// Group is what a record stores for a resource that is put into the group with
// an identifier; ok is false when the account has no such group (any more).
func Group(tx *state.Tx, account uint64, id string) (group ecs.Sym, ok bool) {
	if !HasGroup(tx, account, id) {
		return 0, false
	}
	return tx.Sym(strings.Clone(id)), true
}

// DefaultGroupID is the identifier of an account's default group.
func DefaultGroupID(account uint64) string {
	return ecs.ID(ecs.KindResourceGroup, ecs.DefaultResourceGroup(account))
}

// ShowGroup is the identifier of the group that a resource is in, as the VPC
// product and ResourceManager show it. ECS shows the symbol itself: nothing for
// a resource that was never put into a group.
func ShowGroup(v state.View, account uint64, group ecs.Sym) string {
	if group == 0 {
		return DefaultGroupID(account)
	}
	return v.Str(group)
}

// GroupFilter is a filter of a Describe action on resource groups.
type GroupFilter struct {
	given   bool
	want    ecs.Sym
	none    bool
	implied bool // resources that were put into no group are meant too
}

// NewGroupFilter reads the ResourceGroupId of a Describe action of ECS; "" asks
// for everything. The default group finds nothing: ECS cannot filter by it.
func NewGroupFilter(v state.View, account uint64, id string) GroupFilter {
	f := GroupFilter{given: id != ""}
	var ok bool
	f.want, ok = state.LookupSym(v, id)
	f.none = f.given && (!ok || id == DefaultGroupID(account))
	return f
}

// NewVPCGroupFilter reads that of the VPC product, where the default group finds
// what is in it.
func NewVPCGroupFilter(v state.View, account uint64, id string) GroupFilter {
	f := NewGroupFilter(v, account, id)
	if f.given && id == DefaultGroupID(account) {
		f.implied, f.none = true, false
	}
	return f
}

// Given reports whether the filter asks for less than everything.
func (f GroupFilter) Given() bool { return f.given }

// Match reports whether a resource of a group is asked for.
func (f GroupFilter) Match(group ecs.Sym) bool {
	return !f.given || !f.none && (group == f.want && group != 0 || f.implied && group == 0)
}

// Key is the key of the ByGroup index under which all that the filter asks for
// are; ok is false when there is none.
func (f GroupFilter) Key() (key uint64, ok bool) {
	return uint64(f.want), f.given && !f.none && !f.implied
}

// InUse reports whether any resource is in a group, of whatever region.
func InUse(v state.View, group string) bool {
	sym, ok := state.LookupSym(v, group)
	if !ok || sym == 0 {
		return false
	}
	for _, k := range kinds {
		if k.Count(v, ByGroup, uint64(sym)) > 0 {
			return true
		}
	}
	return false
}
