package resourcegroup

import (
	"iter"
	"slices"
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/model/tag"
)

var _ = action.Handle(&actions, "ListResourceGroups", (*Service).ListResourceGroups)

// maxIDs is how many identifiers a filter may list.
const maxIDs = 100

// ListResourceGroups lists an account's groups: the default one, then the newest
// first. A name may be a part of the whole. A filter that nothing fits gives an
// empty list.
func (s *Service) ListResourceGroups(c *action.Call, in *api.ListResourceGroupsRequest) (*api.ListResourceGroupsResponse, error) {
	if err := tag.CheckFilter(in.Tag); err != nil {
		return nil, err
	}
	ids := in.ResourceGroupIDs
	if len(ids) == 0 && in.ResourceGroupID != "" {
		ids = []string{in.ResourceGroupID}
	}
	if len(ids) > maxIDs {
		return nil, action.Invalid("ResourceGroupIds")
	}
	page, err := s.Pager.Page(c, action.PageRequest{PageNumber: in.PageNumber, PageSize: in.PageSize, DefaultSize: 10, MaxSize: 100})
	if err != nil {
		return nil, err
	}
	snap := s.DB.Snapshot()
	tags := tag.NewFilter(snap, in.Tag)
	rows, total, _ := action.List(page, func(ecs.Key) iter.Seq2[ecs.Key, *ecs.ResourceGroup] { return resource.Groups(snap, c.Caller.Account) },
		func(k ecs.Key, r *ecs.ResourceGroup) bool {
			return (in.Status == "" || in.Status == ok) &&
				(len(ids) == 0 || slices.Contains(ids, ecs.ID(ecs.KindResourceGroup, k))) &&
				strings.Contains(r.Name, in.Name) && strings.Contains(r.DisplayName, in.DisplayName) && tags.Match(r.Tags)
		}, -1)
	out := &api.ListResourceGroupsResponse{PageNumber: page.Number, PageSize: page.Size, TotalCount: total}
	for _, r := range rows {
		g := show(snap, r.Key, r.Record, action.Flag(in.IncludeTags) || len(in.Tag) > 0)
		o := api.ListResourceGroupsResourceGroup{
			AccountID: g.account, CreateDate: g.created, DisplayName: g.displayName, ID: g.id, Name: g.name, Status: ok,
		}
		o.Tags.Tag = g.tags
		out.ResourceGroups.ResourceGroup = append(out.ResourceGroups.ResourceGroup, o)
	}
	return out, nil
}
