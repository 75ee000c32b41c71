package resource

import (
	"iter"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// Row is a row of a listing over several kinds.
type Row struct {
	Kind Kind
	Key  ecs.Key
	Resource
}

// Source is the rows of one kind under one key of an index.
type Source struct {
	Kind  Kind
	By    By
	Index uint64
}

// Tagged is the sources of an account's rows of some kinds in a region that may
// have the tag under an index key of state.TagKey.
func Tagged(of []Kind, key uint64) []Source {
	var out []Source
	for _, k := range of {
		if k.Taggable() {
			out = append(out, Source{k, ByTag, key})
		}
	}
	return out
}

// Count is how many rows the sources have together.
func Count(v state.View, sources []Source) (n int) {
	for _, s := range sources {
		n += s.Kind.Count(v, s.By, s.Index)
	}
	return n
}

// Rows yields the rows of the sources one source after the other, for
// action.List. The key it gives with a row is the place in the listing: the key
// of the row with the source's place, counted from the last, for its region. So a
// listing that is to be continued has at most 255 sources, all of one region.
func Rows(v state.View, region uint8, sources []Source) func(below ecs.Key) iter.Seq2[ecs.Key, *Row] {
	return func(below ecs.Key) iter.Seq2[ecs.Key, *Row] {
		return func(yield func(ecs.Key, *Row) bool) {
			first := 0
			if below != 0 {
				first = max(0, len(sources)-int(below.Region()))
			}
			for i := first; i < len(sources); i++ {
				s, place := sources[i], ecs.Key(0)
				if below != 0 && i == first {
					place = inRegion(below, region)
				}
				for k, r := range s.Kind.Rows(v, s.By, s.Index, place) {
					if !yield(inRegion(k, uint8(len(sources)-i)), &Row{s.Kind, k, r}) {
						return
					}
				}
			}
		}
	}
}

// inRegion is a key with another region.
func inRegion(k ecs.Key, region uint8) ecs.Key {
	from, _ := ecs.RegionRange(region)
	own, _ := ecs.RegionRange(k.Region())
	return from | k&^own
}
