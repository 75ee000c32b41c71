package region

import (
	"slices"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
)

// categories are the documented values of InstanceCategory.
var categories = []string{
	"General-purpose", "Compute-optimized", "Memory-optimized", "Big data", "Local SSDs", "High Clock Speed", "Enhanced", "Shared",
	"Compute-optimized with GPU", "Visual Compute-optimized", "Heterogeneous Service", "Compute-optimized with FPGA",
	"Compute-optimized with NPU", "ECS Bare Metal", "Super Computing Cluster", "High Performance Compute",
}

// typeFilter is the tests a type must pass, all of them.
type typeFilter struct {
	tests []func(*shownType) bool
	err   error // the first value that was refused
}

func (f *typeFilter) passes(t *shownType) bool {
	for _, test := range f.tests {
		if !test(t) {
			return false
		}
	}
	return true
}

// newTypeFilter reads the filters of DescribeInstanceTypes.
func newTypeFilter(in *api.DescribeInstanceTypesRequest) (*typeFilter, error) {
	f := &typeFilter{}
	f.names(in)
	f.machine(in)
	f.network(in)
	f.storage(in)
	if f.err != nil {
		return nil, f.err
	}
	return f, nil
}

// names reads the filters whose values are names, one (an empty one asks for
// nothing) or a list.
func (f *typeFilter) names(in *api.DescribeInstanceTypesRequest) {
	equal := func(have, want string) bool { return have == want }
	for _, n := range []struct {
		name, one string
		list      []string
		max       int      // of the list
		set       []string // documented values; nil: any
		of        func(*shownType) string
		match     func(have, want string) bool
	}{
		{"InstanceTypes", "", in.InstanceTypes, 10, nil, func(t *shownType) string { return t.InstanceTypeID }, equal},
		{"InstanceTypeFamily", in.InstanceTypeFamily, nil, 0, nil, func(t *shownType) string { return t.InstanceTypeFamily }, equal},
		{"InstanceTypeFamilies", "", in.InstanceTypeFamilies, 10, nil, func(t *shownType) string { return t.InstanceTypeFamily }, equal},
		{"InstanceFamilyLevel", in.InstanceFamilyLevel, nil, 0, []string{"EntryLevel", "EnterpriseLevel", "CreditEntryLevel"},
			func(t *shownType) string { return t.InstanceFamilyLevel }, equal},
		{"InstanceCategory", in.InstanceCategory, nil, 0, categories, func(t *shownType) string { return t.InstanceCategory }, equal},
		{"InstanceCategories", "", in.InstanceCategories, 10, categories, func(t *shownType) string { return t.InstanceCategory }, equal},
		{"CpuArchitecture", in.CPUArchitecture, nil, 0, []string{"X86", "ARM"}, func(t *shownType) string { return t.CPUArchitecture }, equal},
		{"CpuArchitectures", "", in.CPUArchitectures, 2, []string{"X86", "ARM"}, func(t *shownType) string { return t.CPUArchitecture }, equal},
		{"PhysicalProcessorModel", in.PhysicalProcessorModel, nil, 0, nil, func(t *shownType) string { return t.PhysicalProcessorModel }, contains},
		{"PhysicalProcessorModels", "", in.PhysicalProcessorModels, 10, nil, func(t *shownType) string { return t.PhysicalProcessorModel }, contains},
		{"GPUSpec", in.GPUSpec, nil, 0, nil, func(t *shownType) string { return t.GPUSpec }, contains},
		{"GpuSpecs", "", in.GPUSpecs, 10, nil, func(t *shownType) string { return t.GPUSpec }, contains},
		{"LocalStorageCategory", in.LocalStorageCategory, nil, 0, []string{"local_hdd_pro", "local_ssd_pro"},
			func(t *shownType) string { return t.LocalStorageCategory }, equal},
		{"LocalStorageCategories", "", in.LocalStorageCategories, 2, []string{"local_hdd_pro", "local_ssd_pro"},
			func(t *shownType) string { return t.LocalStorageCategory }, equal},
		{"NvmeSupport", in.NvmeSupport, nil, 0, []string{"required", "unsupported"}, func(t *shownType) string { return t.NvmeSupport }, equal},
	} {
		wanted := n.list
		if n.one != "" {
			wanted = []string{n.one}
		}
		if len(wanted) == 0 {
			continue
		}
		if n.list != nil && len(n.list) > n.max || n.set != nil && slices.ContainsFunc(wanted, func(w string) bool { return !slices.Contains(n.set, w) }) {
			f.refuse(n.name)
			continue
		}
		f.tests = append(f.tests, func(t *shownType) bool {
			have := n.of(t)
			return slices.ContainsFunc(wanted, func(w string) bool { return n.match(have, w) })
		})
	}
}

