package instance

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/block"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/state"
)

// unsupported refuses what names a kind of resource that OpenECS does not keep
// yet, with the code for "no such resource" where the real service has one: no
// such resource exists here. What has no such code is refused as ours.
func (p *planner) unsupported() error {
	in := p.in
	err := action.FirstOf([]action.Check{
		{!resource.HasGroup(p.snap, p.c.Caller.Account, in.ResourceGroupID), api.CodeInvalidResourceGroupNotFound, "The ResourceGroup provided does not exist in our records."},
		{in.HpcClusterID != "", api.CodeInvalidHpcClusterIdNotFound, "The specified HpcClusterId is not found."},
		{in.StorageSetID != "", api.CodeInvalidParameterStorageSetId, "Specified parameter StorageSetId is not valid."},
		{in.StorageSetPartitionNumber != nil, api.CodeInvalidParameterStorageSetPartitionNumber, "Specified parameter StorageSetPartitionNumber is not valid."},
		{in.PrivatePoolOptions.ID != "", api.CodeInvalidPrivatePoolOptionsId, "The PrivatePool does not exist."},
		{in.Isp != "", api.CodeInvalidIspTypeValueNotSupported, "The specified Isp is not supported."},
		{action.Flag(in.HibernationOptions.Configured), api.CodeHibernationConfiguredInstanceTypeNotSupport, "The specified instance type is not support."},
		{in.CPUOptions.Core != nil, api.CodeInvalidParameterCpuOptionsCore, "The specified parameter CpuOptions.Core is not valid."},
		{in.CPUOptions.ThreadsPerCore != nil, api.CodeInvalidParameterCpuOptionsThreadsPerCore, "The specified parameter CpuOptions.ThreadsPerCore is not valid."},
		{in.CPUOptions.Numa != "", api.CodeInvalidParameterCpuOptionsNuma, "The specified parameter CpuOptions.Numa is not valid."},
		{action.Flag(in.NetworkOptions.EnableJumboFrame), api.CodeInvalidParamNotSupportJumboFrame, "Not support jumbo frame."},
	})
	if err != nil {
		return err
	}
	if m := in.SecurityOptions; m.TrustedSystemMode != "" || m.ConfidentialComputingMode != "" {
		return api.Errorf(api.CodeInvalidInstanceTypeNotSupported, "The specified instance type does not support trusted system.").WithStatus(403)
	}
	for _, no := range [...]struct {
		set  bool
		what string
	}{
		{len(in.Arn) > 0, "Arn.N"},
		{in.AutoPay != nil && !*in.AutoPay, "unpaid orders (AutoPay=false)"},
		{in.ClockOptions.PtpStatus == "enabled", "ClockOptions"},
		{in.PrivateDNSNameOptions != (api.RunInstancesRequestPrivateDNSNameOptions{}), "PrivateDnsNameOptions"},
		{in.CPUOptions.TopologyType != "", "CpuOptions.TopologyType"},
		{in.NetworkOptions.BandwidthWeighting != "" || action.Flag(in.NetworkOptions.EnableNetworkEncryption), "NetworkOptions"},
	} {
		if no.set {
			return api.Errorf(api.CodeUnsupportedOperationNotImplemented, "OpenECS does not support %s yet.", no.what)
		}
	}
	for _, d := range p.disks {
		if err := p.unsupportedDisk(d); err != nil {
			return err
		}
	}
	return p.unsupportedOld()
}

// unsupportedOld is unsupported for what only CreateInstance takes.
func (p *planner) unsupportedOld() error {
	switch in := p.old; {
	case in == nil:
	case in.ClusterID != "":
		return api.Errorf(api.CodeInvalidClusterIdNotFound, "The ClusterId provided does not exist in our records.").WithStatus(404)
	case in.VlanID != "":
		return api.Errorf(api.CodeOperationDenied, `The specified parameter "VlanId" is not valid or vlan has not enough IP address.`).WithStatus(400)
	case in.InnerIPAddress != "":
		return api.Errorf(api.CodeInvalidInnerIpAddressUnusable, "The specified InnerIpAddress is already used or not found in usable ip range.")
	case action.Flag(in.UseAdditionalService):
		return api.Errorf(api.CodeUnsupportedOperationNotImplemented, "OpenECS does not support UseAdditionalService.")
	}
	return nil
}

// unsupportedDisk refuses what a disk refers to that OpenECS does not keep yet.
func (p *planner) unsupportedDisk(in *api.RunInstancesRequestDataDisk) error {
	_, _, ok := p.findSnapshot(in.SnapshotID)
	return action.FirstOf([]action.Check{
		{in.SnapshotID != "" && !ok, api.CodeInvalidDataDiskSnapshotIdNotFound, `The specified parameter "DataDisk.n.SnapshotId" is not valid.`},
		{in.AutoSnapshotPolicyID != "" && p.policy(in) == 0, api.CodeInvalidAutoSnapshotPolicyIdNotFound, "Specified parameter AutoSnapshotPolicyId not found."},
		{in.StorageClusterID != "", api.CodeInvalidStorageClusterIdNotExist, "The specified StorageClusterId does not exist in current region."},
		{in.KMSKeyID != "" && in.KMSKeyID != block.ServiceKey(p.c.Caller.Account, p.c.RegionCode()), api.CodeInvalidParameterKMSKeyIdNotFound, "The specified KMSKeyId does not exist."},
		{in.EncryptAlgorithm == "sm4-128", api.CodeUnsupportedOperationNotImplemented, "OpenECS does not support the EncryptAlgorithm sm4-128 yet."},
	})
}

// policy is the automatic snapshot policy that a disk is to have, 0 for none.
func (p *planner) policy(in *api.RunInstancesRequestDataDisk) ecs.Key {
	k, _, _ := action.Find(p.c, p.snap, state.SnapshotPolicies, ecs.KindSnapshotPolicy, func(r *ecs.SnapshotPolicy) uint64 { return r.Account }, in.AutoSnapshotPolicyID)
	return k
}

// logins finds the key pair and the RAM role, which is any well-formed name for
// want of a RAM service, after what they need of the instance: a role is of VPC instances
// only, a key pair of I/O optimized ones (AttachKeyPair says
// DependencyViolation.IoOptimize; the create actions have that code in another
// spelling only).
func (p *planner) logins() error {
	err := action.FirstOf([]action.Check{
		{p.in.RAMRoleName != "" && p.plan.network == ecs.NetworkClassic, api.CodeInvalidNetworkTypeMismatchRamRole, "Ram role cannot be attached to instances of Classic network type."},
		{p.in.RAMRoleName != "" && !ecs.ValidRAMRole(p.in.RAMRoleName), api.CodeInvalidRamRoleNotFound, "The specified RAMRoleName does not exist."},
		{p.in.KeyPairName != "" && !p.plan.windows && !p.plan.record.Flags.Has(ecs.IOOptimized), api.CodeDependencyViolationIoOptimized, "The specified instancetype must be IoOptimized instance."},
	})
	if err != nil {
		return err
	}
	p.plan.role = strings.Clone(p.in.RAMRoleName)
	return p.keyPair()
}
