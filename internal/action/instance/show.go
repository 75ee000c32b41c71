package instance

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/image"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

// shower makes answers of records. Every documented field is set, to what the
// real service sends when there is nothing to say.
type shower struct {
	s        *Service
	v        *state.Snapshot
	metadata bool // META_OPTIONS was asked for
	eips     bool // there are elastic IPs
}

func (sh *shower) show(o *api.DescribeInstancesInstance, k ecs.Key, r *ecs.Instance) {
	o.InstanceID = ecs.ID(ecs.KindInstance, k)
	sh.identity(o, r)
	sh.machine(o, r)
	sh.billing(o, k, r)
	sh.network(o, k, r)
	o.Status = r.Status().String()
	o.StoppedMode = stoppedMode(r)
	o.CreationTime = ecs.Minute(r.Created)
	o.StartTime = ecs.Minute(r.Seen.Started)
	o.AutoReleaseTime = ecs.Minute(r.AutoRelease)
	o.DeviceAvailable = true
	o.DeploymentSetID, o.DeploymentSetGroupNo = ecs.ID(ecs.KindDeploymentSet, r.Placement.DeploymentSet), int(r.Placement.DeploymentGroup)
	if r.Placement.HostTenancy {
		sh.host(o, r)
	}
	o.DeletionProtection = r.Flags.Has(ecs.DeletionProtected)
	for _, name := range r.Locks.Names() {
		o.OperationLocks.LockReason = append(o.OperationLocks.LockReason, api.DescribeInstancesInstanceLockReason{LockReason: name})
	}
	o.Tags.Tag = tag.Show(sh.v, r.Tags)
	if sh.metadata {
		o.MetadataOptions = api.DescribeInstancesInstanceMetadataOptions{HTTPEndpoint: "enabled", HTTPTokens: "optional", HTTPPutResponseHopLimit: int(r.MetadataHops)}
		if r.Flags.Has(ecs.MetadataOff) {
			o.MetadataOptions.HTTPEndpoint = "disabled"
		}
		if r.Flags.Has(ecs.MetadataTokens) {
			o.MetadataOptions.HTTPTokens = "required"
		}
	}
}

// host shows the dedicated host of an instance on one.
func (sh *shower) host(o *api.DescribeInstancesInstance, r *ecs.Instance) {
	o.DedicatedInstanceAttribute.Tenancy, o.DedicatedInstanceAttribute.Affinity = "host", "default"
	if r.Placement.HostAffinity {
		o.DedicatedInstanceAttribute.Affinity = "host"
	}
	o.DedicatedHostAttribute.DedicatedHostID = ecs.ID(ecs.KindDedicatedHost, r.Placement.Host)
	if h, ok := state.DedicatedHosts.Get(sh.v, r.Placement.Host); ok {
		o.DedicatedHostAttribute.DedicatedHostName, o.DedicatedHostAttribute.DedicatedHostClusterID = h.Name, ecs.ID(ecs.KindHostCluster, h.Cluster)
	}
}

func (sh *shower) identity(o *api.DescribeInstancesInstance, r *ecs.Instance) {
	o.InstanceName, o.HostName, o.Description = r.Name, r.HostName, r.Description
	if o.InstanceName == "" {
		o.InstanceName = o.InstanceID
	}
	if o.HostName == "" {
		o.HostName = ecs.DefaultHostName(o.InstanceID)
	}
	o.ZoneID = sh.v.Str(r.Zone)
	if z, ok := sh.s.Catalog.Zone(o.ZoneID); ok {
		o.RegionID = z.Region.ID
	}
	o.ResourceGroupID = sh.v.Str(r.ResourceGroup)
	o.SerialNumber = ecs.UUID(o.InstanceID)
}

func (sh *shower) machine(o *api.DescribeInstancesInstance, r *ecs.Instance) {
	o.InstanceType = sh.v.Str(r.Type)
	if t, ok := sh.s.Catalog.Type(o.InstanceType); ok {
		o.InstanceTypeFamily = t.Family.ID
		o.CPU, o.Memory = t.VCPU, t.MemoryMiB()
		o.CPUOptions.CoreCount, o.CPUOptions.ThreadsPerCore = t.VCPU, 1
		if t.VCPU > 1 && t.VCPU%2 == 0 && t.Family.Architecture == "X86" {
			o.CPUOptions.CoreCount, o.CPUOptions.ThreadsPerCore = t.VCPU/2, 2
		}
		o.GPUAmount, o.GPUSpec = t.GPUs, t.GPUSpec
		o.LocalStorageAmount, o.LocalStorageCapacity = t.LocalDisks, int64(t.LocalDisks*t.LocalDiskGiB)
	}
	o.CreditSpecification = r.Credit.String()
	o.IOOptimized = r.Flags.Has(ecs.IOOptimized)
	o.ImageID = sh.v.Str(r.Image)
	if i, ok := image.Of(sh.v, sh.s.Catalog, o.ImageID); ok {
		o.OSName, o.OSNameEn, o.OSType = i.OSNameZH, i.OSNameEN, i.OSType
		o.ImageOptions.CurrentOSNVMeSupported = false
	}
	o.KeyPairName = sh.v.Str(r.KeyPair)
}

