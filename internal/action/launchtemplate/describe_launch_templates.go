package launchtemplate

import (
	"iter"
	"slices"
	"strconv"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DescribeLaunchTemplates", (*Service).DescribeLaunchTemplates)

const (
	maxFilter = 100 // identifiers, or names, of one request
	maxPage   = 100
)

// DescribeLaunchTemplates lists an account's launch templates in a region,
// newest first. A filter that nothing fits gives an empty list.
func (s *Service) DescribeLaunchTemplates(c *action.Call, in *api.DescribeLaunchTemplatesRequest) (*api.DescribeLaunchTemplatesResponse, error) {
	page, err := s.Pager.Page(c, action.PageRequest{PageNumber: in.PageNumber, PageSize: in.PageSize, DefaultSize: 10, MaxSize: maxPage})
	if err != nil {
		return nil, err
	}
	if len(in.LaunchTemplateID) > maxFilter {
		return nil, action.Invalid("LaunchTemplateId")
	}
	if len(in.LaunchTemplateName) > maxFilter {
		return nil, action.Invalid("LaunchTemplateName")
	}
	if err := tag.CheckFilter(in.TemplateTag); err != nil {
		return nil, err
	}
	snap := s.DB.Snapshot()
	rows, total, _ := action.List(page, source(c, snap, in), match(c, snap, in), -1)
	out := &api.DescribeLaunchTemplatesResponse{PageNumber: page.Number, PageSize: page.Size, TotalCount: total}
	out.LaunchTemplateSets.LaunchTemplateSet = make([]api.DescribeLaunchTemplatesLaunchTemplateSet, len(rows))
	for i, r := range rows {
		show(&out.LaunchTemplateSets.LaunchTemplateSet[i], snap, r.Key, r.Record)
	}
	return out, nil
}

// source is where to look: under a tag if one is asked for, else at all
// templates of the account, which has 30 in a region at most.
func source(c *action.Call, v *state.Snapshot, in *api.DescribeLaunchTemplatesRequest) func(ecs.Key) iter.Seq2[ecs.Key, *ecs.LaunchTemplate] {
	account, region := c.Caller.Account, c.RegionCode()
	index, key := state.LaunchTemplatesByAccount, state.Scope(account, region)
	if tagged, ok := tag.NewFilter(v, in.TemplateTag).Key(account, region); ok {
		index, key = state.LaunchTemplatesByTag, tagged
	}
	return func(below ecs.Key) iter.Seq2[ecs.Key, *ecs.LaunchTemplate] { return index.Descend(v, key, below) }
}

// match decides which templates are asked for.
func match(c *action.Call, v *state.Snapshot, in *api.DescribeLaunchTemplatesRequest) func(ecs.Key, *ecs.LaunchTemplate) bool {
	tags := tag.NewFilter(v, in.TemplateTag)
	group := resource.NewGroupFilter(v, c.Caller.Account, in.TemplateResourceGroupID)
	return func(k ecs.Key, r *ecs.LaunchTemplate) bool {
		return r.Account == c.Caller.Account && k.Region() == c.RegionCode() &&
			(len(in.LaunchTemplateID) == 0 || slices.Contains(in.LaunchTemplateID, ecs.ID(ecs.KindLaunchTemplate, k))) &&
			(len(in.LaunchTemplateName) == 0 || slices.Contains(in.LaunchTemplateName, r.Name)) &&
			group.Match(r.ResourceGroup) &&
			tags.Match(r.Tags)
	}
}

func show(o *api.DescribeLaunchTemplatesLaunchTemplateSet, v *state.Snapshot, k ecs.Key, r *ecs.LaunchTemplate) {
	o.LaunchTemplateID, o.LaunchTemplateName = ecs.ID(ecs.KindLaunchTemplate, k), r.Name
	o.CreateTime, o.ModifiedTime, o.CreatedBy = ecs.Second(r.Created), ecs.Second(r.Modified), strconv.FormatUint(r.Account, 10)
	o.DefaultVersionNumber = r.Default
	for _, last := range state.LaunchTemplateVersionsByTemplate.Descend(v, uint64(k), 0) {
		o.LatestVersionNumber = last.Number
		break
	}
	o.ResourceGroupID = v.Str(r.ResourceGroup)
	o.Tags.Tag = tag.Show(v, r.Tags)
}
