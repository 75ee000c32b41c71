package region

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/catalog"
)

type shownType = api.DescribeInstanceTypesInstanceType

// showTypes is all instance types as DescribeInstanceTypes shows them, in
// catalogue order.
func (s *Service) showTypes() []shownType {
	types := s.Catalog.Types()
	list := make([]shownType, len(types))
	for i, t := range types {
		showType(&list[i], t)
	}
	return list
}

// showType fills in every field. What the catalogue does not know is what an
// instance of this service has: no RDMA, no trunk interfaces, no network
// encryption, no jumbo frames, one network card, threads that cannot be
// switched off.
func showType(v *shownType, t *catalog.Type) {
	f := t.Family
	*v = shownType{
		InstanceTypeID: t.ID, InstanceTypeFamily: f.ID, InstanceFamilyLevel: f.Level, InstanceCategory: f.Category,

		CPUCoreCount: t.VCPU, CPUArchitecture: f.Architecture, PhysicalProcessorModel: f.CPUModel,
		CPUSpeedFrequency: f.CPUGHz, CPUTurboFrequency: f.CPUTurboGHz, MemorySize: t.MemoryGiB,
		BaselineCredit: t.BaselineCredit, InitialCredit: t.InitialCredit,
		GPUAmount: t.GPUs, GPUSpec: t.GPUSpec, GPUMemorySize: t.GPUMemoryGiB,

		InstanceBandwidthRx: t.BandwidthKbps, InstanceBandwidthTx: t.BandwidthKbps,
		InstancePpsRx: int64(t.PPS), InstancePpsTx: int64(t.PPS),
		ENIQuantity: t.ENIs, ENITotalQuantity: t.ENIs, ENIPrivateIPAddressQuantity: t.IPsPerENI, ENIIPv6AddressQuantity: t.IPv6sPerENI,
		PrimaryENIQueueNumber: t.Queues, SecondaryENIQueueNumber: t.Queues, MaximumQueueNumberPerENI: t.Queues,
		TotalENIQueueQuantity: t.TotalQueues(), NetworkCardQuantity: 1,

		DiskQuantity: t.Disks, NvmeSupport: f.NVMe,
		LocalStorageAmount: t.LocalDisks, LocalStorageCapacity: int64(t.LocalDiskGiB), LocalStorageCategory: t.LocalDiskCategory,
	}
	v.Clock.PtpSupport = "unsupported"
	v.NetworkCards.NetworkCardInfo = []api.DescribeInstanceTypesInstanceTypeNetworkCardInfo{{NetworkCardIndex: 0}}
	v.SupportedBootModes.SupportedBootMode = []string{"BIOS", "UEFI"}
	threads := 2
	if f.Architecture == "ARM" {
		v.SupportedBootModes.SupportedBootMode = []string{"UEFI"}
		threads = 1
	}
	if t.VCPU%threads != 0 {
		threads = 1
	}
	v.CPUOptions.Core, v.CPUOptions.ThreadsPerCore, v.CPUOptions.CoreFactor = t.VCPU/threads, threads, 1
}
