package autoprovisioning

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

// Values of parameters that decide something here.
const (
	instant     = "instant"
	oneTime     = "request"
	maintain    = compute.ProvisioningMaintain
	spot        = "Spot"
	payAsYouGo  = "PayAsYouGo"
	lowestPrice = "lowest-price"
	prioritized = "prioritized"
)

// maxCapacity is the largest capacity that one group may have. How large the real
// service lets it be is not published.
const maxCapacity = 1000

// newDelivery checks a request for a group.
func (s *Service) newDelivery(c *action.Call, v *state.Snapshot, in *api.CreateAutoProvisioningGroupRequest) (*delivery, error) {
	d := &delivery{s: s, c: c, snap: v, tags: in.Tag, group: in.ResourceGroupID, give: true}
	d.record = ecs.ProvisioningGroup{
		Account: c.Caller.Account, Name: strings.Clone(in.AutoProvisioningGroupName), Description: strings.Clone(in.Description), Created: c.Now.Unix(),
		TerminateOnDelete: action.Flag(in.TerminateInstances), TerminateExpiration: action.Flag(in.TerminateInstancesWithExpiration),
	}
	for _, step := range [...]func(*api.CreateAutoProvisioningGroupRequest) error{d.options, d.capacity, d.times, d.unsupported} {
		if err := step(in); err != nil {
			return nil, err
		}
	}
	if !resource.HasGroup(v, c.Caller.Account, in.ResourceGroupID) {
		return nil, noResourceGroup()
	}
	var err error
	if d.request, err = s.newRequest(c, v, in); err != nil {
		return nil, err
	}
	d.need = targets(&d.record, in.DefaultTargetCapacityType != payAsYouGo)
	return d, nil
}

func (d *delivery) options(in *api.CreateAutoProvisioningGroupRequest) (err error) {
	if d.record.TerminateExcess, err = excess(in.ExcessCapacityTerminationPolicy); err != nil {
		return err
	}
	if in.AutoProvisioningGroupName != "" && !ecs.ValidName(in.AutoProvisioningGroupName) {
		return action.Invalid("AutoProvisioningGroupName")
	}
	if in.Description != "" && !ecs.ValidDescription(in.Description) {
		return action.Invalid("Description")
	}
	for _, o := range [...]struct {
		name, value string
		allowed     []string
	}{
		{"AutoProvisioningGroupType", in.AutoProvisioningGroupType, []string{instant, oneTime, maintain}},
		{"DefaultTargetCapacityType", in.DefaultTargetCapacityType, []string{payAsYouGo, spot}},
		{"PayAsYouGoAllocationStrategy", in.PayAsYouGoAllocationStrategy, []string{lowestPrice, prioritized}},
		{"SpotAllocationStrategy", in.SpotAllocationStrategy, []string{lowestPrice, "diversified", "capacity-optimized"}},
		{"SpotInstanceInterruptionBehavior", in.SpotInstanceInterruptionBehavior, []string{"stop", "terminate"}},
		{"ResourcePoolOptions.Strategy", in.ResourcePoolOptions.Strategy, []string{"PrivatePoolFirst", "PrivatePoolOnly", "PublicPoolOnly", "None"}},
	} {
		if !action.OneOf(o.value, o.allowed...) {
			return action.Invalid(o.name)
		}
	}
	if n := in.SpotInstancePoolsToUseCount; n != nil {
		if *n < 1 || *n > math.MaxInt32 {
			return action.Invalid("SpotInstancePoolsToUseCount")
		}
		d.record.SpotPools = int32(*n)
	}
	if d.record.MaxSpotPrice, err = spotPrice(in.MaxSpotPrice); err != nil {
		return err
	}
	return tag.Check(in.Tag)
}

// spotPrice reads MaxSpotPrice.
func spotPrice(p *float64) (int64, error) {
	if p == nil {
		return 0, nil
	}
	if !(*p >= 0 && *p <= math.MaxInt32) {
		return 0, action.Invalid("MaxSpotPrice")
	}
	return int64(*p * ecs.Millionths), nil
}

// capacity checks how much is to be delivered, and of what.
func (d *delivery) capacity(in *api.CreateAutoProvisioningGroupRequest) error {
	r := &d.record
	if in.TotalTargetCapacity == "" {
		return missing("TotalTargetCapacity")
	}
	for _, n := range [...]struct {
		name, value string
		to          *int64
		least       int64
	}{
		{"TotalTargetCapacity", in.TotalTargetCapacity, &r.Total, 1},
		{"PayAsYouGoTargetCapacity", in.PayAsYouGoTargetCapacity, &r.PayAsYouGo, 0},
		{"SpotTargetCapacity", in.SpotTargetCapacity, &r.Spot, 0},
		{"MinTargetCapacity", in.MinTargetCapacity, &d.least, 1},
	} {
		if n.value == "" {
			continue
		}
		var err error
		if *n.to, err = strconv.ParseInt(n.value, 10, 64); err != nil || *n.to < n.least || *n.to > maxCapacity {
			return action.Invalid(n.name)
		}
	}
	switch {
	case r.PayAsYouGo+r.Spot > r.Total:
		return action.Invalid("TotalTargetCapacity")
	case d.least > r.Total:
		return action.Invalid("MinTargetCapacity")
	}
	if targets(r, in.DefaultTargetCapacityType != payAsYouGo)[spotKind] == 0 {
		return nil
	}
	switch {
	case in.SpotAllocationStrategy != "" && in.SpotAllocationStrategy != lowestPrice:
		return unsupported("the SpotAllocationStrategy " + in.SpotAllocationStrategy)
	case in.SpotInstancePoolsToUseCount != nil && *in.SpotInstancePoolsToUseCount > 1:
		return unsupported("SpotInstancePoolsToUseCount above 1")
	}
	return nil
}

// times checks ValidFrom and ValidUntil.
func (d *delivery) times(in *api.CreateAutoProvisioningGroupRequest) error {
	r, now := &d.record, d.c.Now
	r.ValidFrom = now.Unix()
	if in.ValidFrom != "" {
		t, ok := ecs.ParseTime(in.ValidFrom)
		if !ok {
			return action.Invalid("ValidFrom")
		}
		if t.After(now) {
			return unsupported("a start in the future (ValidFrom)")
		}
		r.ValidFrom = t.Unix()
	}
	if in.ValidUntil != "" {
		t, ok := ecs.ParseTime(in.ValidUntil)
		if !ok || !t.After(now) {
			return action.Invalid("ValidUntil")
		}
		if !t.Equal(forever) {
			r.ValidUntil = t.Unix()
		}
	}
	return nil
}

// forever is what ValidUntil is unless it is said.
var forever = time.Date(2099, 12, 31, 23, 59, 59, 0, time.UTC)

func (d *delivery) unsupported(in *api.CreateAutoProvisioningGroupRequest) error {
	for _, no := range [...]struct {
		set  bool
		what string
	}{
		{in.ExecutionMode != "", "the ExecutionMode"},
		{action.Flag(in.HibernationOptionsConfigured), "hibernation"},
		{len(in.PrePaidOptions.SpecifyCapacityDistribution) > 0, "subscription instances (PrePaidOptions)"},
		{in.ResourcePoolOptions.Strategy == "PrivatePoolOnly" || len(in.ResourcePoolOptions.PrivatePoolIDs) > 0, "private pools (ResourcePoolOptions)"},
	} {
		if no.set {
			return unsupported(no.what)
		}
	}
	return nil
}
