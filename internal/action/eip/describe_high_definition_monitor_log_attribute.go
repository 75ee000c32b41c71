package eip

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
)

var _ = action.Handle(&actions, "DescribeHighDefinitionMonitorLogAttribute", (*Service).DescribeHighDefinitionMonitorLogAttribute)

// DescribeHighDefinitionMonitorLogAttribute shows where an elastic IP's traffic is
// logged by the second; nowhere is empty.
func (s *Service) DescribeHighDefinitionMonitorLogAttribute(c *action.Call, in *api.DescribeHighDefinitionMonitorLogAttributeRequest) (*api.DescribeHighDefinitionMonitorLogAttributeResponse, error) {
	if !isEIP(in.InstanceType) {
		return nil, action.Invalid("InstanceType")
	}
	_, e, err := action.EIP(c, s.DB.Snapshot(), in.InstanceID)
	if err != nil {
		return nil, err
	}
	return &api.DescribeHighDefinitionMonitorLogAttributeResponse{
		InstanceID: in.InstanceID, InstanceType: "EIP", LogProject: e.LogProject, LogStore: e.LogStore, Success: "true",
	}, nil
}
