package instance

import (
	"slices"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ModifyInstanceAutoRenewAttribute", (*Service).ModifyInstanceAutoRenewAttribute)

// ModifyInstanceAutoRenewAttribute sets how up to 100 subscription instances are
// renewed, all or none. RenewalStatus goes before AutoRenew. One that has expired
// stays as it is: there is nothing left to renew automatically.
func (s *Service) ModifyInstanceAutoRenewAttribute(c *action.Call, in *api.ModifyInstanceAutoRenewAttributeRequest) (*api.ModifyInstanceAutoRenewAttributeResponse, error) {
	status := in.RenewalStatus
	if status == "" {
		status = "Normal"
		if action.Flag(in.AutoRenew) {
			status = "AutoRenewal"
		}
	}
	unit, allowed := ecs.Month, []int{1, 2, 3, 6, 12, 24, 36, 48, 60}
	switch in.PeriodUnit {
	case "", "Month", "month":
	case "Year", "year":
		unit, allowed = ecs.Year, []int{1, 2, 3, 4, 5}
	case "Week", "week":
		unit, allowed = ecs.Week, []int{1, 2, 3, 4}
	default:
		return nil, api.Errorf(api.CodeInvalidPeriodUnitValueNotSupported, "The specified parameter PeriodUnit is not valid.").WithStatus(403)
	}
	n := number(in.Duration, 1)
	switch {
	case !slices.Contains([]string{"AutoRenewal", "Normal", "NotRenewal"}, status):
		return nil, badRenewalStatus()
	case !slices.Contains(allowed, n):
		return nil, api.Errorf(api.CodeInvalidParameterDuration, "The specified Duration is not valid.")
	}
	return &api.ModifyInstanceAutoRenewAttributeResponse{}, s.DB.Update(c.Context, func(tx *state.Tx) error {
		rows, err := subscriptions(c, tx, in.InstanceID)
		if err != nil {
			return err
		}
		for _, row := range rows {
			if row.Record.Want.Deleted || row.Record.Expires <= tx.Now().Unix() {
				return wrongState()
			}
		}
		for _, row := range rows {
			next := *row.Record
			next.AutoRenew, next.RenewUnit = 0, unit
			next.Flags &^= ecs.NotRenewed
			switch status {
			case "AutoRenewal":
				next.AutoRenew = uint8(n)
			case "NotRenewal":
				next.Flags |= ecs.NotRenewed
			}
			state.Instances.Put(tx, row.Key, &next)
			compute.Subscribe(tx, row.Key, &next)
		}
		return nil
	})
}