// machine reads the filters on processor, memory, GPUs and credits.
func (f *typeFilter) machine(in *api.DescribeInstanceTypesRequest) {
	cpus := func(t *shownType) int { return t.CPUCoreCount }
	gpus := func(t *shownType) int { return t.GPUAmount }
	memory := func(t *shownType) float64 { return t.MemorySize }
	base := func(t *shownType) float64 { return t.CPUSpeedFrequency }
	turbo := func(t *shownType) float64 { return t.CPUTurboFrequency }
	atLeast(f, "MinimumCpuCoreCount", in.MinimumCPUCoreCount, 1, cpus)
	atMost(f, "MaximumCpuCoreCount", in.MaximumCPUCoreCount, 1, cpus)
	atLeast(f, "MinimumMemorySize", in.MinimumMemorySize, 0, memory)
	atMost(f, "MaximumMemorySize", in.MaximumMemorySize, 0, memory)
	atLeast(f, "MinimumGPUAmount", in.MinimumGPUAmount, 1, gpus)
	atMost(f, "MaximumGPUAmount", in.MaximumGPUAmount, 1, gpus)
	atLeast(f, "MinimumCpuSpeedFrequency", in.MinimumCPUSpeedFrequency, 0, base)
	atMost(f, "MaximumCpuSpeedFrequency", in.MaximumCPUSpeedFrequency, 0, base)
	atLeast(f, "MinimumCpuTurboFrequency", in.MinimumCPUTurboFrequency, 0, turbo)
	atMost(f, "MaximumCpuTurboFrequency", in.MaximumCPUTurboFrequency, 0, turbo)
	atLeast(f, "MinimumBaselineCredit", in.MinimumBaselineCredit, 0, func(t *shownType) int { return t.BaselineCredit })
	atLeast(f, "MinimumInitialCredit", in.MinimumInitialCredit, 0, func(t *shownType) int { return t.InitialCredit })
}

// network reads the filters on bandwidth, packets and interfaces.
func (f *typeFilter) network(in *api.DescribeInstanceTypesRequest) {
	atLeast(f, "MinimumInstanceBandwidthRx", in.MinimumInstanceBandwidthRx, 0, func(t *shownType) int { return t.InstanceBandwidthRx })
	atLeast(f, "MinimumInstanceBandwidthTx", in.MinimumInstanceBandwidthTx, 0, func(t *shownType) int { return t.InstanceBandwidthTx })
	atLeast(f, "MinimumInstancePpsRx", in.MinimumInstancePpsRx, 0, func(t *shownType) int64 { return t.InstancePpsRx })
	atLeast(f, "MinimumInstancePpsTx", in.MinimumInstancePpsTx, 0, func(t *shownType) int64 { return t.InstancePpsTx })
	atLeast(f, "MinimumEniQuantity", in.MinimumENIQuantity, 0, func(t *shownType) int { return t.ENIQuantity })
	atLeast(f, "MinimumEniPrivateIpAddressQuantity", in.MinimumENIPrivateIPAddressQuantity, 0, func(t *shownType) int { return t.ENIPrivateIPAddressQuantity })
	atLeast(f, "MinimumEniIpv6AddressQuantity", in.MinimumENIIPv6AddressQuantity, 0, func(t *shownType) int { return t.ENIIPv6AddressQuantity })
	atLeast(f, "MinimumPrimaryEniQueueNumber", in.MinimumPrimaryENIQueueNumber, 0, func(t *shownType) int { return t.PrimaryENIQueueNumber })
	atLeast(f, "MinimumSecondaryEniQueueNumber", in.MinimumSecondaryENIQueueNumber, 0, func(t *shownType) int { return t.SecondaryENIQueueNumber })
	atLeast(f, "MinimumEriQuantity", in.MinimumEriQuantity, 0, func(t *shownType) int { return t.EriQuantity })
	atLeast(f, "MinimumQueuePairNumber", in.MinimumQueuePairNumber, 0, func(t *shownType) int { return t.QueuePairNumber })
}

// storage reads the filters on disks.
func (f *typeFilter) storage(in *api.DescribeInstanceTypesRequest) {
	atLeast(f, "MinimumDiskQuantity", in.MinimumDiskQuantity, 0, func(t *shownType) int { return t.DiskQuantity })
	atLeast(f, "MinimumLocalStorageAmount", in.MinimumLocalStorageAmount, 0, func(t *shownType) int { return t.LocalStorageAmount })
	atLeast(f, "MinimumLocalStorageCapacity", in.MinimumLocalStorageCapacity, 0, func(t *shownType) int64 { return t.LocalStorageCapacity })
}

func (f *typeFilter) refuse(name string) {
	if f.err == nil {
		f.err = action.Invalid(name)
	}
}

// atLeast adds a lower bound, if one is given; a bound below least is refused.
func atLeast[N int | int64 | float64](f *typeFilter, name string, bound *N, least N, of func(*shownType) N) {
	limit(f, name, bound, least, func(t *shownType, n N) bool { return of(t) >= n })
}

// atMost adds an upper bound.
func atMost[N int | int64 | float64](f *typeFilter, name string, bound *N, least N, of func(*shownType) N) {
	limit(f, name, bound, least, func(t *shownType, n N) bool { return of(t) <= n })
}

func limit[N int | int64 | float64](f *typeFilter, name string, bound *N, least N, test func(*shownType, N) bool) {
	if bound == nil {
		return
	}
	n := *bound
	if n < least {
		f.refuse(name)
		return
	}
	f.tests = append(f.tests, func(t *shownType) bool { return test(t, n) })
}
