package bss

import (
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "QueryAvailableInstances", (*Service).QueryAvailableInstances)

const (
	product = "ecs" // code and type of what can be bought here

	defaultSize, maxSize = 20, 300
	maxIDs               = 100
	never                = "2099-12-31T15:59:00Z" // the end of what is paid as it is used
)

// QueryAvailableInstances lists the account's instances, region by region, the
// newest first, with how they are paid and until when. The products answered
// here have instances of ECS only: a filter for another product finds nothing.
func (s *Service) QueryAvailableInstances(c *action.Call, in *api.QueryAvailableInstancesRequest) (*api.QueryAvailableInstancesResponse, error) {
	page := action.Page{Number: 1, Size: defaultSize}
	if in.PageNum != nil {
		page.Number = *in.PageNum
	}
	if in.PageSize != nil {
		page.Size = *in.PageSize
	}
	if page.Number < 1 {
		return nil, action.Invalid("PageNum")
	}
	if page.Size < 1 || page.Size > maxSize {
		return nil, action.Invalid("PageSize")
	}
	match, err := matcher(in)
	if err != nil {
		return nil, err
	}
	snap := s.DB.Snapshot()
	var scopes []uint64
	total := 0
	for _, r := range s.Catalog.Regions() {
		if in.Region == "" || in.Region == r.ID {
			scope := state.Scope(c.Caller.Account, r.Code)
			scopes = append(scopes, scope)
			total += state.InstancesByAccount.Count(snap, scope)
		}
	}
	if in.ProductCode != "" && in.ProductCode != product || in.ProductType != "" && in.ProductType != product {
		scopes, total = nil, 0
	}
	all := func(ecs.Key) iter.Seq2[ecs.Key, *ecs.Instance] {
		return func(yield func(ecs.Key, *ecs.Instance) bool) {
			for _, scope := range scopes {
				for k, r := range state.InstancesByAccount.Descend(snap, scope, 0) {
					if !yield(k, r) {
						return
					}
				}
			}
		}
	}
	if match != nil {
		total = -1
	}
	rows, total, _ := action.List(page, all, match, total)
	out := &api.QueryAvailableInstancesResponse{Code: "Success", Message: "Successful!", Success: true}
	out.Data.PageNum, out.Data.PageSize, out.Data.TotalCount = page.Number, page.Size, total
	for _, r := range rows {
		out.Data.InstanceList = append(out.Data.InstanceList, s.show(r.Key, r.Record, c.Now))
	}
	return out, nil
}

// matcher joins the conditions on single instances; nil when there are none.
func matcher(in *api.QueryAvailableInstancesRequest) (func(ecs.Key, *ecs.Instance) bool, error) {
	var tests []func(ecs.Key, *ecs.Instance) bool
	oneOf := func(name, want string, of func(*ecs.Instance) string, values ...string) error {
		if want == "" {
			return nil
		}
		if !slices.Contains(values, want) {
			return action.Invalid(name)
		}
		tests = append(tests, func(_ ecs.Key, r *ecs.Instance) bool { return of(r) == want })
		return nil
	}
	instant := func(name, want string, test func(r *ecs.Instance, t int64) bool) error {
		if want == "" {
			return nil
		}
		t, ok := ecs.ParseTime(want)
		if !ok {
			return action.Invalid(name)
		}
		tests = append(tests, func(_ ecs.Key, r *ecs.Instance) bool { return test(r, t.Unix()) })
		return nil
	}
	for _, err := range []error{
		oneOf("SubscriptionType", in.SubscriptionType, subscription, "Subscription", "PayAsYouGo"),
		oneOf("RenewStatus", in.RenewStatus, renewal, "AutoRenewal", "ManualRenewal", "NotRenewal"),
		instant("CreateTimeStart", in.CreateTimeStart, func(r *ecs.Instance, t int64) bool { return r.Created >= t }),
		instant("CreateTimeEnd", in.CreateTimeEnd, func(r *ecs.Instance, t int64) bool { return r.Created <= t }),
		instant("EndTimeStart", in.EndTimeStart, func(r *ecs.Instance, t int64) bool { return r.ChargeType != ecs.PrePaid || r.Expires >= t }),
		instant("EndTimeEnd", in.EndTimeEnd, func(r *ecs.Instance, t int64) bool { return r.ChargeType == ecs.PrePaid && r.Expires <= t }),
	} {
		if err != nil {
			return nil, err
		}
	}
	if in.InstanceIDs != "" {
		ids := strings.Split(in.InstanceIDs, ",")
		if len(ids) > maxIDs {
			return nil, action.Invalid("InstanceIDs")
		}
		tests = append(tests, func(k ecs.Key, _ *ecs.Instance) bool { return slices.Contains(ids, ecs.ID(ecs.KindInstance, k)) })
	}
	if len(tests) == 0 {
		return nil, nil
	}
	return func(k ecs.Key, r *ecs.Instance) bool {
		return !slices.ContainsFunc(tests, func(t func(ecs.Key, *ecs.Instance) bool) bool { return !t(k, r) })
	}, nil
}

func (s *Service) show(k ecs.Key, r *ecs.Instance, now time.Time) api.QueryAvailableInstancesDataInstanceList {
	o := api.QueryAvailableInstancesDataInstanceList{
		InstanceID: ecs.ID(ecs.KindInstance, k), OwnerID: int64(r.Account), ProductCode: product, ProductType: product,
		CreateTime: ecs.Second(r.Created), EndTime: never, ReleaseTime: ecs.Second(r.AutoRelease), ExpectedReleaseTime: ecs.Second(r.AutoRelease),
		Status: "Normal", SubStatus: "Normal", SubscriptionType: subscription(r), RenewStatus: renewal(r),
	}
	if region, ok := s.Catalog.RegionByCode(k.Region()); ok {
		o.Region = region.ID
	}
	if r.ChargeType == ecs.PrePaid {
		o.EndTime = ecs.Second(r.Expires)
		if r.Expires <= now.Unix() {
			o.Status, o.SubStatus, o.StopTime = "Expired", "Expired", o.EndTime
		}
	}
	if r.AutoRenew > 0 {
		o.RenewalDuration, o.RenewalDurationUnit = int(r.AutoRenew), r.RenewUnit.String()[:1]
	}
	return o
}

func subscription(r *ecs.Instance) string {
	if r.ChargeType == ecs.PrePaid {
		return "Subscription"
	}
	return "PayAsYouGo"
}

// renewal is how a paid period goes on: by itself, or by the owner's hand. What
// is paid as it is used has none to go on.
func renewal(r *ecs.Instance) string {
	switch {
	case r.ChargeType != ecs.PrePaid:
		return ""
	case r.AutoRenew > 0:
		return "AutoRenewal"
	}
	return "ManualRenewal"
}
