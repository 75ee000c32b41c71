package tag

import (
	"cmp"
	"iter"
	"slices"

	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

// listing is a search for tagged resources of a region: among those that the
// request names, or of some kinds.
type listing struct {
	c     *action.Call
	v     *state.Snapshot
	kinds []resource.Kind
	named []target // used when names is set
	names bool
	tags  tag.Filter
	match func(*resource.Row) bool // what else must hold; nil: nothing
}

// sources is where to look for what has no name: under the first tag that is
// asked for, or under any.
func (l *listing) sources() []resource.Source {
	key, ok := l.tags.SearchKey(l.c.Caller.Account, l.c.RegionCode())
	if !ok {
		return nil
	}
	return resource.Tagged(l.kinds, key)
}

// page collects a page of the rows that are found.
func (l *listing) page(p action.Page) (rows []action.Row[resource.Row], total int, next string) {
	return action.List(p, l.rows(), l.matches, -1)
}

func (l *listing) rows() func(below ecs.Key) iter.Seq2[ecs.Key, *resource.Row] {
	if l.names {
		return l.namedRows
	}
	return resource.Rows(l.v, l.c.RegionCode(), l.sources())
}

// all yields everything that is found.
func (l *listing) all() iter.Seq[*resource.Row] {
	return func(yield func(*resource.Row) bool) {
		for k, r := range l.rows()(0) {
			if l.matches(k, r) && !yield(r) {
				return
			}
		}
	}
}

// namedRows is the resources that the request names, by descending keys.
func (l *listing) namedRows(below ecs.Key) iter.Seq2[ecs.Key, *resource.Row] {
	return func(yield func(ecs.Key, *resource.Row) bool) {
		named := slices.SortedFunc(slices.Values(l.named), func(a, b target) int { return cmp.Compare(b.key, a.key) })
		for _, t := range slices.Compact(named) {
			if below != 0 && t.key >= below {
				continue
			}
			if r, ok := t.kind.Get(l.v, t.key); ok && !yield(t.key, &resource.Row{Kind: t.kind, Key: t.key, Resource: r}) {
				return
			}
		}
	}
}

// matches holds a row to what is asked for: index keys are hashes, so other
// accounts' and regions' rows may lie under them.
func (l *listing) matches(_ ecs.Key, r *resource.Row) bool {
	return r.Account == l.c.Caller.Account && r.Key.Region() == l.c.RegionCode() && l.tags.Match(r.Tags) &&
		(l.match == nil || l.match(r))
}
