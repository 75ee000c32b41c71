package resourcegroup

import (
	"iter"
	"slices"
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ListResources", (*Service).ListResources)

// ListResources lists an account's resources of all products and regions that
// belong to groups: the default group's too. A filter that nothing fits gives an
// empty list.
func (s *Service) ListResources(c *action.Call, in *api.ListResourcesRequest) (*api.ListResourcesResponse, error) {
	page, err := s.Pager.Page(c, action.PageRequest{PageNumber: in.PageNumber, PageSize: in.PageSize, DefaultSize: 10, MaxSize: 100})
	if err != nil {
		return nil, err
	}
	if len(in.ResourceTypes) > 50 {
		return nil, action.Invalid("ResourceTypes")
	}
	q := &query{v: s.DB.Snapshot(), account: c.Caller.Account, kinds: kindsOf(in), regions: s.Catalog.Regions()}
	if in.Region != "" {
		q.regions = nil
		if r, ok := s.Catalog.Region(in.Region); ok {
			q.regions = []*catalog.Region{r}
		}
	}
	q.group = resource.NewVPCGroupFilter(q.v, q.account, in.ResourceGroupID)
	if in.ResourceID != "" {
		q.ids = []string{in.ResourceID}
	}
	if in.ResourceIDs != "" {
		q.ids = append(q.ids, strings.Split(in.ResourceIDs, ",")...)
	}
	rows, total, _ := q.list(page)
	out := &api.ListResourcesResponse{PageNumber: page.Number, PageSize: page.Size, TotalCount: total}
	for _, r := range rows {
		o := api.ListResourcesResource{
			CreateDate: ecs.Second(r.Record.Created), ResourceGroupID: resource.ShowGroup(q.v, q.account, r.Record.Group),
			ResourceID: r.Record.ID, ResourceType: r.Record.Kind.Type(), Service: r.Record.Kind.Product(),
		}
		if region, ok := s.Catalog.RegionByCode(r.Record.Key.Region()); ok {
			o.RegionID = region.ID
		}
		out.Resources.Resource = append(out.Resources.Resource, o)
	}
	return out, nil
}

// kindsOf is the kinds that a request asks for.
func kindsOf(in *api.ListResourcesRequest) (out []resource.Kind) {
	for _, k := range resource.All("") {
		pairs := slices.ContainsFunc(in.ResourceTypes, func(t api.ListResourcesRequestResourceTypes) bool {
			return t.Service == k.Product() && t.ResourceType == k.Type()
		})
		// A pair that lacks one half has no effect.
		none := !slices.ContainsFunc(in.ResourceTypes, func(t api.ListResourcesRequestResourceTypes) bool { return t.Service != "" && t.ResourceType != "" })
		if k.Grouped() && (pairs || none) && (in.Service == "" || in.Service == k.Product()) && (in.ResourceType == "" || in.ResourceType == k.Type()) {
			out = append(out, k)
		}
	}
	return out
}

// query is what a ListResources call asks for.
type query struct {
	v       *state.Snapshot
	account uint64
	kinds   []resource.Kind
	regions []*catalog.Region
	group   resource.GroupFilter
	ids     []string
}

// list collects a page: of the resources that are named, of those of one group, or
// of all of the account. Only for a group and a region, and for the default group,
// are rows looked at that are not asked for.
func (q *query) list(p action.Page) (rows []action.Row[resource.Row], total int, next string) {
	if len(q.ids) > 0 {
		return action.List(p, q.named, q.match, -1)
	}
	var sources []resource.Source
	key, grouped := q.group.Key()
	for _, k := range q.kinds {
		if grouped {
			sources = append(sources, resource.Source{Kind: k, By: resource.ByGroup, Index: key})
			continue
		}
		for _, r := range q.regions {
			sources = append(sources, resource.Source{Kind: k, By: resource.ByAccount, Index: state.Scope(q.account, r.Code)})
		}
	}
	match, exact := q.match, -1
	if !grouped && !q.group.Given() {
		match, exact = nil, resource.Count(q.v, sources)
	}
	return action.List(p, resource.Rows(q.v, 0, sources), match, exact)
}

func (q *query) match(_ ecs.Key, r *resource.Row) bool {
	return q.group.Match(r.Group) && r.Account == q.account &&
		slices.ContainsFunc(q.regions, func(o *catalog.Region) bool { return o.Code == r.Key.Region() })
}

func (q *query) named(ecs.Key) iter.Seq2[ecs.Key, *resource.Row] {
	return func(yield func(ecs.Key, *resource.Row) bool) {
		for _, kind := range q.kinds {
			for _, region := range q.regions {
				for _, id := range q.ids {
					if k, ok := kind.Find(q.v, q.account, region.Code, id); ok {
						r, _ := kind.Get(q.v, k)
						if !yield(k, &resource.Row{Kind: kind, Key: k, Resource: r}) {
							return
						}
					}
				}
			}
		}
	}
}
