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
	spans  *btree.BTreeG[span]
	counts *btree.Map[uint64, uint32] // rows of the keys that have several spans, without what tails has added
	age    uint32                     // of the working one: rows of an earlier age are shared with a copy
	tails  [8]tail
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
	key   uint64
	rows  *rows
	added int // rows that counts does not know of
}

// spanRows is how many rows a span has at most. Wider ones make a changed span dearer to copy.
const spanRows = 128

func newPostings() *postings {
	less := func(a, b span) bool { return a.key < b.key || a.key == b.key && a.first < b.first }
	return &postings{spans: btree.NewBTreeGOptions(less, btree.Options{Degree: degree, NoLocks: true}), counts: btree.NewMap[uint64, uint32](degree)}
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
		t.added++
		return
	}
	p.tell(t)
	s, ok := p.find(e)
	switch {
	case !ok:
		p.spans.Set(span{key: e.key, first: e.row})
		p.counted(e.key, 1, 1)
		return
	case s.rows == nil && s.first == e.row:
		return
	case s.rows == nil:
		s.rows = &rows{age: p.age, list: append(make([]ecs.Key, 0, 4), s.first, e.row)}
		p.spans.Set(s)
	default:
		i, there := slices.BinarySearch(s.rows.list, e.row)
		switch {
		case there:
			return
		case i == spanRows:
			p.forget(s.rows) // it is the last one no more
			p.spans.Set(span{key: e.key, first: e.row})
			p.counted(e.key, 1, 1)
			return
		case len(s.rows.list) == spanRows:
			p.split(s)
			p.insert(e)
			return
		}
		s = p.own(s, 1)
		s.rows.list = slices.Insert(s.rows.list, i, e.row)
	}
	p.counted(e.key, 1, 0)
	if s.rows.list[len(s.rows.list)-1] == e.row && p.last(s) {
		*t = tail{key: s.key, rows: s.rows}
	}
}

// tell makes counts know what t does.
func (p *postings) tell(t *tail) {
	if n := t.added; n > 0 {
		t.added = 0
		p.counted(t.key, n, 0)
	}
}

// counted takes note of rows that came or went under key, and of spans that did.
func (p *postings) counted(key uint64, rows, spans int) {
	n, known := p.counts.Get(key)
	switch {
	case known && (spans >= 0 || p.several(key)):
		p.counts.Set(key, uint32(int(n)+rows))
	case known:
		p.counts.Delete(key)
	case spans > 0 && p.several(key):
		p.counts.Set(key, uint32(p.sum(key)))
	}
}

// several is whether key has more than one span.
func (p *postings) several(key uint64) bool {
	n := 0
	p.spans.Ascend(span{key: key}, func(s span) bool {
		if s.key == key {
			n++
		}
		return s.key == key && n < 2
	})
	return n > 1
}

// sum counts the rows of key.
func (p *postings) sum(key uint64) (n int) {
	p.spans.Ascend(span{key: key}, func(s span) bool {
		if s.key == key {
			n += s.len()
		}
		return s.key == key
	})
	return n
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
	p.counted(s.key, 0, 1)
}

func (p *postings) forget(r *rows) {
	for i := range p.tails {
		if p.tails[i].rows == r {
			p.tails[i] = tail{}
		}
	}
}

func (p *postings) remove(e entry) {
	p.tell(&p.tails[e.key%uint64(len(p.tails))])
	s, ok := p.find(e)
	if !ok {
		return
	}
	if s.rows == nil {
		if s.first == e.row {
			p.spans.Delete(s)
			p.counted(e.key, -1, -1)
		}
		return
	}
	i, there := slices.BinarySearch(s.rows.list, e.row)
	switch {
	case !there:
	case len(s.rows.list) == 1:
		p.forget(s.rows)
		p.spans.Delete(s)
		p.counted(e.key, -1, -1)
	default:
		s = p.own(s, 0)
		s.rows.list = slices.Delete(s.rows.list, i, i+1)
		p.counted(e.key, -1, 0)
	}
}

// count is the number of rows of key.
func (p *postings) count(key uint64) int {
	n, known := p.counts.Get(key)
	if !known {
		return p.sum(key) // of one span at most
	}
	if t := &p.tails[key%uint64(len(p.tails))]; t.key == key {
		return int(n) + t.added
	}
	return int(n)
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
	for i := range p.tails {
		p.tell(&p.tails[i])
		p.tails[i] = tail{}
	}
	p.age++
	return &postings{spans: p.spans.Copy(), counts: p.counts.Copy()}
}

// load fills p, which is empty, from sorted entries.
func (p *postings) load(entries []entry) {
	for len(entries) > 0 {
		key, n := entries[0].key, 1
		for n < len(entries) && entries[n].key == key {
			n++
		}
		if n > spanRows {
			p.counts.Load(key, uint32(n))
		}
		for of := entries[:n]; len(of) > 0; {
			s := span{key: key, first: of[0].row}
			if m := min(len(of), spanRows); m > 1 {
				s.rows = &rows{list: make([]ecs.Key, m)}
				for i, e := range of[:m] {
					s.rows.list[i] = e.row
				}
			}
			p.spans.Load(s)
			of = of[s.len():]
		}
		entries = entries[n:]
	}
	p.spans = p.spans.Copy() // loading in order leaves spare room in nearly every node; a copied node has none
	p.spans.ScanMut(func(span) bool { return true })
	p.counts = tightMap(p.counts)
	p.age++
}
