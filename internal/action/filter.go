package action

import (
	"cmp"
	"iter"
	"path"
	"slices"
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

// Filter is what a Describe action asks for: where to look, and what must hold
// of each row found there. It looks at the caller's rows in the request's
// region; the narrowest index that was named decides what a listing costs.
type Filter[R any] struct {
	View   *state.Snapshot
	table  *state.Table[R]
	own    func(ecs.Key, *R) bool
	source func(below ecs.Key) iter.Seq2[ecs.Key, *R]
	exact  int  // rows that source gives; -1: not known
	listed bool // source is a list of keys
	tests  []func(ecs.Key, *R) bool
}

// NewFilter asks for all of the caller's rows in the request's region: all is
// the index of them by state.Scope.
func NewFilter[R any](c *Call, v *state.Snapshot, table *state.Table[R], account func(*R) uint64, all *state.Index[R]) *Filter[R] {
	scope := state.Scope(c.Caller.Account, c.RegionCode())
	f := &Filter[R]{View: v, table: table, own: func(k ecs.Key, r *R) bool { return state.Scope(account(r), k.Region()) == scope }}
	f.exact = all.Count(v, scope)
	f.source = func(below ecs.Key) iter.Seq2[ecs.Key, *R] { return all.Descend(v, scope, below) }
	return f
}

// Require adds a condition.
func (f *Filter[R]) Require(test func(k ecs.Key, r *R) bool) { f.tests = append(f.tests, test) }

// None makes the listing empty.
func (f *Filter[R]) None() { f.Keys(nil) }

// Keys makes the listing these rows, as far as they are the caller's. Named
// twice, rows must be of both lists.
func (f *Filter[R]) Keys(keys []ecs.Key) {
	if f.listed {
		f.Require(func(k ecs.Key, _ *R) bool { return slices.Contains(keys, k) })
		return
	}
	keys = slices.Clone(keys)
	slices.SortFunc(keys, func(a, b ecs.Key) int { return cmp.Compare(b, a) })
	keys = slices.Compact(keys)
	f.listed, f.exact = true, -1
	f.source = func(below ecs.Key) iter.Seq2[ecs.Key, *R] {
		return func(yield func(ecs.Key, *R) bool) {
			for _, k := range keys {
				if below != 0 && k >= below {
					continue
				}
				if r, ok := f.table.Get(f.View, k); ok && f.own(k, r) && !yield(k, r) {
					return
				}
			}
		}
	}
}

// Index looks under one key of an index, if that holds fewer rows than where it
// would look otherwise. The key may stand for other values as well, so the
// condition itself is to be required too.
func (f *Filter[R]) Index(x *state.Index[R], key uint64) {
	if f.listed {
		return
	}
	if n := x.Count(f.View, key); n < f.exact {
		f.exact = n
		f.source = func(below ecs.Key) iter.Seq2[ecs.Key, *R] { return x.Descend(f.View, key, below) }
		f.Require(f.own)
	}
}

// IDs makes the listing the rows that a parameter names with a JSON array of up
// to max identifiers; an absent parameter asks for nothing in particular. What
// names nothing finds nothing.
func (f *Filter[R]) IDs(c *Call, kind ecs.Kind, name, value string, max int) error {
	if value == "" {
		return nil
	}
	ids, err := Strings(name, value, max)
	if err != nil {
		return err
	}
	f.IDList(c, kind, ids)
	return nil
}

// IDList is IDs for a list that was read already.
func (f *Filter[R]) IDList(c *Call, kind ecs.Kind, ids []string) {
	keys := make([]ecs.Key, 0, len(ids))
	for _, id := range ids {
		if k, ok := ecs.ParseID(kind, id); ok && (c.Region == nil || k.Region() == c.Region.Code) {
			keys = append(keys, k)
		}
	}
	f.Keys(keys)
}

// Tags asks for rows with all of the tags; x is the index by state.TagKey. Tags
// that can never match are refused: tag.CheckFilter.
func (f *Filter[R]) Tags(c *Call, want []api.Tag, x *state.Index[R], of func(*R) []ecs.Tag) error {
	if err := tag.CheckFilter(want); err != nil {
		return err
	}
	tags := tag.NewFilter(f.View, want)
	if tags.Empty() {
		return nil
	}
	key, ok := tags.Key(c.Caller.Account, c.RegionCode())
	if !ok {
		f.None()
		return nil
	}
	f.Index(x, key)
	f.Require(func(_ ecs.Key, r *R) bool { return tags.Match(of(r)) })
	return nil
}

// Symbol asks for rows that have a string stored as a symbol; "" asks for
// nothing.
func (f *Filter[R]) Symbol(want string, of func(*R) ecs.Sym) {
	if want == "" {
		return
	}
	sym, ok := state.LookupSym(f.View, want)
	if !ok {
		f.None()
		return
	}
	f.Require(func(_ ecs.Key, r *R) bool { return of(r) == sym })
}

// Group asks for rows in a resource group, which the index x finds; "" asks for
// nothing.
func (f *Filter[R]) Group(c *Call, id string, x *state.Index[R], of func(*R) ecs.Sym) {
	g := resource.NewGroupFilter(f.View, c.Caller.Account, id)
	if !g.Given() {
		return
	}
	key, ok := g.Key()
	if !ok {
		f.None()
		return
	}
	f.Index(x, key)
	f.Require(func(_ ecs.Key, r *R) bool { return g.Match(of(r)) })
}

// Name asks for rows whose name fits; an asterisk stands for any text.
func (f *Filter[R]) Name(want string, of func(ecs.Key, *R) string) {
	if want == "" {
		return
	}
	// Names hold no slash, so path.Match's asterisk stands for any text; nothing else is special.
	pattern := strings.NewReplacer(`\`, `\\`, `?`, `\?`, `[`, `\[`).Replace(want)
	f.Require(func(k ecs.Key, r *R) bool {
		ok, err := path.Match(pattern, of(k, r))
		return ok && err == nil
	})
}

// List collects a page of what was asked for, newest first.
func (f *Filter[R]) List(p Page) (rows []Row[R], total int, next string) {
	if len(f.tests) == 0 {
		return List(p, f.source, nil, f.exact)
	}
	return List(p, f.source, func(k ecs.Key, r *R) bool {
		for _, t := range f.tests {
			if !t(k, r) {
				return false
			}
		}
		return true
	}, -1)
}
