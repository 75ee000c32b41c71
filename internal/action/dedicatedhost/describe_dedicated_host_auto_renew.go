package dedicatedhost

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DescribeDedicatedHostAutoRenew", (*Service).DescribeDedicatedHostAutoRenew)

// DescribeDedicatedHostAutoRenew tells how each of up to 100 subscription hosts
// is renewed.
func (s *Service) DescribeDedicatedHostAutoRenew(c *action.Call, in *api.DescribeDedicatedHostAutoRenewRequest) (*api.DescribeDedicatedHostAutoRenewResponse, error) {
	keys, hosts, err := subscriptions(c, s.DB.Snapshot(), in.DedicatedHostIDs)
	if err != nil {
		return nil, err
	}
	out := &api.DescribeDedicatedHostAutoRenewResponse{}
	for i, r := range hosts {
		o := api.DescribeDedicatedHostAutoRenewDedicatedHostRenewAttribute{
			DedicatedHostID: ecs.ID(ecs.KindDedicatedHost, keys[i]), RenewalStatus: "Normal", AutoRenewWithEcs: "AutoRenewWithEcs",
		}
		switch {
		case r.AutoRenew > 0:
			o.RenewalStatus, o.AutoRenewEnabled, o.Duration, o.PeriodUnit = "AutoRenewal", true, int(r.AutoRenew), r.RenewUnit.String()
		case r.NoNotice:
			o.RenewalStatus = "NotRenewal"
		}
		if r.RenewStop {
			o.AutoRenewWithEcs = "StopRenewWithEcs"
		}
		out.DedicatedHostRenewAttributes.DedicatedHostRenewAttribute = append(out.DedicatedHostRenewAttributes.DedicatedHostRenewAttribute, o)
	}
	return out, nil
}

// subscriptions finds the hosts of a list, all of which must be paid in advance.
func subscriptions(c *action.Call, v state.View, value string) (keys []ecs.Key, hosts []*ecs.DedicatedHost, err error) {
	if value == "" {
		return nil, nil, api.Errorf(api.CodeMissingParameterDedicatedHostId, "DedicatedHostId should not be null.")
	}
	ids := list(value)
	if len(ids) > maxIDs {
		return nil, nil, api.Errorf(api.CodeInvalidParameterToManyDedicatedHostIds, "DedicatedHostId should be less than 100.")
	}
	for _, id := range ids {
		k, r, err := find(c, v, id)
		if err != nil {
			return nil, nil, api.Errorf(api.CodeInvalidParameterInvalidDedicatedHostId, "The DedicatedHostId %s does not exist.", id)
		}
		if r.ChargeType != ecs.PrePaid {
			return nil, nil, api.Errorf(api.CodeChargeTypeViolation, "Pay-As-You-Go dedicated host do not support this operation.")
		}
		keys, hosts = append(keys, k), append(hosts, r)
	}
	return keys, hosts, nil
}
