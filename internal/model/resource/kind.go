// Package resource knows the kinds of resources that carry tags or belong to a
// resource group, so that the actions on tags and groups work on all of them
// alike. A new kind is one value in kinds.go.
package resource

import (
	"iter"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// Kind is a kind of resource.
type Kind interface {
	// Product is the service's code, as resource names (ARNs) and ResourceManager
	// have it: ecs, vpc.
	Product() string
	// Type is the kind's name within the product, in lower case: instance.
	Type() string
	// Taggable and Grouped tell whether the kind carries tags and belongs to
	// resource groups.
	Taggable() bool
	Grouped() bool

	// Find is the row that an identifier names, if the account has it in the region.
	Find(v state.View, account uint64, region uint8, id string) (ecs.Key, bool)
	// Get is what a row has in common with those of all kinds.
	Get(v state.View, k ecs.Key) (Resource, bool)
	// SetTags and SetGroup change a row that is there.
	SetTags(tx *state.Tx, k ecs.Key, tags []ecs.Tag)
	SetGroup(tx *state.Tx, k ecs.Key, group ecs.Sym)

	// Count is how many rows an index has under a key, none for an index that the
	// kind does not have.
	Count(v state.View, by By, key uint64) int
	// Rows yields these rows below a key (0: all), descending.
	Rows(v state.View, by By, key uint64, below ecs.Key) iter.Seq2[ecs.Key, Resource]
}

// By is an index that kinds have.
type By uint8

// The indexes, and their keys.
const (
	ByAccount By = iota // state.Scope
	ByTag               // state.TagKey
	ByGroup             // the symbol of the group's identifier
)

// Resource is what the rows of all kinds have in common. Its tags must not be
// changed.
type Resource struct {
	ID      string
	Account uint64
	Created int64
	Tags    []ecs.Tag
	Group   ecs.Sym // of the resource group's identifier; 0: the default group
}

// Spec describes a kind whose rows are records of type R. ByTag is nil for a
// kind without tags, ByGroup for one that belongs to no resource group.
type Spec[R any] struct {
	Product, Type             string
	Kind                      ecs.Kind
	Table                     *state.Table[R]
	ByAccount, ByTag, ByGroup *state.Index[R]
	Fields                    func(*R) Fields

	// Find and ID are for a kind whose identifiers are not derived from its keys:
	// Find looks for a row of an account in a region.
	Find func(v state.View, account uint64, region uint8, id string) (ecs.Key, bool)
	ID   func(k ecs.Key, r *R) string
}

// Fields are the places in a record of what all kinds have in common; nil for
// what the kind has not.
type Fields struct {
	Account *uint64
	Created *int64
	Tags    *[]ecs.Tag
	Group   *ecs.Sym
}

type kind[R any] struct{ s Spec[R] }

// Of makes a kind.
func Of[R any](s Spec[R]) Kind { return &kind[R]{s} } // a pointer, to be compared

func (x kind[R]) Product() string { return x.s.Product }
func (x kind[R]) Type() string    { return x.s.Type }
func (x kind[R]) Taggable() bool  { return x.s.ByTag != nil }
func (x kind[R]) Grouped() bool   { return x.s.ByGroup != nil }

func (x kind[R]) Find(v state.View, account uint64, region uint8, id string) (ecs.Key, bool) {
	if x.s.Find != nil {
		return x.s.Find(v, account, region, id)
	}
	k, ok := ecs.ParseID(x.s.Kind, id)
	if !ok || k.Region() != region {
		return 0, false
	}
	r, ok := x.s.Table.Get(v, k)
	return k, ok && *x.s.Fields(r).Account == account
}

func (x kind[R]) Get(v state.View, k ecs.Key) (Resource, bool) {
	r, ok := x.s.Table.Get(v, k)
	if !ok {
		return Resource{}, false
	}
	return x.resource(k, r), true
}

func (x kind[R]) resource(k ecs.Key, r *R) Resource {
	f := x.s.Fields(r)
	out := Resource{Account: *f.Account, Created: *f.Created}
	if x.s.ID != nil {
		out.ID = x.s.ID(k, r)
	} else {
		out.ID = ecs.ID(x.s.Kind, k)
	}
	if f.Tags != nil {
		out.Tags = *f.Tags
	}
	if f.Group != nil {
		out.Group = *f.Group
	}
	return out
}

func (x kind[R]) SetTags(tx *state.Tx, k ecs.Key, tags []ecs.Tag) {
	x.change(tx, k, func(f Fields) { *f.Tags = tags })
}

func (x kind[R]) SetGroup(tx *state.Tx, k ecs.Key, group ecs.Sym) {
	x.change(tx, k, func(f Fields) { *f.Group = group })
}

func (x kind[R]) change(tx *state.Tx, k ecs.Key, f func(Fields)) {
	if r, ok := x.s.Table.Get(tx, k); ok {
		c := *r
		f(x.s.Fields(&c))
		x.s.Table.Put(tx, k, &c)
	}
}

func (x kind[R]) index(by By) *state.Index[R] {
	return [...]*state.Index[R]{ByAccount: x.s.ByAccount, ByTag: x.s.ByTag, ByGroup: x.s.ByGroup}[by]
}

func (x kind[R]) Count(v state.View, by By, key uint64) int {
	if i := x.index(by); i != nil {
		return i.Count(v, key)
	}
	return 0
}

func (x kind[R]) Rows(v state.View, by By, key uint64, below ecs.Key) iter.Seq2[ecs.Key, Resource] {
	return func(yield func(ecs.Key, Resource) bool) {
		i := x.index(by)
		if i == nil {
			return
		}
		for k, r := range i.Descend(v, key, below) {
			if !yield(k, x.resource(k, r)) {
				return
			}
		}
	}
}
