package image

import (
	"cmp"
	"iter"
	"math"
	"slices"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/image"
	"github.com/openecs/openecs/internal/state"
)

// candidate is one image as the filters see it, whoever owns it. One is used
// for all rows of a listing.
type candidate struct {
	facts *catalog.Image // what instances see of it; of a custom image without its ID
	key   ecs.Key        // of a custom image; 0: of the catalogue
	rec   *ecs.Image     // likewise; nil
	own   bool
}

func (m *candidate) name() string {
	switch {
	case m.rec == nil:
		return m.facts.ID
	case m.rec.Name == "":
		return ecs.ID(ecs.KindImage, m.key)
	}
	return m.rec.Name
}

func (m *candidate) status() ecs.ImageStatus {
	if m.rec == nil {
		return ecs.ImageAvailable
	}
	return m.rec.Status()
}

// query is what a DescribeImages request asks for. The narrowest index that
// was named decides what the caller's own images cost.
type query struct {
	s       *Service
	c       *action.Call
	v       *state.Snapshot
	owner   string   // alias, or empty: any
	ids     []string // nil: any
	listed  bool     // ids were given
	tests   []func(*candidate) bool
	own     func(yield func(ecs.Key, *ecs.Image) bool)
	exact   int  // rows that own gives
	statusX bool // own is the index of the one status asked for
}

func (s *Service) newQuery(c *action.Call, in *api.DescribeImagesRequest) (*query, error) {
	q := &query{s: s, c: c, v: s.DB.Snapshot(), exact: math.MaxInt}
	q.index(state.ImagesByAccount, state.Scope(c.Caller.Account, c.RegionCode()))
	for _, step := range [...]func(*query, *api.DescribeImagesRequest) error{
		(*query).owners, (*query).sets, (*query).names, (*query).flags, (*query).times, (*query).tags, (*query).fit, (*query).statuses,
	} {
		if err := step(q, in); err != nil {
			return nil, err
		}
	}
	return q, nil
}

func (q *query) require(test func(*candidate) bool) { q.tests = append(q.tests, test) }

// index looks for the caller's own images under a key of an index, if that
// holds fewer than where it would look otherwise. Keys may collide, so the
// condition itself is required too.
func (q *query) index(x *state.Index[ecs.Image], key uint64) bool {
	n := x.Count(q.v, key)
	if n >= q.exact {
		return false
	}
	q.exact = n
	q.own = x.Descend(q.v, key, 0)
	return true
}

// list collects a page of what passes, and how many do.
func (q *query) list(number, size int) (page []api.DescribeImagesImage, total int) {
	page = []api.DescribeImagesImage{}
	first := (int64(number) - 1) * int64(size)
	take := func(show func() api.DescribeImagesImage) {
		if int64(total) >= first && len(page) < size {
			page = append(page, show())
		}
		total++
	}
	q.listCustom(take, func() bool { return len(page) == size }, &total)
	q.listSystem(take)
	return page, total
}

func (q *query) listCustom(take func(func() api.DescribeImagesImage), full func() bool, total *int) {
	var facts catalog.Image
	one := func(k ecs.Key, r *ecs.Image) bool {
		m := candidate{facts: &facts, key: k, rec: r, own: r.Account == q.c.Caller.Account}
		image.Fill(&facts, q.v, q.s.Catalog, r)
		if q.passes(&m) {
			take(func() api.DescribeImagesImage { return q.s.showCustom(q.v, &m) })
		}
		return true
	}
	if q.listed {
		for k, r := range q.byID() {
			one(k, r)
		}
		return
	}
	if q.owner == "" || q.owner == ownerSelf {
		scope := state.Scope(q.c.Caller.Account, q.c.RegionCode())
		counted := q.statusX && len(q.tests) == 1 // the status alone, which the index tells
		seen := 0
		for k, r := range q.own {
			if state.Scope(r.Account, k.Region()) != scope {
				continue
			}
			if counted && full() {
				*total += q.exact - seen
				break
			}
			seen++
			one(k, r)
		}
	}
	if q.owner == "" || q.owner == ownerOthers {
		for k, r := range state.ImagesByShare.Descend(q.v, state.Scope(q.c.Caller.Account, q.c.RegionCode()), 0) {
			if image.Visible(r, q.c.Caller.Account) && k.Region() == q.c.RegionCode() {
				one(k, r)
			}
		}
	}
}

// byID are the custom images that ImageId names, newest first, as far as the
// caller may use them and asked for their owners.
func (q *query) byID() iter.Seq2[ecs.Key, *ecs.Image] {
	var keys []ecs.Key
	for _, id := range q.ids {
		if k, ok := ecs.ParseID(ecs.KindImage, id); ok && k.Region() == q.c.RegionCode() {
			keys = append(keys, k)
		}
	}
	slices.SortFunc(keys, func(a, b ecs.Key) int { return cmp.Compare(b, a) })
	account := q.c.Caller.Account
	return func(yield func(ecs.Key, *ecs.Image) bool) {
		for _, own := range []bool{true, false} {
			if q.owner != "" && q.owner != map[bool]string{true: ownerSelf, false: ownerOthers}[own] {
				continue
			}
			for _, k := range slices.Compact(slices.Clone(keys)) {
				r, ok := state.Images.Get(q.v, k)
				if ok && image.Visible(r, account) && own == (r.Account == account) && !yield(k, r) {
					return
				}
			}
		}
	}
}

func (q *query) listSystem(take func(func() api.DescribeImagesImage)) {
	if q.owner != "" && q.owner != ownerSystem {
		return
	}
	shown, ok := q.s.system.Load(q.c.Region.ID)
	if !ok {
		shown, _ = q.s.system.LoadOrStore(q.c.Region.ID, q.s.systemImages(q.c.Region.ID))
	}
	for i, facts := range q.s.Catalog.Images(q.c.Region.ID) {
		if q.listed && !slices.Contains(q.ids, facts.ID) {
			continue
		}
		if q.passes(&candidate{facts: facts}) {
			take(func() api.DescribeImagesImage { return shown.([]api.DescribeImagesImage)[i] })
		}
	}
}

func (q *query) passes(m *candidate) bool {
	for _, test := range q.tests {
		if !test(m) {
			return false
		}
	}
	return true
}
