package region_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

// The figures of a recorded answer for ecs.g6.large.
func TestDescribeInstanceTypesOne(t *testing.T) {
	out, err := actiontest.Try[api.DescribeInstanceTypesResponse](start(t), "DescribeInstanceTypes", "InstanceTypes.1", "ecs.g6.large")
	if err != nil {
		t.Fatal(err)
	}
	if len(out.InstanceTypes.InstanceType) != 1 || out.NextToken != "" {
		t.Fatalf("%+v", out)
	}
	got := out.InstanceTypes.InstanceType[0]
	want := got // what the recorded answer lacks is not compared
	want.InstanceTypeID, want.InstanceTypeFamily, want.InstanceFamilyLevel = "ecs.g6.large", "ecs.g6", "EnterpriseLevel"
	want.MemorySize, want.CPUCoreCount, want.DiskQuantity, want.GPUAmount, want.GPUSpec = 8, 2, 17, 0, ""
	want.ENIQuantity, want.ENITotalQuantity, want.ENIPrivateIPAddressQuantity, want.ENIIPv6AddressQuantity, want.ENITrunkSupported = 2, 2, 6, 1, false
	want.InstanceBandwidthRx, want.InstanceBandwidthTx, want.InstancePpsRx, want.InstancePpsTx = 1024000, 1024000, 300000, 300000
	want.PrimaryENIQueueNumber, want.SecondaryENIQueueNumber, want.MaximumQueueNumberPerENI, want.TotalENIQueueQuantity = 2, 2, 2, 4
	want.LocalStorageCategory = ""
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if got.CPUArchitecture != "X86" || got.CPUOptions.Core != 1 || got.CPUOptions.ThreadsPerCore != 2 || got.InstanceCategory != "General-purpose" {
		t.Errorf("%+v", got)
	}
}

