package instance

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
)

// charge checks how the instances are paid.
func (p *planner) charge() error {
	in, r := p.in, &p.plan.record
	charge, ok := ecs.ParseChargeType(in.InstanceChargeType)
	if !ok {
		return api.Errorf(api.CodeInvalidInstanceChargeTypeNotFound, "The InstanceChargeType does not exist in our records.")
	}
	r.ChargeType = charge
	if action.Flag(in.DeletionProtection) {
		if charge == ecs.PrePaid || in.SpotStrategy != "" && in.SpotStrategy != "NoSpot" {
			return api.Errorf(api.CodeInvalidChargeTypeValueNotSupported, "Deletion protection is only valid for postPaid instance, not for prePaid or spot instance.")
		}
		r.Flags |= ecs.DeletionProtected
	}
	if charge == ecs.PrePaid && in.SpotStrategy != "" && in.SpotStrategy != "NoSpot" {
		return api.Errorf(api.CodeInvalidSpotPrepaid, "The specified Spot type is not support PrePay Instance.")
	}
	if charge == ecs.PostPaid && in.AutoPay != nil && !*in.AutoPay {
		return api.Errorf(api.CodeInvalidAutoPayPostPaidUnsupported, "The specified parameter AutoPay must be set as true for postpaid instance.")
	}
	if charge == ecs.PostPaid {
		return p.releaseTime()
	}
	if in.AutoReleaseTime != "" {
		return api.Errorf(api.CodeInvalidAutoReleaseTimeMalformed, "The specified parameter AutoReleaseTime is not valid.")
	}
	if in.Period == nil {
		return api.Errorf(api.CodeMissingParamter, `The specified parameter "Period" is not null.`)
	}
	n := *in.Period
	unit, ok := periodUnit(in.PeriodUnit)
	switch {
	case !ok && p.run():
		return api.Errorf(api.CodeInvalidPeriodTypeValueNotSupported, "The specified parameter PeriodType is invalid.")
	case !ok:
		return api.Errorf(api.CodeInvalidPeriodUnitValueNotSupported, "The specified parameter PeriodUnit is not valid.")
	case !validPeriod(n, unit):
		return api.Errorf(api.CodeInvalidPeriod, "The specified period is not valid.")
	}
	r.Period, r.PeriodUnit = uint8(n), unit
	r.Expires = ecs.PeriodEnd(p.c.Now, n, unit).Unix()
	if !action.Flag(in.AutoRenew) {
		return nil
	}
	n = number(in.AutoRenewPeriod, 1)
	if unit == ecs.Week {
		ok = n >= 1 && n <= 3
	} else {
		ok = n >= 1 && n <= 3 || n == 6 || n == 12 || n == 24 || n == 36 || n == 48 || n == 60
	}
	if !ok {
		return api.Errorf(api.CodeInvalidAutoRenewPeriodValueNotSupported, "The specified autoRenewPeriod is not valid.")
	}
	r.AutoRenew, r.RenewUnit = uint8(n), unit
	return nil
}

// releaseTime checks AutoReleaseTime: half an hour to three years from now,
// kept to the minute.
func (p *planner) releaseTime() error {
	if p.in.AutoReleaseTime == "" {
		return nil
	}
	t, ok := ecs.ParseTime(p.in.AutoReleaseTime)
	now := p.c.Now
	if !ok || t.Before(now.Add(30*60e9)) || t.After(now.AddDate(3, 0, 0)) {
		return api.Errorf(api.CodeInvalidAutoReleaseTimeMalformed, "The specified parameter AutoReleaseTime is not valid.")
	}
	p.plan.record.AutoRelease = t.Truncate(60e9).Unix()
	return nil
}

// bandwidth checks what is bought of public bandwidth.
func (p *planner) bandwidth() error {
	in, r := p.in, &p.plan.record
	charge, ok := ecs.ParseInternetCharge(in.InternetChargeType)
	if !ok {
		return api.Errorf(api.CodeInvalidInternetChargeTypeValueNotSupported, "The specified InternetChargeType is not valid.")
	}
	var badOut, badIn bool
	r.InternetCharge = charge
	r.BandwidthOut, r.BandwidthIn, badOut, badIn =
		bandwidth{in.InternetMaxBandwidthOut, in.InternetMaxBandwidthIn}.apply(r, mostBandwidth(r.ChargeType, charge))
	if badOut {
		return action.Invalid("InternetMaxBandwidthOut")
	}
	if badIn {
		return api.Errorf(api.CodeInvalidInternetMaxBandwidthInMalformed, "The specified parameter InternetMaxBandwidthIn is not valid.")
	}
	p.plan.public = p.plan.start && r.BandwidthOut > 0
	return nil
}
