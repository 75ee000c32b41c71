package assistant

import (
	"unicode/utf8"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
)

var _ = action.Handle(&actions, "ListPluginStatus", (*Service).ListPluginStatus)

// ListPluginStatus shows the plug-ins of instances: there are none to install, so
// one that is named is NotInstalled.
func (s *Service) ListPluginStatus(c *action.Call, in *api.ListPluginStatusRequest) (*api.ListPluginStatusResponse, error) {
	page, err := s.page(c, in.PageNumber, in.PageSize, in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	if in.Name == "" && len(in.InstanceID) == 0 {
		return nil, api.Errorf(api.CodeMissingParamInstanceId, "The parameter instanceId is missing or empty.")
	}
	if in.Name == "" && len(in.InstanceID) > 1 {
		return nil, api.Errorf(api.CodeInstanceIdsExceedLimit, "The number of instance IDs exceeds the upper limit.")
	}
	if utf8.RuneCountInString(in.Name) > 255 {
		return nil, action.Invalid("Name")
	}
	snap := s.DB.Snapshot()
	keys, _, err := instances(c, snap, in.InstanceID, 50)
	if err != nil {
		return nil, err
	}
	rows, total, next := action.List(page, named(snap, keys), nil, len(keys))
	out := &api.ListPluginStatusResponse{PageNumber: int64(page.Number), PageSize: int64(page.Size), TotalCount: int64(total), NextToken: next}
	for _, r := range rows {
		one := api.ListPluginStatusInstancePluginStatus{InstanceID: ecs.ID(ecs.KindInstance, r.Key)}
		if in.Name != "" {
			one.PluginStatusSet.PluginStatus = []api.ListPluginStatusInstancePluginStatusPluginStatus{{PluginName: in.Name, PluginStatus: "NotInstalled"}}
		}
		out.InstancePluginStatusSet.InstancePluginStatus = append(out.InstancePluginStatusSet.InstancePluginStatus, one)
	}
	return out, nil
}
