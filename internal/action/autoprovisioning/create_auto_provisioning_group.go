package autoprovisioning

import (
	"errors"
	"math"
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "CreateAutoProvisioningGroup", (*Service).CreateAutoProvisioningGroup)

// maxBatch is how many instances one launch makes at most.
const maxBatch = 100

// CreateAutoProvisioningGroup makes a group and delivers its capacity: config
// after config, by price or by priority, until the capacity is reached. What could
// not be delivered is told, not refused. A group of type instant answers what came
// of each config; of the other types DescribeAutoProvisioningGroupHistory tells. A
// group of type maintain goes on delivering: see Deliver.
func (s *Service) CreateAutoProvisioningGroup(c *action.Call, in *api.CreateAutoProvisioningGroupRequest) (*api.CreateAutoProvisioningGroupResponse, error) {
	once, err := c.Once(in.ClientToken, nil)
	if err != nil {
		return nil, err
	}
	snap := s.DB.Snapshot()
	if made, found, err := once.Earlier(snap, c.Now); err != nil {
		return nil, err
	} else if found {
		return answer(snap, made[0]), nil
	}
	d, err := s.newDelivery(c, snap, in)
	if err != nil {
		return nil, err
	}
	var made []ecs.Key
	for {
		d.planNext()
		err = s.DB.Update(c.Context, func(tx *state.Tx) error {
			made, err = once.Do(tx, func() ([]ecs.Key, error) {
				k, err := d.write(tx, c.RegionCode())
				return []ecs.Key{k}, err
			})
			return err
		})
		if errors.Is(err, errTooLittle) {
			d.give = false
			continue
		}
		if !errors.Is(err, errShort) {
			break
		}
	}
	if err != nil {
		return nil, err
	}
	return answer(s.DB.Snapshot(), made[0]), nil
}

// A delivery fell short of its capacity: some configs were not tried yet, or less
// came of all than is worth anything.
var (
	errShort     = errors.New("more configs must be tried")
	errTooLittle = errors.New("the least capacity was not reached")
)

// delivery is a group that has been checked, and what is to be tried for it.
type delivery struct {
	s       *Service
	c       *action.Call
	snap    *state.Snapshot
	record  ecs.ProvisioningGroup // without symbols
	request *request
	need    capacity // what is to be delivered; at most that is planned for
	least   int64    // MinTargetCapacity
	tags    []api.Tag
	group   string // resource group

	next  int // the first config that was not tried
	tries []try
	give  bool // false: nothing is delivered
}

// try is a config as far as it was tried: checked, or found to be no good.
type try struct {
	config *config
	launch action.Launch
	err    error
}

// planNext checks configs until one is good.
func (d *delivery) planNext() {
	for d.next < len(d.request.configs) {
		t := try{config: &d.request.configs[d.next]}
		d.next++
		need := d.need[t.config.kind]
		if need <= 0 {
			continue
		}
		amount := min(max(amount(need, t.config.weight), 1), maxBatch)
		t.launch, t.err = d.request.launch(d.s, d.c, d.snap, t.config, amount)
		d.tries = append(d.tries, t)
		if t.err == nil {
			return
		}
	}
}

// amount is how many instances of a weight make up a capacity.
func amount(capacity, weight int64) int {
	return int(min((capacity+weight-1)/weight, math.MaxInt32))
}

func (d *delivery) write(tx *state.Tx, region uint8) (ecs.Key, error) {
	k := tx.NewKey(region)
	r := d.record
	launches, missing, err := d.deliver(tx, k, d.need, nil)
	if err != nil {
		return 0, err
	}
	r.Launches, r.Fulfilled = launches, !missing.lacking()
	var ok bool
	if r.ResourceGroup, ok = resource.Group(tx, r.Account, d.group); !ok {
		return 0, noResourceGroup()
	}
	r.Tags = tag.Store(tx, d.tags)
	d.request.store(tx, &r)
	if tx.Str(r.Type) == maintain {
		d.keepRequest(tx, k, &r)
		if r.Short = !r.Fulfilled; r.Short {
			tx.Wake(byte(ecs.KindProvisioning), k)
		}
	}
	state.ProvisioningGroups.Put(tx, k, &r)
	if r.ValidUntil != 0 {
		compute.ProvisioningUntil(tx, k, r.ValidUntil)
	}
	return k, nil
}

