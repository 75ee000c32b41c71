package instance

import (
	"iter"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DescribeInstanceMaintenanceAttributes", (*Service).DescribeInstanceMaintenanceAttributes)

// DescribeInstanceMaintenanceAttributes shows how the instances named, or all
// of the region, may be maintained.
func (s *Service) DescribeInstanceMaintenanceAttributes(c *action.Call, req *api.DescribeInstanceMaintenanceAttributesRequest) (*api.DescribeInstanceMaintenanceAttributesResponse, error) {
	if len(req.InstanceID) > maxBatch {
		return nil, api.Errorf(api.CodeInstanceIdLimitExceeded, "There are more than %d InstanceId.N.", maxBatch).WithStatus(403)
	}
	page, err := s.Pager.Page(c, action.PageRequest{PageNumber: small(req.PageNumber), PageSize: small(req.PageSize), DefaultSize: 10, MaxSize: 100})
	if err != nil {
		return nil, badMaintenance("PageNumber, PageSize")
	}
	snap := s.DB.Snapshot()
	out := &api.DescribeInstanceMaintenanceAttributesResponse{PageNumber: page.Number, PageSize: page.Size}
	var keys []ecs.Key
	if len(req.InstanceID) > 0 {
		for _, id := range distinct(req.InstanceID) {
			k, _, err := action.Instance(c, snap, id)
			if err != nil {
				return nil, err
			}
			keys = append(keys, k)
		}
		out.TotalCount = len(keys)
		keys = pageOf(keys, page)
	} else {
		scope := state.Scope(c.Caller.Account, c.Region.Code)
		rows, total, _ := action.List(page, func(below ecs.Key) iter.Seq2[ecs.Key, *ecs.Instance] {
			return state.InstancesByAccount.Descend(snap, scope, below)
		}, nil, state.InstancesByAccount.Count(snap, scope))
		out.TotalCount = total
		for _, r := range rows {
			keys = append(keys, r.Key)
		}
	}
	for _, k := range keys {
		out.MaintenanceAttributes.MaintenanceAttribute = append(out.MaintenanceAttributes.MaintenanceAttribute, showMaintenance(snap, k))
	}
	return out, nil
}

func showMaintenance(snap *state.Snapshot, k ecs.Key) api.DescribeInstanceMaintenanceAttributesMaintenanceAttribute {
	o := compute.Options(snap, k)
	m := api.DescribeInstanceMaintenanceAttributesMaintenanceAttribute{InstanceID: ecs.ID(ecs.KindInstance, k), NotifyOnMaintenance: o.Notify}
	m.ActionOnMaintenance.DefaultValue, m.ActionOnMaintenance.Value = maintenanceDefault, snap.Str(o.Maintenance)
	if m.ActionOnMaintenance.Value == "" {
		m.ActionOnMaintenance.Value = maintenanceDefault
	}
	m.ActionOnMaintenance.SupportedValues.SupportedValue = maintenanceActions()
	for _, w := range o.Windows {
		m.MaintenanceWindows.MaintenanceWindow = append(m.MaintenanceWindows.MaintenanceWindow,
			api.DescribeInstanceMaintenanceAttributesMaintenanceAttributeMaintenanceWindow{StartTime: showHour(w.From), EndTime: showHour(w.To)})
	}
	return m
}

// small is a number that pages are counted in; what does not fit is no page.
func small(n *int64) *int {
	if n == nil {
		return nil
	}
	v := int(min(max(*n, -1), 1<<31-1))
	return &v
}
