package network

import (
	"sync"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/firewall"
	"github.com/openecs/openecs/internal/state"
)

// Firewall keeps security groups ready for matching, each once for all its
// members. A group is made ready again when it is asked for and its row, or that
// of a list its rules name, is another than before: a change costs one group,
// however many members it has. It is safe for concurrent use; the zero Firewall
// is empty.
type Firewall struct {
	mu     sync.RWMutex
	groups map[ecs.Key]*ready
}

// ready is a group with the rows that it was made of. Rows never change, so that
// the same rows mean the same group.
type ready struct {
	row      *ecs.SecurityGroup
	prefixes []named[ecs.PrefixList]
	ports    []named[ecs.PortRangeList]
	group    *firewall.Group
}

type named[R any] struct {
	key ecs.Key
	row *R // nil: there is none
}

// Group is a security group as it is in a view; nil if there is none.
func (f *Firewall) Group(v state.View, k ecs.Key) *firewall.Group {
	row, ok := state.Groups.Get(v, k)
	if !ok {
		return nil
	}
	f.mu.RLock()
	r := f.groups[k]
	f.mu.RUnlock()
	if r != nil && r.row == row && same(v, state.PrefixLists, r.prefixes) && same(v, state.PortRangeLists, r.ports) {
		return r.group
	}
	r = &ready{row: row, group: firewall.Compile(k, row, Lists{v})}
	for i := range row.Rules {
		r.prefixes = note(v, state.PrefixLists, r.prefixes, row.Rules[i].PrefixList)
		r.ports = note(v, state.PortRangeLists, r.ports, row.Rules[i].PortList)
	}
	f.keep(v, k, r)
	return r.group
}

// keep puts a group in. Groups that are gone are let go when there are more of
// them than of others.
func (f *Firewall) keep(v state.View, k ecs.Key, r *ready) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.groups == nil {
		f.groups = map[ecs.Key]*ready{}
	}
	f.groups[k] = r
	if len(f.groups) > 2*state.Groups.Len(v)+spare {
		for k := range f.groups {
			if _, ok := state.Groups.Get(v, k); !ok {
				delete(f.groups, k)
			}
		}
	}
}

// spare is how many groups that are gone are not worth a search.
const spare = 64

// Groups are the groups of an interface.
func (f *Firewall) Groups(v state.View, n *ecs.NetworkInterface) []*firewall.Group {
	out := make([]*firewall.Group, 0, len(n.Groups))
	for _, k := range n.Groups {
		if g := f.Group(v, k); g != nil {
			out = append(out, g)
		}
	}
	return out
}

// same reports whether lists are those that they were.
func same[R any](v state.View, t *state.Table[R], list []named[R]) bool {
	for _, l := range list {
		if row, _ := t.Get(v, l.key); row != l.row {
			return false
		}
	}
	return true
}

// note adds a list to those that a group was made of.
func note[R any](v state.View, t *state.Table[R], list []named[R], k ecs.Key) []named[R] {
	if k == 0 {
		return list
	}
	for _, l := range list {
		if l.key == k {
			return list
		}
	}
	row, _ := t.Get(v, k)
	return append(list, named[R]{k, row})
}
