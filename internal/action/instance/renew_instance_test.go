package instance_test

import (
	"strings"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// TestRenewInstance renews by both products, and to a day of the month.
func TestRenewInstance(t *testing.T) {
	s := actiontest.Start(t)
	id := s.Running(paid...) // to 2026-09-10 00:00 UTC+8
	for _, c := range []struct {
		action, expires string
		params          []string
	}{
		{"RenewInstance", "2026-10-09T16:00Z", []string{"Period", "1"}},
		{"RenewInstance", "2026-10-23T16:00Z", []string{"Period", "2", "PeriodUnit", "Week"}},
		{"RenewInstance", "2026-11-04T16:00Z", []string{"ExpectedRenewDay", "5"}},
		{"BssOpenApi.RenewInstance", "2027-02-04T16:00Z", []string{"ProductCode", "ecs", "ProductType", "ecs", "RenewPeriod", "3"}},
	} {
		before := balance(s)
		s.Do(c.action, append([]string{"InstanceId", id}, c.params...)...)
		if got := s.See(id).ExpiredTime; got != c.expires || balance(s) >= before {
			t.Errorf("%s %v: it ends %s, want %s; %s was paid", c.action, c.params, got, c.expires, before-balance(s))
		}
	}
	s.Want(id, "Running")
}

func TestRenewInstanceRefusals(t *testing.T) {
	s := actiontest.Start(t, actiontest.Stepped(), actiontest.Balance("2000"))
	id, postpaid, pending, security := s.Stopped(paid...), s.Stopped(), s.Instance(paid...), s.Stopped(paid...)
	lockAs(s, security, ecs.LockSecurity)
	gone := s.InState("Stopped", paid...)
	actiontest.Edit(s, state.Instances, gone, func(r *ecs.Instance) { r.Want.Deleted = true })
	rev := s.DB().Snapshot().Rev()
	s.Refusals(t, "RenewInstance", []string{"InstanceId", id, "Period", "1"}, []actiontest.Refusal{
		{"no period", []string{"Period", "", "PeriodUnit", "Month"}, 400, "MissingParamter", ""},
		{"zero", []string{"Period", "0"}, 400, "InvalidPeriod", ""},
		{"negative", []string{"Period", "-1"}, 400, "InvalidPeriod", ""},
		{"eleven", []string{"Period", "11"}, 400, "InvalidPeriod", ""},
		{"absurd", []string{"Period", "99999999999999999999"}, 400, "InvalidParameter", ""},
		{"five weeks", []string{"Period", "5", "PeriodUnit", "Week"}, 400, "InvalidPeriod", ""},
		{"day", []string{"PeriodUnit", "Day"}, 400, "InvalidPeriodUnit.ValueNotSupported", ""},
		{"both", []string{"ExpectedRenewDay", "3"}, 400, "InvalidParameter", ""},
		{"postpaid", []string{"InstanceId", postpaid}, 403, "ChargeTypeViolation", ""},
		{"pending", []string{"InstanceId", pending}, 403, "IncorrectInstanceStatus", ""},
		{"on its way out", []string{"InstanceId", gone}, 403, "IncorrectInstanceStatus", ""},
		{"security", []string{"InstanceId", security}, 403, "InstanceLockedForSecurity", ""},
		{"nothing", []string{"InstanceId", "i-nothing"}, 404, "InvalidInstanceId.NotFound", ""},
		{"token", []string{"ClientToken", "é"}, 400, "InvalidClientToken.ValueNotSupported", ""},
		{"no money", []string{"Period", "60"}, 403, "InvalidAccountStatus.NotEnoughBalance", ""},
	})
	s.Refuse(400, "InvalidParameter", "", "RenewInstance", "InstanceId", id, "ExpectedRenewDay", "29")
	s.As(s.Other).Refuse(404, "InvalidInstanceId.NotFound", "", "RenewInstance", "InstanceId", id, "Period", "1")
	s.Refusals(t, "BssOpenApi.RenewInstance", []string{"InstanceId", id, "ProductCode", "ecs", "RenewPeriod", "1"}, []actiontest.Refusal{
		{"product", []string{"ProductCode", "rds"}, 400, "InvalidParameter", ""},
		{"type", []string{"ProductType", "rds"}, 400, "InvalidParameter", ""},
		{"period", []string{"RenewPeriod", "10"}, 400, "InvalidParameter", ""},
		{"instance", []string{"InstanceId", "i-nothing"}, 400, "InvalidParameter", ""},
		{"postpaid", []string{"InstanceId", postpaid}, 403, "ChargeTypeViolation", ""},
		{"no money", []string{"RenewPeriod", "36"}, 403, "InvalidAccountStatus.NotEnoughBalance", ""},
		{"owner", []string{"OwnerId", "42"}, 400, "NotApplicable", ""},
	})
	if now := s.DB().Snapshot().Rev(); now != rev {
		t.Error("a refusal left a trace")
	}
}

func TestAutoRenewAttribute(t *testing.T) {
	s := actiontest.Start(t)
	a, b, c := s.Running(paid...), s.Running(paid...), s.Running(append([]string{"AutoRenew", "true", "AutoRenewPeriod", "3"}, paid...)...)
	postpaid := s.Running()
	set := func(ids string, params ...string) {
		s.Do("ModifyInstanceAutoRenewAttribute", append([]string{"RegionId", "cn-hangzhou", "InstanceId", ids}, params...)...)
	}
	show := func(params ...string) string {
		t.Helper()
		out := actiontest.Call[api.DescribeInstanceAutoRenewAttributeResponse](s, "DescribeInstanceAutoRenewAttribute", append([]string{"RegionId", "cn-hangzhou"}, params...)...)
		var all []string
		for _, r := range out.InstanceRenewAttributes.InstanceRenewAttribute {
			name := map[string]string{a: "a", b: "b", c: "c"}[r.InstanceID]
			all = append(all, name+" "+r.RenewalStatus+" "+r.PeriodUnit+strings.Repeat("I", r.Duration))
			if r.AutoRenewEnabled != (r.RenewalStatus == "AutoRenewal") {
				t.Errorf("%+v", r)
			}
		}
		return strings.Join(all, ", ")
	}
	both := a + "," + b
	set(both, "AutoRenew", "true", "Duration", "2", "PeriodUnit", "Year")
	set(b, "RenewalStatus", "NotRenewal", "AutoRenew", "true")
	for _, x := range []struct {
		want   string
		params []string
	}{
		{"b NotRenewal , a AutoRenewal YearII", []string{"InstanceId", both}},
		{"c AutoRenewal MonthIII, a AutoRenewal YearII", []string{"RenewalStatus", "AutoRenewal"}},
		{"a AutoRenewal YearII", []string{"RenewalStatus", "AutoRenewal", "PageSize", "1", "PageNumber", "2"}},
		{"b NotRenewal ", []string{"RenewalStatus", "NotRenewal", "InstanceId", both}},
		{"", []string{"RenewalStatus", "Normal"}},
	} {
		if got := show(x.params...); got != x.want {
			t.Errorf("%v: %q, want %q", x.params, got, x.want)
		}
	}
	many := strings.Repeat(a+",", 100)
	for i := range 101 {
		many += "i-" + strings.Repeat("x", i+1) + ","
	}
	s.Refusals(t, "ModifyInstanceAutoRenewAttribute", []string{"RegionId", "cn-hangzhou", "InstanceId", a}, []actiontest.Refusal{
		{"status", []string{"RenewalStatus", "Maybe"}, 403, "InvalidParameter.RenewalStatus", ""},
		{"duration", []string{"Duration", "4", "AutoRenew", "true"}, 403, "InvalidParameter.Duration", ""},
		{"negative", []string{"Duration", "-1"}, 403, "InvalidParameter.Duration", ""},
		{"unit", []string{"PeriodUnit", "Day"}, 403, "InvalidPeriodUnit.ValueNotSupported", ""},
		{"postpaid", []string{"InstanceId", postpaid}, 403, "ChargeTypeViolation", ""},
		{"nothing", []string{"InstanceId", "i-nothing"}, 403, "InvalidParameter.InvalidInstanceId", ""},
		{"many", []string{"InstanceId", many}, 403, "InvalidParameter.ToManyInstanceIds", ""},
	})
	s.Refusals(t, "DescribeInstanceAutoRenewAttribute", []string{"RegionId", "cn-hangzhou"}, []actiontest.Refusal{
		{"neither", nil, 403, "MissingParameter.InstanceId", ""},
		{"status", []string{"RenewalStatus", "Maybe"}, 403, "InvalidParameter.RenewalStatus", ""},
		{"postpaid", []string{"InstanceId", postpaid}, 403, "ChargeTypeViolation", ""},
		{"many", []string{"InstanceId", many}, 403, "InvalidParameter.ToManyInstanceIds", ""},
		{"page", []string{"InstanceId", a, "PageSize", "0"}, 400, "InvalidParameter", ""},
		{"text", []string{"InstanceId", a, "PageNumber", "one"}, 400, "InvalidParameter", ""},
	})
}