func (sh *shower) billing(o *api.DescribeInstancesInstance, k ecs.Key, r *ecs.Instance) {
	o.InstanceChargeType = r.ChargeType.String()
	o.ExpiredTime = ecs.NeverExpires
	if r.ChargeType == ecs.PrePaid {
		o.ExpiredTime = ecs.Minute(r.Expires)
		o.SaleCycle = r.PeriodUnit.SaleCycle()
	}
	o.SpotStrategy = r.Spot.String()
	if r.Spot != ecs.NoSpot {
		if s, ok := state.Spots.Get(sh.v, k); ok {
			o.SpotPriceLimit, o.SpotDuration, o.SpotInterruptionBehavior = s.Limit.Float(), int(s.Hours), s.Interruption()
		}
	}
	o.InternetChargeType = r.InternetCharge.String()
	o.InternetMaxBandwidthOut, o.InternetMaxBandwidthIn = int(r.BandwidthOut), int(r.BandwidthIn)
}

func (sh *shower) network(o *api.DescribeInstancesInstance, k ecs.Key, r *ecs.Instance) {
	if r.PublicIP != 0 {
		o.PublicIPAddress.IPAddress = []string{r.PublicIP.String()}
	} else if sh.eips {
		sh.eip(o, k)
	}
	n, ok := state.Interfaces.Get(sh.v, r.Interface)
	if !ok {
		return
	}
	o.InstanceNetworkType = n.Network().String()
	o.SecurityGroupIDs.SecurityGroupID = groupIDs(n.Groups)
	ip := n.IP.String()
	if n.VPC == 0 {
		o.InnerIPAddress.IPAddress = []string{ip}
		return
	}
	o.VPCAttributes.VPCID = ecs.ID(ecs.KindVPC, n.VPC)
	o.VPCAttributes.VSwitchID = ecs.ID(ecs.KindVSwitch, n.VSwitch)
	o.VPCAttributes.PrivateIPAddress.IPAddress = []string{ip}
	for k, n := range state.InterfacesByInstance.Ascend(sh.v, uint64(n.Instance), 0) {
		o.NetworkInterfaces.NetworkInterface = append(o.NetworkInterfaces.NetworkInterface, showInterface(k, n))
	}
}

func showInterface(k ecs.Key, n *ecs.NetworkInterface) api.DescribeInstancesInstanceNetworkInterface {
	ip := n.IP.String()
	o := api.DescribeInstancesInstanceNetworkInterface{
		NetworkInterfaceID: ecs.ID(ecs.KindNetworkInterface, k), MacAddress: ecs.MAC(k), PrimaryIPAddress: ip, Type: n.Type(),
	}
	o.PrivateIPSets.PrivateIPSet = []api.DescribeInstancesInstanceNetworkInterfacePrivateIPSet{{PrivateIPAddress: ip, Primary: true}}
	for _, ip := range n.Rest().Secondary {
		o.PrivateIPSets.PrivateIPSet = append(o.PrivateIPSets.PrivateIPSet, api.DescribeInstancesInstanceNetworkInterfacePrivateIPSet{PrivateIPAddress: ip.String()})
	}
	for _, p := range n.Rest().Prefixes {
		o.IPv4PrefixSets.IPv4PrefixSet = append(o.IPv4PrefixSets.IPv4PrefixSet, api.DescribeInstancesInstanceNetworkInterfaceIPv4PrefixSet{IPv4Prefix: p.String()})
	}
	for _, ip := range n.Rest().IPv6 {
		o.IPv6Sets.IPv6Set = append(o.IPv6Sets.IPv6Set, api.DescribeInstancesInstanceNetworkInterfaceIPv6Set{IPv6Address: ip.String()})
	}
	for _, p := range n.Rest().Prefixes6 {
		o.IPv6PrefixSets.IPv6PrefixSet = append(o.IPv6PrefixSets.IPv6PrefixSet, api.DescribeInstancesInstanceNetworkInterfaceIPv6PrefixSet{IPv6Prefix: p.String()})
	}
	return o
}

// eip shows the elastic IP that an instance reaches the outside by.
func (sh *shower) eip(o *api.DescribeInstancesInstance, k ecs.Key) {
	if ek, e, ok := state.EIPsByInstance.First(sh.v, uint64(k)); ok && e.Status() == ecs.EIPInUse {
		o.EIPAddress = api.DescribeInstancesInstanceEIPAddress{
			AllocationID: ecs.ID(ecs.KindEIP, ek), IPAddress: e.Address.String(), Bandwidth: int(e.Bandwidth),
			InternetChargeType: e.Charge.String(), IsSupportUnassociate: true,
		}
	}
}

func groupIDs(groups []ecs.Key) []string {
	out := make([]string, len(groups))
	for i, g := range groups {
		out[i] = ecs.ID(ecs.KindSecurityGroup, g)
	}
	return out
}

// stoppedMode is what a stop did to the charges: nothing is said of an
// instance that is not stopped or is paid in advance.
func stoppedMode(r *ecs.Instance) string {
	switch {
	case r.Status() != ecs.Stopped || r.ChargeType == ecs.PrePaid:
		return "Not-applicable"
	case r.Flags.Has(ecs.StopCharging):
		return "StopCharging"
	}
	return "KeepCharging"
}