// deliver makes instances for a capacity, in millionths, and gives what came of
// each config, deliveries first, then failures, and what is missing still. held
// are the instances that configs have already.
func (d *delivery) deliver(tx *state.Tx, k ecs.Key, target capacity, held map[*config]int) (launches []ecs.ProvisioningLaunch, missing capacity, err error) {
	missing = target
	var failed []ecs.ProvisioningLaunch
	for _, t := range d.tries {
		lacks := &missing[t.config.kind]
		if *lacks <= 0 {
			continue
		}
		l := ecs.ProvisioningLaunch{Type: tx.Sym(strings.Clone(t.config.typ)), Zone: tx.Sym(t.config.zone(d.c, d.snap))}
		if t.config.kind == spotKind {
			l.Spot, _ = ecs.ParseSpotStrategy(d.request.bid(t.config))
		}
		err := t.err
		if t.launch != nil {
			l.Type, l.Zone = tx.Sym(t.launch.Type()), tx.Sym(t.launch.Zone())
		}
		for left := t.config.max - held[t.config]; err == nil && d.give && *lacks > 0 && left > 0; {
			want := min(amount(*lacks, t.config.weight), maxBatch, left)
			var keys []ecs.Key
			keys, err = t.launch.Write(tx, k, want)
			l.Instances = append(l.Instances, keys...)
			*lacks -= int64(len(keys)) * t.config.weight
			left -= len(keys)
			if len(keys) < want {
				break
			}
		}
		if err == nil && !d.give {
			err = api.Errorf(api.CodeOperationDeniedNoStock, "MinTargetCapacity cannot be reached.")
		}
		if len(l.Instances) > 0 {
			launches = append(launches, l)
		}
		if err != nil {
			l.Instances = nil
			l.Code, l.Message = reason(tx, err)
			failed = append(failed, l)
		}
	}
	switch {
	case missing.lacking() && d.next < len(d.request.configs):
		return nil, missing, errShort
	case d.give && target.total()-missing.total() < d.least*ecs.Millionths:
		return nil, missing, errTooLittle
	}
	return append(launches, failed...), missing, nil
}

// reason is why a config delivered nothing.
func reason(tx *state.Tx, err error) (code ecs.Sym, message string) {
	if e, ok := errors.AsType[*api.Error](err); ok {
		return tx.Sym(strings.Clone(e.Code)), strings.Clone(e.Message)
	}
	return tx.Sym("InternalError"), err.Error()
}

// answer is what CreateAutoProvisioningGroup answers for a group that is there.
func answer(v state.View, k ecs.Key) *api.CreateAutoProvisioningGroupResponse {
	out := &api.CreateAutoProvisioningGroupResponse{AutoProvisioningGroupID: ecs.ID(ecs.KindProvisioning, k)}
	r, ok := state.ProvisioningGroups.Get(v, k)
	if !ok || v.Str(r.Type) != instant {
		return out
	}
	for _, l := range r.Launches {
		o := api.CreateAutoProvisioningGroupLaunchResult{
			Amount: len(l.Instances), ErrorCode: v.Str(l.Code), ErrorMsg: l.Message, InstanceType: v.Str(l.Type), ZoneID: v.Str(l.Zone), SpotStrategy: l.Spot.String(),
		}
		for _, i := range l.Instances {
			o.InstanceIDs.InstanceID = append(o.InstanceIDs.InstanceID, ecs.ID(ecs.KindInstance, i))
		}
		out.LaunchResults.LaunchResult = append(out.LaunchResults.LaunchResult, o)
	}
	return out
}

func noResourceGroup() error {
	return api.Errorf(api.CodeInvalidResourceGroupNotFound, "The ResourceGroup provided does not exist in our records.").WithStatus(404)
}