// Each filter must keep some types and drop others, and keep only what it says.
func TestDescribeInstanceTypesFilters(t *testing.T) {
	type T = api.DescribeInstanceTypesInstanceType
	s := start(t)
	for _, c := range []struct {
		params []string
		keeps  func(*T) bool
	}{
		{[]string{"InstanceTypeFamily", "ecs.g6"}, func(t *T) bool { return t.InstanceTypeFamily == "ecs.g6" }},
		{[]string{"InstanceTypeFamilies.1", "ecs.g6", "InstanceTypeFamilies.2", "ecs.c6"}, func(t *T) bool { return t.InstanceTypeFamily == "ecs.g6" || t.InstanceTypeFamily == "ecs.c6" }},
		{[]string{"InstanceFamilyLevel", "CreditEntryLevel"}, func(t *T) bool { return t.InstanceFamilyLevel == "CreditEntryLevel" }},
		{[]string{"InstanceCategory", "Big data"}, func(t *T) bool { return t.InstanceCategory == "Big data" }},
		{[]string{"InstanceCategories.1", "Big data", "InstanceCategories.2", "Local SSDs"}, func(t *T) bool { return t.InstanceCategory == "Big data" || t.InstanceCategory == "Local SSDs" }},
		{[]string{"CpuArchitecture", "ARM"}, func(t *T) bool { return t.CPUArchitecture == "ARM" }},
		{[]string{"CpuArchitectures.1", "ARM"}, func(t *T) bool { return t.CPUArchitecture == "ARM" }},
		{[]string{"PhysicalProcessorModel", "amd"}, func(t *T) bool { return strings.Contains(t.PhysicalProcessorModel, "AMD") }},
		{[]string{"PhysicalProcessorModels.1", "Intel Xeon(Ice Lake)"}, func(t *T) bool { return strings.Contains(t.PhysicalProcessorModel, "Intel Xeon (Ice Lake)") }},
		{[]string{"GPUSpec", "NVIDIA"}, func(t *T) bool { return strings.Contains(t.GPUSpec, "NVIDIA") }},
		{[]string{"GpuSpecs.1", "NVIDIA T4"}, func(t *T) bool { return t.GPUSpec == "NVIDIA T4" }},
		{[]string{"LocalStorageCategory", "local_ssd_pro"}, func(t *T) bool { return t.LocalStorageCategory == "local_ssd_pro" }},
		{[]string{"LocalStorageCategories.1", "local_hdd_pro"}, func(t *T) bool { return t.LocalStorageCategory == "local_hdd_pro" }},
		{[]string{"NvmeSupport", "required"}, func(t *T) bool { return t.NvmeSupport == "required" }},
		{[]string{"MinimumCpuCoreCount", "3", "MaximumCpuCoreCount", "4"}, func(t *T) bool { return t.CPUCoreCount == 4 }},
		{[]string{"MinimumMemorySize", "0.5", "MaximumMemorySize", "1.5"}, func(t *T) bool { return t.MemorySize >= 0.5 && t.MemorySize <= 1.5 }},
		{[]string{"MinimumGPUAmount", "2"}, func(t *T) bool { return t.GPUAmount >= 2 }},
		{[]string{"MaximumGPUAmount", "1", "GPUSpec", "NVIDIA"}, func(t *T) bool { return t.GPUAmount <= 1 && t.GPUAmount > 0 }},
		{[]string{"MinimumCpuSpeedFrequency", "2.7", "MaximumCpuSpeedFrequency", "2.8"}, func(t *T) bool { return t.CPUSpeedFrequency >= 2.7 && t.CPUSpeedFrequency <= 2.8 }},
		{[]string{"MinimumCpuTurboFrequency", "3.5", "MaximumCpuTurboFrequency", "3.5"}, func(t *T) bool { return t.CPUTurboFrequency == 3.5 }},
		{[]string{"MinimumBaselineCredit", "1"}, func(t *T) bool { return t.BaselineCredit >= 1 }},
		{[]string{"MinimumInitialCredit", "60"}, func(t *T) bool { return t.InitialCredit >= 60 }},
		{[]string{"MinimumInstanceBandwidthRx", "25600000"}, func(t *T) bool { return t.InstanceBandwidthRx >= 25600000 }},
		{[]string{"MinimumInstanceBandwidthTx", "25600000"}, func(t *T) bool { return t.InstanceBandwidthTx >= 25600000 }},
		{[]string{"MinimumInstancePpsRx", "6000000"}, func(t *T) bool { return t.InstancePpsRx >= 6000000 }},
		{[]string{"MinimumInstancePpsTx", "6000000"}, func(t *T) bool { return t.InstancePpsTx >= 6000000 }},
		{[]string{"MinimumEniQuantity", "8"}, func(t *T) bool { return t.ENIQuantity >= 8 }},
		{[]string{"MinimumEniPrivateIpAddressQuantity", "30"}, func(t *T) bool { return t.ENIPrivateIPAddressQuantity >= 30 }},
		{[]string{"MinimumEniIpv6AddressQuantity", "15"}, func(t *T) bool { return t.ENIIPv6AddressQuantity >= 15 }},
		{[]string{"MinimumPrimaryEniQueueNumber", "8"}, func(t *T) bool { return t.PrimaryENIQueueNumber >= 8 }},
		{[]string{"MinimumSecondaryEniQueueNumber", "8"}, func(t *T) bool { return t.SecondaryENIQueueNumber >= 8 }},
		{[]string{"MinimumDiskQuantity", "18"}, func(t *T) bool { return t.DiskQuantity >= 18 }},
		{[]string{"MinimumLocalStorageAmount", "4"}, func(t *T) bool { return t.LocalStorageAmount >= 4 }},
		{[]string{"MinimumLocalStorageCapacity", "2000"}, func(t *T) bool { return t.LocalStorageCapacity >= 2000 }},
	} {
		t.Run(c.params[0], func(t *testing.T) {
			all, want := everyType(t, s), 0
			for i := range all {
				if c.keeps(&all[i]) {
					want++
				}
			}
			got := everyType(t, s, c.params...)
			for i := range got {
				if !c.keeps(&got[i]) {
					t.Errorf("%s passed", got[i].InstanceTypeID)
				}
			}
			if len(got) != want || want == 0 || want == len(all) {
				t.Errorf("%d types, wanted %d of %d", len(got), want, len(all))
			}
		})
	}
}

// everyType pages through all types that pass the filters.
func everyType(t *testing.T, s *actiontest.Service, params ...string) (all []api.DescribeInstanceTypesInstanceType) {
	t.Helper()
	for token := ""; ; {
		out, err := actiontest.Try[api.DescribeInstanceTypesResponse](s, "DescribeInstanceTypes", append(slices.Clone(params), "NextToken", token)...)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, out.InstanceTypes.InstanceType...)
		if token = out.NextToken; token == "" {
			return all
		}
	}
}

func TestDescribeInstanceTypesPages(t *testing.T) {
	s := start(t)
	types := s.Catalog.Types()
	for _, size := range []string{"", "1600", "100", "37"} {
		n, _ := strconv.Atoi(size)
		if n == 0 || n > 100 {
			n = 100
		}
		token, at := "", 0
		for {
			out, err := actiontest.Try[api.DescribeInstanceTypesResponse](s, "DescribeInstanceTypes", "MaxResults", size, "NextToken", token)
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range out.InstanceTypes.InstanceType {
				if v.InstanceTypeID != types[at].ID {
					t.Fatalf("page of %s: %s in the place of %s", size, v.InstanceTypeID, types[at].ID)
				}
				at++
			}
			if token = out.NextToken; token == "" {
				break
			}
			if len(out.InstanceTypes.InstanceType) != n {
				t.Fatalf("a page of %d, wanted %d", len(out.InstanceTypes.InstanceType), n)
			}
		}
		if at != len(types) {
			t.Errorf("pages of %s: %d types of %d", size, at, len(types))
		}
	}
}

