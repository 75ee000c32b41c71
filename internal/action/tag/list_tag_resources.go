package tag

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ListTagResources", (*Service).ListTagResources)

// groupTag is the key by which ECS lets one ask for the resources of a resource
// group instead of a tag.
const groupTag = "acs:rm:rgId"

// perPage is how many resources a page of ECS has. A resource's tags are never
// told apart over two pages.
const perPage = 50

// ListTagResources lists the tags of resources of one kind: of those that are
// named, of those that have all of some tags, or both.
func (s *Service) ListTagResources(c *action.Call, in *api.ListTagResourcesRequest) (*api.ListTagResourcesResponse, error) {
	if err := ecsOwner(c, nil); err != nil {
		return nil, err
	}
	if err := ecsNumbers(len(in.ResourceID), len(in.Tag)); err != nil {
		return nil, err
	}
	if len(in.ResourceID) == 0 && len(in.Tag) == 0 && len(in.TagFilter) == 0 {
		return nil, api.Errorf(api.CodeBothEmptyTagsAndResources, "The specified Tags and ResourcesIds are not allow to both empty.")
	}
	group, err := ecsListTags(in)
	if err != nil {
		return nil, err
	}
	patterns, err := newPatterns(in.TagFilter)
	if err != nil {
		return nil, err
	}
	kind, err := ecsKind(in.ResourceType)
	if err != nil {
		return nil, err
	}
	snap := s.DB.Snapshot()
	page, err := s.Pager.Page(c, action.PageRequest{
		MaxResults: new(perPage), NextToken: in.NextToken, MinResults: perPage, MaximumResults: perPage, BadToken: api.CodeInvalidNextToken,
	})
	if err != nil {
		return nil, err
	}
	out := &api.ListTagResourcesResponse{}
	if kind == nil {
		if len(in.ResourceID) > 0 {
			return nil, ecsGone()
		}
		return out, nil
	}
	l := &listing{c: c, v: snap, kinds: []resource.Kind{kind}, names: len(in.ResourceID) > 0}
	var ok bool
	if l.named, ok = find(c, snap, kind, in.ResourceID); !ok {
		return nil, ecsGone()
	}
	if group != "" {
		if group == resource.DefaultGroupID(c.Caller.Account) {
			return nil, api.Errorf(api.CodeInvalidDefaultResourceGroupNotSupported, "The specified parameter Tag is not support for default resource group.")
		}
		out.TagResources.TagResource, out.NextToken = l.inGroup(page, kind, group)
		return out, nil
	}
	l.tags = tag.NewFilter(snap, in.Tag)
	l.match = func(r *resource.Row) bool { return patterns.match(snap, r.Tags) }
	rows, _, next := l.page(page)
	out.NextToken = next
	for _, r := range rows {
		for _, t := range r.Record.Tags {
			out.TagResources.TagResource = append(out.TagResources.TagResource, api.ListTagResourcesTagResource{
				ResourceID: r.Record.ID, ResourceType: kind.Type(), TagKey: snap.Str(t.Key), TagValue: snap.Str(t.Value),
			})
		}
	}
	return out, nil
}

// ecsListTags checks the Tag.N of ListTagResources. group is the resource group
// that they ask for instead of tags.
func ecsListTags(in *api.ListTagResourcesRequest) (group string, err error) {
	for _, t := range in.Tag {
		if t.Key != groupTag {
			continue
		}
		if len(in.Tag) > 1 || len(in.TagFilter) > 0 {
			return "", api.Errorf(api.CodeInvalidTagNotSupported, "You can only specify Tag for either resource tag or resource group.")
		}
		if t.Value == "" {
			return "", api.Errorf(api.CodeInvalidTagValueMalformed, "The specified Tag.n.Value is not valid.")
		}
		return t.Value, nil
	}
	if len(in.Tag) > 0 && len(in.TagFilter) > 0 {
		return "", api.Errorf(api.CodeInvalidTagsMalFormed, "The tags must be empty, when the tagFilters is not empty.")
	}
	return "", ecsTags(in.Tag)
}

// inGroup is the resources of a kind in a resource group, which is shown as their
// one tag.
func (l *listing) inGroup(p action.Page, kind resource.Kind, group string) (out []api.ListTagResourcesTagResource, next string) {
	sym, ok := state.LookupSym(l.v, group)
	if !ok {
		return nil, ""
	}
	seq := resource.Rows(l.v, l.c.RegionCode(), []resource.Source{{Kind: kind, By: resource.ByGroup, Index: uint64(sym)}})
	if l.names {
		seq = l.namedRows
	}
	rows, _, next := action.List(p, seq, func(_ ecs.Key, r *resource.Row) bool {
		return r.Account == l.c.Caller.Account && r.Key.Region() == l.c.RegionCode() && r.Group == sym
	}, -1)
	for _, r := range rows {
		out = append(out, api.ListTagResourcesTagResource{ResourceID: r.Record.ID, ResourceType: kind.Type(), TagKey: groupTag, TagValue: group})
	}
	return out, next
}
