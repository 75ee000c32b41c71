package instance

import (
	"slices"
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ModifyInstanceMaintenanceAttributes", (*Service).ModifyInstanceMaintenanceAttributes)

// ModifyInstanceMaintenanceAttributes says when and how instances may be
// maintained, all of them or none. What is not given stays.
func (s *Service) ModifyInstanceMaintenanceAttributes(c *action.Call, req *api.ModifyInstanceMaintenanceAttributesRequest) (*api.ModifyInstanceMaintenanceAttributesResponse, error) {
	var windows []ecs.MaintenanceWindow
	for _, in := range req.MaintenanceWindow {
		w, ok := parseWindow(in.StartTime, in.EndTime)
		if !ok {
			return nil, badMaintenance("MaintenanceWindow")
		}
		windows = append(windows, w)
	}
	switch {
	case len(windows) > maxWindows:
		return nil, badMaintenance("MaintenanceWindow")
	case req.ActionOnMaintenance != "" && !slices.Contains(maintenanceActions(), req.ActionOnMaintenance):
		return nil, badMaintenance("ActionOnMaintenance")
	case len(req.InstanceID) == 0 || len(req.InstanceID) > maxBatch:
		return nil, badMaintenance("InstanceId")
	}
	err := s.DB.Update(c.Context, func(tx *state.Tx) error {
		for _, id := range distinct(req.InstanceID) {
			k, r, err := action.Instance(c, tx, id)
			if err != nil {
				return err
			}
			compute.ChangeOptions(tx, k, r.Account, func(o *ecs.InstanceOptions) {
				if req.ActionOnMaintenance != "" {
					o.Maintenance = tx.Sym(strings.Clone(req.ActionOnMaintenance))
				}
				if req.NotifyOnMaintenance != nil {
					o.Notify = *req.NotifyOnMaintenance
				}
				if windows != nil {
					o.Windows = windows
				}
			})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &api.ModifyInstanceMaintenanceAttributesResponse{}, nil
}
