package instance

import (
	"cmp"
	"iter"
	"slices"
	"strconv"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DescribeInstanceAutoRenewAttribute", (*Service).DescribeInstanceAutoRenewAttribute)

// DescribeInstanceAutoRenewAttribute tells how subscription instances are renewed:
// those that are named, and with RenewalStatus those that are renewed so. One of
// the two is needed.
func (s *Service) DescribeInstanceAutoRenewAttribute(c *action.Call, in *api.DescribeInstanceAutoRenewAttributeRequest) (*api.DescribeInstanceAutoRenewAttributeResponse, error) {
	page, err := renewPage(in)
	switch {
	case err != nil:
		return nil, err
	case in.InstanceID == "" && in.RenewalStatus == "":
		return nil, api.Errorf(api.CodeMissingParameterInstanceId, "InstanceId should not be null.").WithStatus(403)
	case !action.OneOf(in.RenewalStatus, "AutoRenewal", "Normal", "NotRenewal"):
		return nil, badRenewalStatus()
	}
	snap := s.DB.Snapshot()
	match := func(_ ecs.Key, r *ecs.Instance) bool {
		return r.ChargeType == ecs.PrePaid && (in.RenewalStatus == "" || renewalStatus(r) == in.RenewalStatus)
	}
	seq := func(below ecs.Key) iter.Seq2[ecs.Key, *ecs.Instance] {
		return state.InstancesByAccount.Descend(snap, state.Scope(c.Caller.Account, c.RegionCode()), below)
	}
	if in.InstanceID != "" {
		named, err := subscriptions(c, snap, in.InstanceID)
		if err != nil {
			return nil, err
		}
		slices.SortFunc(named, func(a, b action.Row[ecs.Instance]) int { return cmp.Compare(b.Key, a.Key) })
		seq = func(ecs.Key) iter.Seq2[ecs.Key, *ecs.Instance] {
			return func(yield func(ecs.Key, *ecs.Instance) bool) {
				for _, row := range named {
					if !yield(row.Key, row.Record) {
						return
					}
				}
			}
		}
	}
	rows, total, _ := action.List(page, seq, match, -1)
	out := &api.DescribeInstanceAutoRenewAttributeResponse{PageNumber: page.Number, PageSize: page.Size, TotalCount: total}
	for _, row := range rows {
		r := row.Record
		o := api.DescribeInstanceAutoRenewAttributeInstanceRenewAttribute{
			InstanceID: ecs.ID(ecs.KindInstance, row.Key), RenewalStatus: renewalStatus(r), AutoRenewEnabled: r.AutoRenew > 0, Duration: int(r.AutoRenew),
		}
		if r.AutoRenew > 0 {
			o.PeriodUnit = r.RenewUnit.String()
		}
		out.InstanceRenewAttributes.InstanceRenewAttribute = append(out.InstanceRenewAttributes.InstanceRenewAttribute, o)
	}
	return out, nil
}

// renewPage reads the paging parameters, which are text here.
func renewPage(in *api.DescribeInstanceAutoRenewAttributeRequest) (action.Page, error) {
	page := action.Page{Number: 1, Size: 10}
	for _, f := range []struct {
		name, value string
		most        int
		to          *int
	}{{"PageNumber", in.PageNumber, 1 << 30, &page.Number}, {"PageSize", in.PageSize, 100, &page.Size}} {
		if f.value == "" {
			continue
		}
		n, err := strconv.Atoi(f.value)
		if err != nil || n < 1 || n > f.most {
			return page, action.Invalid(f.name)
		}
		*f.to = n
	}
	return page, nil
}
