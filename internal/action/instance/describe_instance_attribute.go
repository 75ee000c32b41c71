package instance

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DescribeInstanceAttribute", (*Service).DescribeInstanceAttribute)

// DescribeInstanceAttribute shows one instance. It says what DescribeInstances
// says of it, in fewer fields.
func (s *Service) DescribeInstanceAttribute(c *action.Call, in *api.DescribeInstanceAttributeRequest) (*api.DescribeInstanceAttributeResponse, error) {
	snap := s.DB.Snapshot()
	k, r, err := action.Instance(c, snap, in.InstanceID)
	if err != nil {
		return nil, err
	}
	var d api.DescribeInstancesInstance
	sh := shower{s: s, v: snap, eips: state.EIPs.Len(snap) > 0}
	sh.show(&d, k, r)
	out := &api.DescribeInstanceAttributeResponse{
		CPU: d.CPU, CreationTime: d.CreationTime, CreditSpecification: d.CreditSpecification, Description: d.Description,
		ExpiredTime: d.ExpiredTime, HostName: d.HostName, ImageID: d.ImageID, InstanceChargeType: d.InstanceChargeType,
		InstanceID: d.InstanceID, InstanceName: d.InstanceName, InstanceNetworkType: d.InstanceNetworkType, InstanceType: d.InstanceType,
		InternetChargeType: d.InternetChargeType, InternetMaxBandwidthIn: d.InternetMaxBandwidthIn,
		InternetMaxBandwidthOut: d.InternetMaxBandwidthOut, IOOptimized: "none", Memory: d.Memory, RegionID: d.RegionID,
		SerialNumber: d.SerialNumber, Status: d.Status, StoppedMode: d.StoppedMode, ZoneID: d.ZoneID,
	}
	if d.IOOptimized {
		out.IOOptimized = "optimized"
	}
	out.DedicatedHostAttribute.DedicatedHostID, out.DedicatedHostAttribute.DedicatedHostName = d.DedicatedHostAttribute.DedicatedHostID, d.DedicatedHostAttribute.DedicatedHostName
	out.InnerIPAddress.IPAddress = d.InnerIPAddress.IPAddress
	out.PublicIPAddress.IPAddress = d.PublicIPAddress.IPAddress
	out.SecurityGroupIDs.SecurityGroupID = d.SecurityGroupIDs.SecurityGroupID
	out.VPCAttributes.VPCID = d.VPCAttributes.VPCID
	out.VPCAttributes.VSwitchID = d.VPCAttributes.VSwitchID
	out.VPCAttributes.NatIPAddress = d.VPCAttributes.NatIPAddress
	out.VPCAttributes.PrivateIPAddress.IPAddress = d.VPCAttributes.PrivateIPAddress.IPAddress
	for _, l := range d.OperationLocks.LockReason {
		out.OperationLocks.LockReason = append(out.OperationLocks.LockReason, api.DescribeInstanceAttributeLockReason{LockReason: l.LockReason})
	}
	return out, nil
}
