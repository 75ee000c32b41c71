package dedicatedhost

import (
	"slices"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/catalog"
)

var _ = action.Handle(&actions, "DescribeDedicatedHostTypes", (*Service).DescribeDedicatedHostTypes)

// DescribeDedicatedHostTypes lists the types of hosts that the region has.
func (s *Service) DescribeDedicatedHostTypes(c *action.Call, in *api.DescribeDedicatedHostTypesRequest) (*api.DescribeDedicatedHostTypesResponse, error) {
	out := &api.DescribeDedicatedHostTypesResponse{}
	for i := range s.Catalog.HostTypes() {
		t := &s.Catalog.HostTypes()[i]
		if in.DedicatedHostType != "" && t.ID != in.DedicatedHostType || in.SupportedInstanceTypeFamily != "" && t.Family != in.SupportedInstanceTypeFamily ||
			!slices.ContainsFunc(s.Catalog.Zones(c.Region.ID), func(z *catalog.Zone) bool { return s.Catalog.HostTypeInZone(t, z) }) {
			continue
		}
		o := api.DescribeDedicatedHostTypesDedicatedHostType{
			DedicatedHostType: t.ID, Cores: t.Cores, Sockets: t.Sockets, MemorySize: float64(t.MemoryGiB), TotalVcpus: t.VCPU(1000), SupportCPUOverCommitRatio: t.OverCommit,
		}
		if t.OverCommit {
			o.CPUOverCommitRatioRange = "1-5"
		}
		o.SupportedInstanceTypeFamilies.SupportedInstanceTypeFamily = []string{t.Family}
		o.SupportedInstanceTypesList.SupportedInstanceTypesList = s.types(t.Family)
		out.DedicatedHostTypes.DedicatedHostType = append(out.DedicatedHostTypes.DedicatedHostType, o)
	}
	return out, nil
}
