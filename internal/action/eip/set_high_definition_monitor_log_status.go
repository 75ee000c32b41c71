package eip

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "SetHighDefinitionMonitorLogStatus", (*Service).SetHighDefinitionMonitorLogStatus)

// SetHighDefinitionMonitorLogStatus says where an elastic IP's traffic is logged by
// the second, or that it is not. Nothing is written there: there is no log service.
func (s *Service) SetHighDefinitionMonitorLogStatus(c *action.Call, in *api.SetHighDefinitionMonitorLogStatusRequest) (*api.SetHighDefinitionMonitorLogStatusResponse, error) {
	if !isEIP(in.InstanceType) {
		return nil, action.Invalid("InstanceType")
	}
	if in.Status != "ON" && in.Status != "OFF" {
		return nil, action.Invalid("Status")
	}
	err := s.change(c, in.InstanceID, func(_ *state.Tx, next *ecs.EIP) error {
		if err := settled(next); err != nil {
			return err
		}
		next.Flags &^= ecs.EIPMonitored
		next.LogProject, next.LogStore = "", ""
		if in.Status == "ON" {
			next.Flags |= ecs.EIPMonitored
			next.LogProject, next.LogStore = strings.Clone(in.LogProject), strings.Clone(in.LogStore)
		}
		return nil
	})
	return &api.SetHighDefinitionMonitorLogStatusResponse{Success: "true"}, err
}

func isEIP(typ string) bool { return typ == "" || typ == "EIP" }
