package state

import (
	"slices"

	"github.com/tidwall/btree"

	"github.com/openecs/openecs/internal/ecs"
)

// postings is the sorted set of the entries of an index whose keys have many rows each, as an account or a status has.
// The rows of a key lie in spans, so that a row that is added at the end of its key, as a new one is, mostly costs an
// append, and 8 bytes. A copy shares everything; the working one copies a span before it changes it, once after each copy.
type postings struct {
	spans *btree.BTreeG[span]
	age   uint32 // of the working one: rows of an earlier age are shared with a copy
	tails [8]tail
}

// span is rows of a key, all of them below the first of the next span.
type span struct {
	key   uint64
	first ecs.Key // the lowest row, or below it
	rows  *rows   // nil: first is the only one
}

type rows struct {
	age  uint32
	list []ecs.Key // ascending, never empty
}

// tail is where a row that is added at the end of a key goes: the rows of the last span of key, of this age.
type tail struct {
	key  uint64
	rows *rows
}

// spanRows is how many rows a span has at most. Wider ones make a changed span dearer to copy.
const spanRows = 128

func newPostings() *postings {
	less := func(a, b span) bool { return a.key < b.key || a.key == b.key && a.first < b.first }
	return &postings{spans: btree.NewBTreeGOptions(less, btree.Options{Degree: degree, NoLocks: true})}
}

// find is the span that has the row, if there is one that may.
func (p *postings) find(e entry) (s span, ok bool) {
	p.spans.Descend(span{key: e.key, first: e.row}, func(f span) bool {
		s, ok = f, f.key == e.key
		return false
	})
	return s, ok
}

func (p *postings) has(e entry) bool {
	s, ok := p.find(e)
	switch {
	case !ok:
		return false
	case s.rows == nil:
		return s.first == e.row
	}
	_, ok = slices.BinarySearch(s.rows.list, e.row)
	return ok
}

// last is whether no span of its key follows s.
func (p *postings) last(s span) (last bool) {
	last = true
	p.spans.Ascend(span{key: s.key, first: s.first + 1}, func(f span) bool {
		last = f.key != s.key
		return false
	})
	return last
}

func (p *postings) insert(e entry) {
	t := &p.tails[e.key%uint64(len(p.tails))]
	if t.rows != nil && t.key == e.key && len(t.rows.list) < spanRows && e.row > t.rows.list[len(t.rows.list)-1] {
		t.rows.list = append(t.rows.list, e.row)
		return
	}
	s, ok := p.find(e)
	if !ok {
		p.spans.Set(span{key: e.key, first: e.row})
		return
	}
	if s.rows == nil {
		if s.first == e.row {
			return
		}
		s.rows = &rows{age: p.age, list: append(make([]ecs.Key, 0, 4), s.first, e.row)}
		p.spans.Set(s)
		p.keep(t, s)
		return
	}
	i, there := slices.BinarySearch(s.rows.list, e.row)
	switch {
	case there:
		return
	case len(s.rows.list) < spanRows:
		s = p.own(s, 1)
		s.rows.list = slices.Insert(s.rows.list, i, e.row)
	case i == spanRows:
		s = span{key: e.key, first: e.row}
		p.spans.Set(s)
		return
	default:
		p.split(s)
		p.insert(e)
		return
	}
	if i == len(s.rows.list)-1 {
		p.keep(t, s)
	}
}

// keep remembers s if it is the last span of its key.
func (p *postings) keep(t *tail, s span) {
	if p.last(s) {
		*t = tail{s.key, s.rows}
	}
}

// own is s with rows that may be changed, and with room for more.
func (p *postings) own(s span, more int) span {
	if s.rows.age == p.age {
		return s
	}
	n := len(s.rows.list)
	room := n
	if more > 0 {
		room = min(spanRows, n+max(more, n/2))
	}
	s.rows = &rows{age: p.age, list: append(make([]ecs.Key, 0, room), s.rows.list...)}
	p.spans.Set(s)
	return s
}

// split makes two of a full span.
func (p *postings) split(s span) {
	all, half := s.rows.list, len(s.rows.list)/2
	p.forget(s.rows)
	p.spans.Set(span{s.key, s.first, &rows{age: p.age, list: slices.Clone(all[:half])}})
	p.spans.Set(span{s.key, all[half], &rows{age: p.age, list: slices.Clone(all[half:])}})
}

func (p *postings) forget(r *rows) {
	for i := range p.tails {
		if p.tails[i].rows == r {
			p.tails[i] = tail{}
		}
	}
}

func (p *postings) remove(e entry) {
	s, ok := p.find(e)
	switch {
	case !ok:
	case s.rows == nil:
		if s.first == e.row {
			p.spans.Delete(s)
		}
	default:
		i, there := slices.BinarySearch(s.rows.list, e.row)
		if !there {
			return
		}
		if len(s.rows.list) == 1 {
			p.forget(s.rows)
			p.spans.Delete(s)
			return
		}
		s = p.own(s, 0)
		s.rows.list = slices.Delete(s.rows.list, i, i+1)
	}
}

// count is the number of rows of key: the cost is that of its spans.
func (p *postings) count(key uint64) (n int) {
	p.spans.Ascend(span{key: key}, func(s span) bool {
		if s.key != key {
			return false
		}
		n += s.len()
		return true
	})
	return n
}

func (s span) len() int {
	if s.rows == nil {
		return 1
	}
	return len(s.rows.list)
}

// ascend yields the entries from e on.
func (p *postings) ascend(e entry, yield func(entry) bool) {
	from := span{key: e.key, first: e.row}
	if s, ok := p.find(e); ok {
		from = s
	}
	p.spans.Ascend(from, func(s span) bool {
		if s.rows == nil {
			return entryLess(entry{s.key, s.first}, e) || yield(entry{s.key, s.first})
		}
		i := 0
		if s.key == e.key && s.first <= e.row {
			i, _ = slices.BinarySearch(s.rows.list, e.row)
		}
		for _, r := range s.rows.list[i:] {
			if !yield(entry{s.key, r}) {
				return false
			}
		}
		return true
	})
}

// descend yields the entries from e down.
func (p *postings) descend(e entry, yield func(entry) bool) {
	p.spans.Descend(span{key: e.key, first: e.row}, func(s span) bool {
		if s.rows == nil {
			return yield(entry{s.key, s.first})
		}
		n := len(s.rows.list)
		if s.key == e.key {
			var there bool
			if n, there = slices.BinarySearch(s.rows.list, e.row); there {
				n++
			}
		}
		for i := n - 1; i >= 0; i-- {
			if !yield(entry{s.key, s.rows.list[i]}) {
				return false
			}
		}
		return true
	})
}

// copied is a copy that nobody changes.
func (p *postings) copied() *postings {
	p.age++
	p.tails = [len(p.tails)]tail{}
	return &postings{spans: p.spans.Copy()}
}

// load fills p, which is empty, from sorted entries.
func (p *postings) load(entries []entry) {
	for len(entries) > 0 {
		key, n := entries[0].key, 1
		for n < len(entries) && n < spanRows && entries[n].key == key {
			n++
		}
		s := span{key: key, first: entries[0].row}
		if n > 1 {
			s.rows = &rows{list: make([]ecs.Key, n)}
			for i, e := range entries[:n] {
				s.rows.list[i] = e.row
			}
		}
		p.spans.Load(s)
		entries = entries[n:]
	}
	p.spans = p.spans.Copy() // loading in order leaves spare room in nearly every node; a copied node has none
	p.spans.ScanMut(func(span) bool { return true })
	p.age++
}
