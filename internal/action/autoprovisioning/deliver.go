package autoprovisioning

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/auth"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/state"
)

// How long a group of type maintain waits after a delivery before the next one,
// so that instances that cannot live are not made one after the other; and how
// long after one that fell short.
const (
	deliverEvery = 10 * time.Second
	retryEvery   = time.Minute
)

// maxHistory is how many deliveries a group remembers beside its first.
const maxHistory = 50

// Deliver brings a group of type maintain to its capacity: it makes instances for
// what is missing and removes those that are too much, newest first. It counts
// and writes in one transaction, together with the end of the mark that the group
// is short: however often it is called, nothing is delivered twice. The reconciler
// calls it for groups that are marked; again is when to call again, if not zero.
func (s *Service) Deliver(ctx context.Context, k ecs.Key, now time.Time) (again time.Time, err error) {
	snap := s.DB.Snapshot()
	r, ok := state.ProvisioningGroups.Get(snap, k)
	if !ok || !r.Short {
		return time.Time{}, nil
	}
	if at := nextDelivery(r); now.Before(at) {
		return at, nil
	}
	d, planErr := s.redelivery(ctx, snap, k, r, now)
	for {
		if planErr == nil && d.need.lacking() || errors.Is(err, errShort) {
			d.planNext()
		}
		err = s.DB.UpdateBehind(ctx, func(tx *state.Tx) error {
			short, err := d.redeliver(tx, k, planErr)
			if short {
				again = now.Add(retryEvery)
			}
			return err
		})
		if !errors.Is(err, errShort) {
			return again, err
		}
	}
}

// nextDelivery is when a group may be delivered to again.
func nextDelivery(r *ecs.ProvisioningGroup) time.Time {
	last, wait := r.Created, deliverEvery
	if n := len(r.History); n > 0 {
		last = r.History[n-1].Last
	}
	if !r.Fulfilled {
		wait = retryEvery
	}
	return time.Unix(last, 0).Add(wait)
}

// redelivery reads the request that a group was made with once more. What it asks
// for may be gone by now: with the error comes a delivery that makes nothing.
func (s *Service) redelivery(ctx context.Context, v *state.Snapshot, k ecs.Key, r *ecs.ProvisioningGroup, now time.Time) (*delivery, error) {
	region, ok := s.Catalog.RegionByCode(k.Region())
	info, known := api.Lookup(actions.Version, "CreateAutoProvisioningGroup")
	d := &delivery{s: s, snap: v, record: *r, give: true}
	d.c = &action.Call{Context: ctx, Info: info, Params: requestOf(v, k, r), Caller: auth.Identity{Account: r.Account}, Now: now, Region: region}
	if !ok || !known {
		return d, fmt.Errorf("there is no region %d", k.Region())
	}
	in := new(api.CreateAutoProvisioningGroupRequest)
	if err := in.Decode(d.c.Params); err != nil {
		return d, err
	}
	var err error
	if d.request, err = s.newRequest(d.c, v, in); err != nil {
		return d, err
	}
	d.need = d.target(v, r).less(d.count(v, k).capacity)
	return d, nil
}

// keepRequest keeps in a group's record what it was made with. The version of a
// template is that of the first delivery; the password is kept apart.
func (d *delivery) keepRequest(tx *state.Tx, k ecs.Key, r *ecs.ProvisioningGroup) {
	r.Request = nil
	for _, p := range d.c.Params.All() {
		head, _, _ := strings.Cut(p.Name, ".")
		switch {
		case p.Name == passwordParam:
			if p.Value != "" {
				state.Secrets.Put(tx, k, &ecs.Secret{Password: strings.Clone(p.Value)})
			}
		case p.Name == "LaunchTemplateVersion": // below
		case slices.Contains(kept[:], head):
			r.Request = append(r.Request, ecs.ProvisioningParam{Name: strings.Clone(p.Name), Value: strings.Clone(p.Value)})
		}
	}
	if d.request.version != "" {
		r.Request = append(r.Request, ecs.ProvisioningParam{Name: "LaunchTemplateVersion", Value: strings.Clone(d.request.version)})
	}
}

const passwordParam = "LaunchConfiguration.Password"

// kept are the parameters, or what they begin with, that deliveries are made of.
var kept = [...]string{"RegionId", "LaunchTemplateId", "LaunchConfiguration", "LaunchTemplateConfig", "SystemDiskConfig", "DataDiskConfig", "PayAsYouGoAllocationStrategy",
	"SpotInstanceInterruptionBehavior"}

