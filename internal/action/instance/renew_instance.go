package instance

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/block"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "RenewInstance", (*Service).RenewInstance)

// RenewInstance pays a subscription instance for another period, or to a day of
// the month.
func (s *Service) RenewInstance(c *action.Call, in *api.RenewInstanceRequest) (*api.RenewInstanceResponse, error) {
	n, err := renewal(c, in)
	if err != nil {
		return nil, err
	}
	once, err := c.Once(in.ClientToken, nil)
	if err != nil {
		return nil, err
	}
	var order ecs.Key
	err = s.DB.Update(c.Context, func(tx *state.Tx) (err error) {
		order, err = once.DoOne(tx, func() (ecs.Key, error) {
			k, r, err := action.Instance(c, tx, in.InstanceID)
			if err == nil {
				err = compute.Renewable(tx, k, r)
			}
			if err != nil {
				return 0, err
			}
			_, order, err := compute.Renew(tx, s.Prices, k, r, n)
			return order, action.NoPrice(err)
		})
		return err
	})
	if err != nil {
		return nil, otherRequest(err)
	}
	return &api.RenewInstanceResponse{OrderID: block.OrderID(order)}, nil
}

// renewal reads how much longer an instance is to be paid, or with ExpectedRenewDay
// to which day of the month: there is nothing that would set a unified one, which it
// would have to be.
func renewal(c *action.Call, in *api.RenewInstanceRequest) (compute.Renewal, error) {
	if d := in.ExpectedRenewDay; d != nil {
		if *d < 1 || *d > 28 || in.Period != nil || in.PeriodUnit != "" {
			return compute.Renewal{}, action.Invalid("ExpectedRenewDay")
		}
		return compute.Renewal{Day: *d}, nil
	}
	if in.Period == nil {
		return compute.Renewal{}, api.Errorf(api.CodeMissingParamter, `The specified parameter "Period" is not null.`)
	}
	unit, ok := periodUnit(in.PeriodUnit)
	switch {
	case !ok:
		return compute.Renewal{}, api.Errorf(api.CodeInvalidPeriodUnitValueNotSupported, "The specified parameter PeriodUnit is not valid.")
	case !validPeriod(*in.Period, unit):
		return compute.Renewal{}, api.Errorf(api.CodeInvalidPeriod, "The specified period is not valid.")
	}
	return compute.Renewal{N: *in.Period, Unit: unit}, nil
}

// periodUnit reads a PeriodUnit of instances; "" is a month.
func periodUnit(s string) (ecs.PeriodUnit, bool) {
	switch s {
	case "", "Month", "month":
		return ecs.Month, true
	case "Week", "week":
		return ecs.Week, true
	}
	return 0, false
}

// validPeriod reports whether instances are paid for that long: 1 to 4 weeks, 1 to
// 9, 12, 24, 36, 48 or 60 months.
func validPeriod(n int, unit ecs.PeriodUnit) bool {
	if unit == ecs.Week {
		return n >= 1 && n <= 4
	}
	return n >= 1 && n <= 9 || n == 12 || n == 24 || n == 36 || n == 48 || n == 60
}
