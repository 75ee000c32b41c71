package state

import (
	"slices"

	"github.com/tidwall/btree"

	"github.com/openecs/openecs/internal/ecs"
)

// Sum describes numbers that are kept of a table: for every record its function adds some to keys, and Of is what all
// records together have added. As an index it is never stored: it is what the rows say, whoever wrote them and however. The
// function must depend on its arguments alone.
type Sum[R any] struct{ sum }

// sum is a Sum[R] to those who do not know R.
type sum struct {
	table *table
	ord   int
	terms func(k ecs.Key, r row, add func(key uint64, n int64))
}

// sumData is a sum in a view: no entry where it is 0.
type sumData = *btree.Map[uint64, int64]

func newSumData() sumData { return btree.NewMap[uint64, int64](degree) }

// Sum describes a sum over t. It is declared while the program starts.
func (t *Table[R]) Sum(terms func(k ecs.Key, r *R, add func(key uint64, n int64))) *Sum[R] {
	s := &Sum[R]{sum{table: &t.table, ord: len(t.sums), terms: func(k ecs.Key, r row, add func(uint64, int64)) { terms(k, (*R)(r), add) }}}
	if t.schema.opened.Load() {
		panic("state: a sum of table " + t.name + " is declared after Open")
	}
	t.sums = append(t.sums, &s.sum)
	return s
}

// Of is the sum under key, read from one place.
func (s *sum) Of(v View, key uint64) int64 {
	n, _ := s.table.in(v).sums[s.ord].Get(key)
	return n
}

// term is what a record adds to one key.
type term struct {
	key uint64
	n   int64
}

// termList gathers terms without an allocation once it has grown.
type termList struct {
	terms []term
	add   func(key uint64, n int64)
}

func newTermList() *termList {
	l := &termList{}
	l.add = func(key uint64, n int64) { l.terms = append(l.terms, term{key, n}) }
	return l
}

func (l *termList) fill(s *sum, k ecs.Key, r row) {
	l.terms = l.terms[:0]
	if r != nil {
		s.terms(k, r, l.add)
	}
}

// changeSum takes the terms of the record that goes out and puts those of the one that comes in; false if they are the same.
func changeSum(d sumData, gone, come []term) bool {
	if slices.Equal(gone, come) {
		return false
	}
	add := func(key uint64, n int64) {
		was, _ := d.Get(key)
		if was+n == 0 {
			d.Delete(key)
		} else {
			d.Set(key, was+n)
		}
	}
	for _, t := range gone {
		add(t.key, -t.n)
	}
	for _, t := range come {
		add(t.key, t.n)
	}
	return true
}

// build sums all rows.
func (s *sum) build(parts []*decoded) sumData {
	d, l := newSumData(), newTermList()
	for _, p := range parts {
		for i, r := range p.rows {
			l.fill(s, p.keys[i], r)
			changeSum(d, nil, l.terms)
		}
	}
	return d
}
