package instance

import (
	"iter"
	"slices"
	"sync"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DescribeInstances", (*Service).DescribeInstances)

// answers are used again: one instance is more than a KiB.
var answers = sync.Pool{New: func() any { return new(api.DescribeInstancesResponse) }}

// DescribeInstances lists instances, newest first. All filters must hold; a
// filter that nothing fits gives an empty list, never an error.
func (s *Service) DescribeInstances(c *action.Call, in *api.DescribeInstancesRequest) (*api.DescribeInstancesResponse, error) {
	snap := s.DB.Snapshot()
	f, err := s.newFilter(c, snap, in)
	if err != nil {
		return nil, err
	}
	page, err := s.Pager.Page(c, action.PageRequest{
		PageNumber: in.PageNumber, PageSize: in.PageSize, MaxResults: in.MaxResults, NextToken: in.NextToken,
		DefaultSize: 10, MaxSize: 100, MinResults: 10, MaximumResults: 100,
	})
	if err != nil {
		return nil, err
	}
	if action.Flag(in.DryRun) {
		return nil, action.DryRun()
	}
	rows, total, next := action.List(page, f.source, f.matcher(), f.exact)
	out := answers.Get().(*api.DescribeInstancesResponse)
	c.Reuse(&answers, out)
	list := slices.Grow(out.Instances.Instance[:0], len(rows))[:len(rows)]
	clear(list)
	*out = api.DescribeInstancesResponse{PageNumber: page.Number, PageSize: page.Size, TotalCount: total, NextToken: next}
	out.Instances.Instance = list
	sh := shower{s: s, v: snap, metadata: slices.Contains(in.AdditionalAttributes, "META_OPTIONS"), eips: state.EIPs.Len(snap) > 0}
	for i, r := range rows {
		sh.show(&out.Instances.Instance[i], r.Key, r.Record)
	}
	return out, nil
}

// filter is what a DescribeInstances call asks for: where to look, and what
// must hold of each instance found there.
type filter struct {
	v      *state.Snapshot
	scope  uint64
	source func(below ecs.Key) iter.Seq2[ecs.Key, *ecs.Instance]
	exact  int // rows that source gives; -1: not known
	tests  []func(ecs.Key, *ecs.Instance) bool
}

// require adds a condition.
func (f *filter) require(test func(ecs.Key, *ecs.Instance) bool) { f.tests = append(f.tests, test) }

// matcher joins the conditions; nil when there are none.
func (f *filter) matcher() func(ecs.Key, *ecs.Instance) bool {
	if len(f.tests) == 0 {
		return nil
	}
	return func(k ecs.Key, r *ecs.Instance) bool {
		for _, t := range f.tests {
			if !t(k, r) {
				return false
			}
		}
		return true
	}
}

// none makes the listing empty.
func (f *filter) none() { f.keys(nil) }

// keys makes the listing these instances, whatever order they come in.
func (f *filter) keys(keys []ecs.Key) {
	slices.SortFunc(keys, func(a, b ecs.Key) int { return -compare(a, b) })
	keys = slices.Compact(keys)
	f.exact = -1
	f.source = func(below ecs.Key) iter.Seq2[ecs.Key, *ecs.Instance] {
		return func(yield func(ecs.Key, *ecs.Instance) bool) {
			for _, k := range keys {
				if below != 0 && k >= below {
					continue
				}
				if r, ok := state.Instances.Get(f.v, k); ok && state.Scope(r.Account, k.Region()) == f.scope && !yield(k, r) {
					return
				}
			}
		}
	}
}

func compare(a, b ecs.Key) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// index looks under one key of an index, if that holds fewer rows than where
// it would look otherwise. The key may stand for other values as well, so the
// condition itself is required too.
func (f *filter) index(x *state.Index[ecs.Instance], key uint64) {
	if n := x.Count(f.v, key); f.source == nil || f.exact >= 0 && n < f.exact {
		f.exact = n
		f.source = func(below ecs.Key) iter.Seq2[ecs.Key, *ecs.Instance] { return x.Descend(f.v, key, below) }
	}
}

// interfaces looks at the instances of the interfaces under one key of an
// index, in the same way.
func (f *filter) interfaces(x *state.Index[ecs.NetworkInterface], key uint64) {
	if f.source == nil {
		f.index(state.InstancesByAccount, f.scope)
	}
	n := x.Count(f.v, key)
	if f.exact < 0 || n >= f.exact {
		return
	}
	keys := make([]ecs.Key, 0, n)
	for _, nic := range x.Ascend(f.v, key, 0) {
		if nic.Instance != 0 {
			keys = append(keys, nic.Instance)
		}
	}
	f.keys(keys)
}
