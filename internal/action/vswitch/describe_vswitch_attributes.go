package vswitch

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
)

var _ = action.Handle(&actions, "DescribeVSwitchAttributes", (*Service).DescribeVSwitchAttributes)

// DescribeVSwitchAttributes shows one vSwitch. One that is gone is 404: a
// client that deletes waits for it.
func (s *Service) DescribeVSwitchAttributes(c *action.Call, in *api.DescribeVSwitchAttributesRequest) (*api.DescribeVSwitchAttributesResponse, error) {
	snap := s.DB.Snapshot()
	k, r, err := action.VSwitch(c, snap, in.VSwitchID)
	if err != nil {
		return nil, notFound()
	}
	if action.Flag(in.DryRun) {
		return nil, action.DryRun()
	}
	var w api.DescribeVSwitchesVSwitch
	show(&w, snap, k, r)
	out := &api.DescribeVSwitchAttributesResponse{
		VSwitchID: w.VSwitchID, VSwitchName: w.VSwitchName, Description: w.Description, VPCID: w.VPCID, ZoneID: w.ZoneID,
		OwnerID: w.OwnerID, Status: w.Status, CidrBlock: w.CidrBlock, CreationTime: w.CreationTime, IsDefault: w.IsDefault,
		AvailableIPAddressCount: w.AvailableIPAddressCount, NetworkAclID: w.NetworkAclID, RouteTable: api.DescribeVSwitchAttributesRouteTable(w.RouteTable),
		ResourceGroupID: w.ResourceGroupID, IPv6CidrBlock: w.IPv6CidrBlock, EnabledIPv6: w.EnabledIPv6,
	}
	out.Tags.Tag = w.Tags.Tag
	return out, nil
}

func notFound() error {
	return api.Errorf(api.CodeInvalidVSwitchIdNotFound, "VSwitch not exist.").WithStatus(404)
}
