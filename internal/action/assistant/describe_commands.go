package assistant

import (
	"iter"
	"unicode/utf8"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DescribeCommands", (*Service).DescribeCommands)

// DescribeCommands lists the commands that are kept, newest first. Nobody
// provides common commands here: a Provider has none.
func (s *Service) DescribeCommands(c *action.Call, in *api.DescribeCommandsRequest) (*api.DescribeCommandsResponse, error) {
	if err := checkTags(in.Tag); err != nil {
		return nil, err
	}
	if utf8.RuneCountInString(in.Name) > 128 {
		return nil, api.Errorf(api.CodeInvalidNameLengthLimitExceeded, "The length of the parameter Name exceeds the upper limit.").WithStatus(403)
	}
	if utf8.RuneCountInString(in.Description) > 512 {
		return nil, api.Errorf(api.CodeInvalidDescriptionLengthLimitExceeded, "The length of the parameter Description exceeds the upper limit.").WithStatus(403)
	}
	typ, ok := ecs.ParseCommandType(in.Type)
	if in.Type != "" && !ok {
		return nil, api.Errorf(api.CodeInvalidCommandTypeNotFound, "The specified parameter Type does not exist.").WithStatus(404)
	}
	page, err := s.page(c, in.PageNumber, in.PageSize, in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	snap := s.DB.Snapshot()
	tags, groups := tag.NewFilter(snap, in.Tag), resource.NewGroupFilter(snap, c.Caller.Account, in.ResourceGroupID)
	source := func(below ecs.Key) iter.Seq2[ecs.Key, *ecs.Command] {
		if in.Provider != "" {
			return func(func(ecs.Key, *ecs.Command) bool) {}
		}
		if in.CommandID != "" {
			return func(yield func(ecs.Key, *ecs.Command) bool) {
				if k, r, err := find(c, snap, in.CommandID); err == nil && (below == 0 || k < below) {
					yield(k, r)
				}
			}
		}
		if groups.Given() {
			key, ok := groups.Key()
			if !ok {
				return func(func(ecs.Key, *ecs.Command) bool) {}
			}
			return state.CommandsByResourceGroup.Descend(snap, key, below)
		}
		if key, ok := tags.Key(c.Caller.Account, c.RegionCode()); ok {
			return state.CommandsByTag.Descend(snap, key, below)
		}
		return state.CommandsByAccount.Descend(snap, state.Scope(c.Caller.Account, c.RegionCode()), below)
	}
	rows, total, next := action.List(page, source, func(k ecs.Key, r *ecs.Command) bool {
		return r.Account == c.Caller.Account && k.Region() == c.RegionCode() && groups.Match(r.ResourceGroup) && matchName(in.Name, r.Name) && matchName(in.Description, r.Description) && (in.Type == "" || r.Type == typ) && tags.Match(r.Tags)
	}, -1)
	out := &api.DescribeCommandsResponse{PageNumber: int64(page.Number), PageSize: int64(page.Size), TotalCount: int64(total), NextToken: next}
	out.Commands.Command = make([]api.DescribeCommandsCommand, len(rows))
	for i, row := range rows {
		o, r := &out.Commands.Command[i], row.Record
		o.CommandID, o.Name, o.Description, o.Type = ecs.ID(ecs.KindCommand, row.Key), r.Name, r.Description, r.Type.String()
		o.CommandContent, o.WorkingDir, o.Timeout, o.EnableParameter = encode(r.Content, in.ContentEncoding), r.Dir, int64(r.Timeout), r.EnableParameter
		o.CreationTime, o.InvokeTimes, o.Version, o.Provider = ecs.Second(r.Created), int(r.Invocations), 1, "User"
		if r.EnableParameter {
			o.ParameterNames.ParameterName = custom(r.Content)
		}
		o.ResourceGroupID, o.Tags.Tag = snap.Str(r.ResourceGroup), tag.Show(snap, r.Tags)
	}
	return out, nil
}
