package tag

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/model/tag"
)

var _ = action.Handle(&vpcActions, "ListTagResources", (*Service).VPCListTagResources)

// VPCListTagResources is ListTagResources of the VPC product. MaxResults counts
// resources, whose tags are never told apart over two pages.
func (s *Service) VPCListTagResources(c *action.Call, in *api.VPCListTagResourcesRequest) (*api.VPCListTagResourcesResponse, error) {
	if err := vpcNumbers(len(in.ResourceID), len(in.Tag)); err != nil {
		return nil, err
	}
	if len(in.ResourceID) == 0 && len(in.Tag) == 0 {
		return nil, api.Errorf(api.CodeBothEmptyTagsAndResources, "The specified Tags and ResourcesIds are not allow to both empty.")
	}
	if err := vpcTags(in.Tag); err != nil {
		return nil, err
	}
	kind, err := vpcKind(in.ResourceType)
	if err != nil {
		return nil, err
	}
	size := in.MaxResults
	if size == nil {
		size = new(perPage)
	}
	if *size < 1 || *size > perPage {
		return nil, action.Invalid("MaxResults")
	}
	page, err := s.Pager.Page(c, action.PageRequest{MaxResults: size, NextToken: in.NextToken, MinResults: 1, MaximumResults: perPage})
	if err != nil {
		return nil, err
	}
	snap := s.DB.Snapshot()
	l := &listing{c: c, v: snap, tags: tag.NewFilter(snap, in.Tag), names: len(in.ResourceID) > 0}
	if kind != nil {
		l.kinds = []resource.Kind{kind}
	}
	var ok bool
	if l.named, ok = find(c, snap, kind, in.ResourceID); !ok {
		return nil, vpcGone()
	}
	rows, _, next := l.page(page)
	out := &api.VPCListTagResourcesResponse{NextToken: next}
	for _, r := range rows {
		for _, t := range r.Record.Tags {
			out.TagResources.TagResource = append(out.TagResources.TagResource, api.VPCListTagResourcesTagResource{
				ResourceID: r.Record.ID, ResourceType: vpcShown(kind), TagKey: snap.Str(t.Key), TagValue: snap.Str(t.Value),
			})
		}
	}
	return out, nil
}
