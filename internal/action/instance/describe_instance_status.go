package instance

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DescribeInstanceStatus", (*Service).DescribeInstanceStatus)

// DescribeInstanceStatus lists the states of instances, newest first.
func (s *Service) DescribeInstanceStatus(c *action.Call, in *api.DescribeInstanceStatusRequest) (*api.DescribeInstanceStatusResponse, error) {
	if err := batchIDs(in.InstanceID); err != nil {
		return nil, err
	}
	page, err := s.Pager.Page(c, action.PageRequest{PageNumber: in.PageNumber, PageSize: in.PageSize, DefaultSize: 10, MaxSize: 50})
	if err != nil {
		return nil, err
	}
	f := &filter{v: s.DB.Snapshot(), scope: state.Scope(c.Caller.Account, c.RegionCode())}
	f.index(state.InstancesByAccount, f.scope)
	if in.ZoneID != "" {
		if z, ok := s.Catalog.Zone(in.ZoneID); !ok || z.Region.Code != c.RegionCode() {
			return nil, api.Errorf(api.CodeInvalidZoneIdNotFound, "The ZoneId provided does not exist in our records.")
		}
		zone, ok := state.LookupSym(f.v, in.ZoneID)
		if !ok {
			f.none()
		}
		f.require(func(_ ecs.Key, r *ecs.Instance) bool { return r.Zone == zone })
	}
	if in.ClusterID != "" {
		f.none() // clusters are long gone: no instance is in one
	} else if len(in.InstanceID) > 0 {
		var keys []ecs.Key
		for _, id := range in.InstanceID {
			if k, ok := ecs.ParseID(ecs.KindInstance, id); ok {
				keys = append(keys, k)
			}
		}
		f.keys(keys)
	}
	rows, total, _ := action.List(page, f.source, f.matcher(), f.exact)
	out := &api.DescribeInstanceStatusResponse{PageNumber: page.Number, PageSize: page.Size, TotalCount: total}
	for _, r := range rows {
		out.InstanceStatuses.InstanceStatus = append(out.InstanceStatuses.InstanceStatus, api.DescribeInstanceStatusInstanceStatus{
			InstanceID: ecs.ID(ecs.KindInstance, r.Key), Status: r.Record.Status().String(),
		})
	}
	return out, nil
}
