package launchtemplate

import (
	"iter"
	"slices"
	"strconv"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DescribeLaunchTemplateVersions", (*Service).DescribeLaunchTemplateVersions)

// DescribeLaunchTemplateVersions lists the versions of a launch template,
// newest first, with what they hold unless DetailFlag is false.
func (s *Service) DescribeLaunchTemplateVersions(c *action.Call, in *api.DescribeLaunchTemplateVersionsRequest) (*api.DescribeLaunchTemplateVersionsResponse, error) {
	page, err := s.Pager.Page(c, action.PageRequest{PageNumber: in.PageNumber, PageSize: in.PageSize, DefaultSize: 10, MaxSize: maxPage})
	if err != nil {
		return nil, err
	}
	if len(in.LaunchTemplateVersion) > ecs.MaxLaunchTemplateVersions {
		return nil, action.Invalid("LaunchTemplateVersion")
	}
	snap := s.DB.Snapshot()
	k, t, err := find(c, snap, in.LaunchTemplateID, in.LaunchTemplateName)
	if err != nil {
		return nil, err
	}
	rows, total, _ := action.List(page, func(below ecs.Key) iter.Seq2[ecs.Key, *ecs.LaunchTemplateVersion] {
		return state.LaunchTemplateVersionsByTemplate.Descend(snap, uint64(k), below)
	}, asked(in, t), -1)
	out := &api.DescribeLaunchTemplateVersionsResponse{PageNumber: page.Number, PageSize: page.Size, TotalCount: total}
	out.LaunchTemplateVersionSets.LaunchTemplateVersionSet = make([]api.DescribeLaunchTemplateVersionsLaunchTemplateVersionSet, len(rows))
	for i, row := range rows {
		o, r := &out.LaunchTemplateVersionSets.LaunchTemplateVersionSet[i], row.Record
		o.LaunchTemplateID, o.LaunchTemplateName = ecs.ID(ecs.KindLaunchTemplate, k), t.Name
		o.VersionNumber, o.VersionDescription, o.DefaultVersion = r.Number, r.Description, r.Number == t.Default
		o.CreateTime, o.ModifiedTime, o.CreatedBy = ecs.Second(r.Created), ecs.Second(r.Created), strconv.FormatUint(t.Account, 10)
		if in.DetailFlag == nil || *in.DetailFlag {
			if err := showData(&o.LaunchTemplateData, r); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// asked decides which versions are asked for; all conditions must hold.
func asked(in *api.DescribeLaunchTemplateVersionsRequest, t *ecs.LaunchTemplate) func(ecs.Key, *ecs.LaunchTemplateVersion) bool {
	return func(_ ecs.Key, r *ecs.LaunchTemplateVersion) bool {
		return (len(in.LaunchTemplateVersion) == 0 || slices.Contains(in.LaunchTemplateVersion, r.Number)) &&
			(in.MinVersion == nil || r.Number >= *in.MinVersion) &&
			(in.MaxVersion == nil || r.Number <= *in.MaxVersion) &&
			(!action.Flag(in.DefaultVersion) || r.Number == t.Default)
	}
}

// request is the parameters that a version keeps, as the request that made it.
func request(r *ecs.LaunchTemplateVersion) (*api.CreateLaunchTemplateVersionRequest, error) {
	p, err := compute.DecodeParams(r)
	if err != nil {
		return nil, err
	}
	p.Set("RegionId", "-") // not kept, but asked for by every request
	in := new(api.CreateLaunchTemplateVersionRequest)
	return in, in.Decode(p)
}