// A token is good for the listing it came from, whatever the page size, and for
// no other.
func TestDescribeInstanceTypesTokens(t *testing.T) {
	s := actiontest.Start(t) // each caller names the same region
	out, err := actiontest.Try[api.DescribeInstanceTypesResponse](s, "DescribeInstanceTypes", "MinimumCpuCoreCount", "4", "MaxResults", "5")
	if err != nil || out.NextToken == "" {
		t.Fatal(out, err)
	}
	if _, err := actiontest.Try[api.DescribeInstanceTypesResponse](s, "DescribeInstanceTypes", "MinimumCpuCoreCount", "4", "MaxResults", "9", "NextToken", out.NextToken); err != nil {
		t.Errorf("another page size: %v", err)
	}
	bad := func(name string, params ...string) {
		t.Helper()
		_, err := actiontest.Try[api.DescribeInstanceTypesResponse](s, "DescribeInstanceTypes", params...)
		if e, ok := err.(*api.Error); !ok || e.Code != "InvalidParameter.NextToken" {
			t.Errorf("%s: %v", name, err)
		}
	}
	bad("another filter", "MinimumCpuCoreCount", "8", "NextToken", out.NextToken)
	bad("no filter", "NextToken", out.NextToken)
	bad("forged", "MinimumCpuCoreCount", "4", "NextToken", "e71d8a535bd9cc11")
	flipped := []byte(out.NextToken)
	flipped[0] ^= 1
	bad("changed", "MinimumCpuCoreCount", "4", "NextToken", string(flipped))
	s = s.As(s.Other)
	bad("of another account", "MinimumCpuCoreCount", "4", "NextToken", out.NextToken)
}

func TestDescribeInstanceTypesUnknown(t *testing.T) {
	s := start(t)
	for _, params := range [][]string{{"InstanceTypes.1", "ecs.none.large"}, {"InstanceTypeFamily", "ecs.none"}, {"MinimumEriQuantity", "1"}, {"MinimumQueuePairNumber", "1"}} {
		if got := everyType(t, s, params...); len(got) != 0 {
			t.Errorf("%v: %d types", params, len(got))
		}
	}
}

func TestDescribeInstanceTypesRefusals(t *testing.T) {
	eleven := []string{}
	for i := range 11 {
		eleven = append(eleven, "InstanceTypes."+strconv.Itoa(i+1), "ecs.g6.large")
	}
	start(t).Refusals(t, "DescribeInstanceTypes", nil, []actiontest.Refusal{
		{"MaxResults abc", []string{"MaxResults", "abc"}, 400, "InvalidParameter.MaxResults", ""},
		{"MaxResults 0", []string{"MaxResults", "0"}, 400, "InvalidParameter.MaxResults", ""},
		{"MaxResults 1601", []string{"MaxResults", "1601"}, 400, "InvalidParameter.MaxResults", ""},
		{"NextToken", []string{"NextToken", "x"}, 400, "InvalidParameter.NextToken", ""},
		{"11 types", eleven, 400, "InvalidParameter", ""},
		{"architecture", []string{"CpuArchitecture", "MIPS"}, 400, "InvalidParameter", ""},
		{"three architectures", []string{"CpuArchitectures.1", "ARM", "CpuArchitectures.2", "X86", "CpuArchitectures.3", "ARM"}, 400, "InvalidParameter", ""},
		{"category", []string{"InstanceCategory", "Small"}, 400, "InvalidParameter", ""},
		{"level", []string{"InstanceFamilyLevel", "Top"}, 400, "InvalidParameter", ""},
		{"local disks", []string{"LocalStorageCategory", "tape"}, 400, "InvalidParameter", ""},
		{"NVMe", []string{"NvmeSupport", "maybe"}, 400, "InvalidParameter", ""},
		{"no cores", []string{"MinimumCpuCoreCount", "0"}, 400, "InvalidParameter", ""},
		{"negative memory", []string{"MinimumMemorySize", "-1"}, 400, "InvalidParameter", ""},
		{"cores abc", []string{"MinimumCpuCoreCount", "abc"}, 400, "InvalidParameter", ""},
		{"additional attributes", []string{"AdditionalAttributes.1", "X"}, 400, "UnsupportedOperation.NotImplemented", ""},
	})
}
