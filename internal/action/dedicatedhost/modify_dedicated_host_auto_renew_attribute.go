package dedicatedhost

import (
	"slices"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ModifyDedicatedHostAutoRenewAttribute", (*Service).ModifyDedicatedHostAutoRenewAttribute)

// ModifyDedicatedHostAutoRenewAttribute sets how subscription hosts are renewed.
// RenewalStatus goes before AutoRenew.
func (s *Service) ModifyDedicatedHostAutoRenewAttribute(c *action.Call, in *api.ModifyDedicatedHostAutoRenewAttributeRequest) (*api.ModifyDedicatedHostAutoRenewAttributeResponse, error) {
	status := in.RenewalStatus
	if status == "" {
		status = "Normal"
		if action.Flag(in.AutoRenew) {
			status = "AutoRenewal"
		}
	}
	if !action.OneOf(status, "AutoRenewal", "Normal", "NotRenewal") {
		return nil, api.Errorf(api.CodeInvalidParameterRenewalStatus, "The specified RenewalStatus is not valid.")
	}
	if !action.OneOf(in.AutoRenewWithEcs, "AutoRenewWithEcs", "StopRenewWithEcs") {
		return nil, action.Invalid("AutoRenewWithEcs")
	}
	unit, allowed := ecs.Month, []int{1, 2, 3, 6, 12}
	switch in.PeriodUnit {
	case "", "Month":
	case "Week":
		unit, allowed = ecs.Week, allowed[:3]
	default:
		return nil, api.Errorf(api.CodeInvalidPeriodUnitValueNotSupported, "The specified parameter PeriodUnit is not valid.").WithStatus(403)
	}
	n := 0
	if in.Duration != nil {
		n = *in.Duration
	}
	if (status == "AutoRenewal" || in.Duration != nil) && !slices.Contains(allowed, n) {
		return nil, api.Errorf(api.CodeInvalidParameterDuration, "The specified Duration is not valid.")
	}
	err := s.DB.Update(c.Context, func(tx *state.Tx) error {
		keys, hosts, err := subscriptions(c, tx, in.DedicatedHostIDs)
		if err != nil {
			return err
		}
		for i, r := range hosts {
			next := *r
			next.AutoRenew, next.RenewUnit, next.NoNotice = 0, unit, status == "NotRenewal"
			if status == "AutoRenewal" {
				next.AutoRenew = uint8(n)
			}
			if in.AutoRenewWithEcs != "" {
				next.RenewStop = in.AutoRenewWithEcs == "StopRenewWithEcs"
			}
			state.DedicatedHosts.Put(tx, keys[i], &next)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &api.ModifyDedicatedHostAutoRenewAttributeResponse{}, nil
}
