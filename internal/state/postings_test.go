package state

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/openecs/openecs/internal/ecs"
)

// all is what a walk over p from the lowest entry yields.
func (p *postings) all() (out []entry) {
	p.ascend(entry{}, func(e entry) bool { out = append(out, e); return true })
	return out
}

func compareEntries(a, b entry) int {
	switch {
	case entryLess(a, b):
		return -1
	case entryLess(b, a):
		return 1
	}
	return 0
}

// TestPostingsModel compares postings with a sorted slice, and each copy with what it was a copy of.
func TestPostingsModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		type copied struct {
			p    *postings
			want []entry
		}
		var model []entry
		var copies []copied
		p := newPostings()
		if rapid.Bool().Draw(t, "loaded") {
			n := rapid.IntRange(0, 3*spanRows).Draw(t, "rows")
			for i := range n {
				model = append(model, entry{uint64(i / 200), ecs.Key(3 * (i % 200))})
			}
			p.load(model)
			model = slices.Clone(model)
		}
		top := ecs.Key(1000)
		one := func(insert bool, e entry) {
			i, there := slices.BinarySearchFunc(model, e, compareEntries)
			if insert {
				p.insert(e)
				if !there {
					model = slices.Insert(model, i, e)
				}
				return
			}
			p.remove(e)
			if there {
				model = slices.Delete(model, i, i+1)
			}
		}
		key := rapid.Uint64Range(0, 3)
		row := rapid.Map(rapid.Uint64Range(0, 700), func(n uint64) ecs.Key { return ecs.Key(n) })
		t.Repeat(map[string]func(*rapid.T){
			"append": func(t *rapid.T) {
				k := key.Draw(t, "key")
				for range rapid.IntRange(1, 2*spanRows).Draw(t, "n") {
					one(true, entry{k, top})
					top++
				}
			},
			"insert": func(t *rapid.T) { one(true, entry{key.Draw(t, "key"), row.Draw(t, "row")}) },
			"remove": func(t *rapid.T) {
				if len(model) > 0 {
					one(false, model[rapid.IntRange(0, len(model)-1).Draw(t, "which")])
				}
			},
			"remove many": func(t *rapid.T) {
				if len(model) == 0 {
					return
				}
				i := rapid.IntRange(0, len(model)-1).Draw(t, "from")
				for _, e := range slices.Clone(model[i:min(len(model), i+spanRows)]) {
					one(false, e)
				}
			},
			"remove none": func(t *rapid.T) { one(false, entry{key.Draw(t, "key"), 999}) },
			"copy":        func(t *rapid.T) { copies = append(copies, copied{p.copied(), slices.Clone(model)}) },
			"look": func(t *rapid.T) {
				e := entry{key.Draw(t, "key"), row.Draw(t, "row")}
				i, there := slices.BinarySearchFunc(model, e, compareEntries)
				if got := p.has(e); got != there {
					t.Fatalf("has %v: %v", e, got)
				}
				var up, down []entry
				p.ascend(e, func(e entry) bool { up = append(up, e); return len(up) < 300 })
				p.descend(e, func(e entry) bool { down = append(down, e); return len(down) < 300 })
				if want := model[i:]; !slices.Equal(up, want[:min(300, len(want))]) {
					t.Fatalf("up from %v: %v, not %v", e, up, want)
				}
				if there {
					i++
				}
				want := slices.Clone(model[max(0, i-300):i])
				slices.Reverse(want)
				if !slices.Equal(down, want) {
					t.Fatalf("down from %v: %v, not %v", e, down, want)
				}
				n := 0
				for _, m := range model {
					if m.key == e.key {
						n++
					}
				}
				if got := p.count(e.key); got != n {
					t.Fatalf("%d rows under %d, not %d", got, e.key, n)
				}
			},
			"": func(t *rapid.T) {
				if got := p.all(); !slices.Equal(got, model) {
					t.Fatalf("%v, not %v", got, model)
				}
				for key := range uint64(5) {
					if _, known := p.counts.Get(key); known != p.several(key) || p.count(key) != p.sum(key) {
						t.Fatalf("it counts %d under %d, of %d (kept: %v)", p.count(key), key, p.sum(key), known)
					}
				}
				for _, c := range copies {
					for key := range uint64(5) {
						if c.p.count(key) != c.p.sum(key) {
							t.Fatalf("a copy counts %d under %d, of %d", c.p.count(key), key, c.p.sum(key))
						}
					}
					if got := c.p.all(); !slices.Equal(got, c.want) {
						t.Fatalf("a copy has become %v, it was %v", got, c.want)
					}
				}
			},
		})
	})
}