// requestOf are the parameters of the request that a group was made with, as far
// as deliveries are made of them, and its capacity.
func requestOf(v state.View, k ecs.Key, r *ecs.ProvisioningGroup) *api.Params {
	p := new(api.Params)
	for name, n := range map[string]int64{"TotalTargetCapacity": r.Total, "PayAsYouGoTargetCapacity": r.PayAsYouGo, "SpotTargetCapacity": r.Spot} {
		p.Set(name, strconv.FormatInt(n, 10))
	}
	p.Set("DefaultTargetCapacityType", v.Str(r.DefaultType))
	if r.MaxSpotPrice != 0 {
		p.Set("MaxSpotPrice", strconv.FormatFloat(shown(r.MaxSpotPrice), 'f', -1, 64))
	}
	for _, e := range r.Request {
		p.Set(e.Name, e.Value)
	}
	if secret, ok := state.Secrets.Get(v, k); ok && secret.Password != "" {
		p.Set(passwordParam, secret.Password)
	}
	return p
}

// holding is what a group has.
type holding struct {
	capacity capacity
	of       map[*config]int
	members  []member // oldest first
}

type member struct {
	key    ecs.Key
	weight int64
	kind   int
}

// count counts what a group has. Instances that are being deleted count no more.
func (d *delivery) count(v state.View, k ecs.Key) holding {
	h := holding{of: map[*config]int{}}
	for ik, i := range state.InstancesByProvisioning.Ascend(v, uint64(k), 0) {
		if i.Want.Deleted {
			continue
		}
		m := member{ik, ecs.Millionths, kindOf(i)}
		if f := d.configOf(v, i); f != nil {
			m.weight = f.weight
			h.of[f]++
		}
		h.capacity[m.kind] += m.weight
		h.members = append(h.members, m)
	}
	return h
}

// configOf is the config that an instance is of: of its type and vSwitch, else of
// its type, else the one that names no type; nil if there is none, as after a
// change of the configs.
func (d *delivery) configOf(v state.View, i *ecs.Instance) (best *config) {
	if d.request == nil {
		return nil
	}
	typ, vswitch := v.Str(i.Type), ""
	if n, ok := state.Interfaces.Get(v, i.Interface); ok {
		vswitch = ecs.ID(ecs.KindVSwitch, n.VSwitch)
	}
	score := 0
	for j := range d.request.configs {
		f := &d.request.configs[j]
		s := 1
		switch {
		case f.kind != kindOf(i):
			continue
		case f.typ == typ && f.vswitch == vswitch:
			s = 3
		case f.typ == typ:
			s = 2
		case f.typ != "":
			continue
		}
		if s > score {
			best, score = f, s
		}
	}
	return best
}

// redeliver brings the group to its capacity, or as near as it goes.
func (d *delivery) redeliver(tx *state.Tx, k ecs.Key, planErr error) (short bool, err error) {
	r, ok := state.ProvisioningGroups.Get(tx, k)
	if !ok || !r.Short || r.Expired {
		return false, nil
	}
	next := *r
	now := tx.Now().Unix()
	t := ecs.ProvisioningTask{Began: now, Last: now, Released: r.TerminateExcess}
	have := d.count(tx, k)
	missing := d.target(tx, r).less(have.capacity)
	switch {
	case planErr != nil:
		code, message := reason(tx, planErr)
		t.Launches = []ecs.ProvisioningLaunch{{Code: code, Message: message}}
	case missing.lacking():
		if t.Launches, missing, err = d.deliver(tx, k, missing, have.of); err != nil {
			return false, err
		}
	default:
		t.Removed = d.remove(tx, r, &have)
	}
	next.Fulfilled = !missing.lacking() && planErr == nil
	next.Short = !next.Fulfilled
	next.History = remember(r.History, t)
	state.ProvisioningGroups.Put(tx, k, &next)
	return next.Short, nil
}

// remove takes the newest instances out of a group as long as it keeps its
// capacity without them.
func (d *delivery) remove(tx *state.Tx, r *ecs.ProvisioningGroup, have *holding) (removed []ecs.Key) {
	excess := have.capacity.less(d.target(tx, r))
	for _, m := range slices.Backward(have.members) {
		if m.weight <= excess[m.kind] {
			excess[m.kind] -= m.weight
			compute.LeaveProvisioningOf(tx, m.key, r.TerminateExcess)
			removed = append(removed, m.key)
		}
	}
	return removed
}

// remember adds a delivery to those that a group remembers. One that came to
// nothing is not remembered, and one that failed as the one before is the same.
func remember(old []ecs.ProvisioningTask, t ecs.ProvisioningTask) []ecs.ProvisioningTask {
	if len(t.Launches) == 0 && len(t.Removed) == 0 {
		return old
	}
	list := slices.Clone(old)
	if n := len(list); n > 0 && failedAlike(&list[n-1], &t) {
		list[n-1].Last = t.Last
		return list
	}
	if len(list) >= maxHistory {
		list = list[len(list)-maxHistory+1:]
	}
	return append(list, t)
}

func failedAlike(a, b *ecs.ProvisioningTask) bool {
	return len(a.Removed)+len(b.Removed) == 0 && slices.EqualFunc(a.Launches, b.Launches, func(x, y ecs.ProvisioningLaunch) bool {
		return len(x.Instances)+len(y.Instances) == 0 && x.Type == y.Type && x.Zone == y.Zone && x.Code == y.Code && x.Message == y.Message
	})
}
