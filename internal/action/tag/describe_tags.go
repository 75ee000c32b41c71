package tag

import (
	"cmp"
	"slices"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/model/tag"
)

var _ = action.Handle(&actions, "DescribeTags", (*Service).DescribeTags)

// DescribeTags lists the tags that are in use, each once, by key and value, with
// how many resources of each kind have it. Since a tag is no row of its own, the
// cost is that of the tagged resources that are asked for. ListTagResources has
// taken its place.
func (s *Service) DescribeTags(c *action.Call, in *api.DescribeTagsRequest) (*api.DescribeTagsResponse, error) {
	l, err := s.ecsListing(c, in.ResourceType, in.Tag)
	if err != nil {
		return nil, err
	}
	if err := ecsTags(in.Tag); err != nil {
		return nil, err
	}
	if in.ResourceID != "" {
		l.names = true
		for _, k := range l.kinds {
			if key, ok := k.Find(l.v, c.Caller.Account, c.RegionCode(), in.ResourceID); ok {
				l.named = append(l.named, target{k, key})
			}
		}
	}
	page, err := s.ecsPage(c, in.PageNumber, in.PageSize)
	if err != nil {
		return nil, err
	}
	out := &api.DescribeTagsResponse{PageNumber: page.Number, PageSize: page.Size}
	if in.Category != "" && in.Category != "custom" { // no tag here is the service's own
		return out, nil
	}
	found := l.inUse(in.Tag)
	out.TotalCount = len(found)
	out.Tags.Tag = cut(page, found)
	return out, nil
}

// inUse counts the tags of the rows that are found: of each row those that the
// filter names, or all.
func (l *listing) inUse(filter []api.Tag) []api.DescribeTagsTag {
	index := map[ecs.Tag]int{}
	var out []api.DescribeTagsTag
	for r := range l.all() {
		for _, t := range r.Tags {
			key, value := l.v.Str(t.Key), l.v.Str(t.Value)
			if len(filter) > 0 && !slices.ContainsFunc(filter, func(f api.Tag) bool { return f.Key == key && (f.Value == "" || f.Value == value) }) {
				continue
			}
			i, ok := index[t]
			if !ok {
				i = len(out)
				index[t] = i
				out = append(out, api.DescribeTagsTag{TagKey: key, TagValue: value})
			}
			if n := counter(&out[i].ResourceTypeCount, r.Kind.Type()); n != nil {
				*n++
			}
		}
	}
	slices.SortFunc(out, func(a, b api.DescribeTagsTag) int {
		return cmp.Or(cmp.Compare(a.TagKey, b.TagKey), cmp.Compare(a.TagValue, b.TagValue))
	})
	return out
}

// counter is where resources of a type are counted; nil for one that the answer
// has no place for.
func counter(n *api.DescribeTagsTagResourceTypeCount, typ string) *int {
	return map[string]*int{
		"ddh": &n.Ddh, "disk": &n.Disk, "eni": &n.ENI, "image": &n.Image, "instance": &n.Instance, "keypair": &n.KeyPair,
		"launchtemplate": &n.LaunchTemplate, "reservedinstance": &n.ReservedInstance, "securitygroup": &n.Securitygroup,
		"snapshot": &n.Snapshot, "snapshotpolicy": &n.SnapshotPolicy, "volume": &n.Volume,
	}[typ]
}

// ecsListing is a search of the older actions: a type is optional, and so are
// tags.
func (s *Service) ecsListing(c *action.Call, typ string, tags []api.Tag) (*listing, error) {
	if err := tag.CheckFilter(tags); err != nil {
		return nil, err
	}
	snap := s.DB.Snapshot()
	l := &listing{c: c, v: snap, kinds: resource.All("ecs"), tags: tag.NewFilter(snap, tags)}
	if typ != "" {
		kind, err := ecsKind(typ)
		if err != nil {
			return nil, err
		}
		l.kinds = nil
		if kind != nil {
			l.kinds = []resource.Kind{kind}
		}
	}
	return l, nil
}

func (s *Service) ecsPage(c *action.Call, number, size *int) (action.Page, error) {
	return s.Pager.Page(c, action.PageRequest{PageNumber: number, PageSize: size, DefaultSize: 50, MaxSize: 100})
}

// cut is a page of a list.
func cut[T any](p action.Page, list []T) []T {
	skip := min((p.Number-1)*p.Size, len(list))
	return list[skip:min(skip+p.Size, len(list))]
}
