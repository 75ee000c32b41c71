package dedicatedhost

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/billing"
	"github.com/openecs/openecs/internal/model/block"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "AllocateDedicatedHosts", (*Service).AllocateDedicatedHosts)

// AllocateDedicatedHosts makes up to 100 hosts of one type, all or none.
func (s *Service) AllocateDedicatedHosts(c *action.Call, in *api.AllocateDedicatedHostsRequest) (*api.AllocateDedicatedHostsResponse, error) {
	once, err := c.Once(in.ClientToken, nil)
	if err != nil {
		return nil, err
	}
	snap := s.DB.Snapshot()
	made, found, err := once.Earlier(snap, c.Now)
	if err != nil {
		return nil, err
	}
	if !found {
		a, err := s.newAllocation(c, snap, in)
		if err != nil {
			return nil, err
		}
		err = s.DB.Update(c.Context, func(tx *state.Tx) (err error) {
			made, err = once.Do(tx, func() ([]ecs.Key, error) { return a.write(tx, s, c.RegionCode()) })
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	out := &api.AllocateDedicatedHostsResponse{OrderID: block.OrderID(made[0])}
	for _, k := range made[1:] {
		out.DedicatedHostIDSets.DedicatedHostID = append(out.DedicatedHostIDSets.DedicatedHostID, ecs.ID(ecs.KindDedicatedHost, k))
	}
	return out, nil
}

// allocation is hosts that have been checked.
type allocation struct {
	record   ecs.DedicatedHost // without symbols
	typ      *catalog.HostType
	zone     *catalog.Zone
	quantity int
	period   int // paid in advance
	group    string
	tags     []api.Tag
}

func (s *Service) newAllocation(c *action.Call, v *state.Snapshot, in *api.AllocateDedicatedHostsRequest) (*allocation, error) {
	a := &allocation{quantity: 1, group: in.ResourceGroupID, tags: in.Tag}
	r := &a.record
	r.Account, r.Created = c.Caller.Account, c.Now.Unix()
	if err := setAttributes(r, &attributes{in.DedicatedHostName, in.Description, in.AutoPlacement, in.ActionOnMaintenance, in.NetworkAttributes.UdpTimeout, in.NetworkAttributes.SlbUdpTimeout}); err != nil {
		return nil, err
	}
	if err := tag.Check(in.Tag); err != nil {
		return nil, err
	}
	if n := in.Quantity; n != nil {
		a.quantity = *n
	}
	if a.quantity < 1 || a.quantity > ecs.MaxHostBatch {
		return nil, action.Invalid("Quantity")
	}
	if n := in.MinQuantity; n != nil && (*n < 1 || *n > a.quantity) {
		return nil, action.Invalid("MinQuantity")
	}
	if err := a.charge(c, in); err != nil {
		return nil, err
	}
	if err := a.place(s, c, v, in); err != nil {
		return nil, err
	}
	if !resource.HasGroup(v, r.Account, a.group) {
		return nil, noResourceGroup()
	}
	return a, setRatio(r, a.typ, in.CPUOverCommitRatio)
}

// charge checks how the hosts are paid.
func (a *allocation) charge(c *action.Call, in *api.AllocateDedicatedHostsRequest) error {
	r := &a.record
	var ok bool
	if r.ChargeType, ok = ecs.ParseChargeType(in.ChargeType); !ok {
		return api.Errorf(api.CodeInvalidChargeTypeValueNotSupported, "ChargeType is not valid")
	}
	if r.ChargeType == ecs.PostPaid {
		return setRelease(r, c.Now, in.AutoReleaseTime)
	}
	if in.AutoReleaseTime != "" {
		return action.Invalid("AutoReleaseTime")
	}
	if in.Period == nil {
		return api.Errorf(api.CodeMissingParamter, `The specified parameter "Period" is not null.`)
	}
	a.period = *in.Period
	if err := pay(r, c.Now, *in.Period, in.PeriodUnit, action.Invalid("Period")); err != nil {
		return err
	}
	if action.Flag(in.AutoRenew) {
		n := 0
		if in.AutoRenewPeriod != nil {
			n = *in.AutoRenewPeriod
		}
		if n != 1 && n != 2 && n != 3 && n != 6 && n != 12 {
			return api.Errorf(api.CodeInvalidAutoRenewPeriodValueNotSupported, "The specified autoRenewPeriod is not valid.")
		}
		r.AutoRenew, r.RenewUnit = uint8(n), ecs.Month
	}
	return nil
}

// place settles type, zone and cluster. Without a zone it is the cluster's, or the
// first that has the type.
func (a *allocation) place(s *Service, c *action.Call, v *state.Snapshot, in *api.AllocateDedicatedHostsRequest) error {
	var ok bool
	if a.typ, ok = s.Catalog.HostType(in.DedicatedHostType); !ok {
		return api.Errorf(api.CodeInvalidDedicatedHostTypeValueNotSupported, "The specified DedicatedHostType does not exist or beyond the permitted range.")
	}
	zone := in.ZoneID
	if in.DedicatedHostClusterID != "" {
		k, cluster, err := findCluster(c, v, in.DedicatedHostClusterID)
		if err != nil {
			return err
		}
		if zone != "" && zone != v.Str(cluster.Zone) {
			return api.Errorf(api.CodeInvalidParameterConflict, "The specified region and cluster do not match.")
		}
		zone, a.record.Cluster = v.Str(cluster.Zone), k
	}
	if zone == "" {
		for _, z := range s.Catalog.Zones(c.Region.ID) {
			if s.Catalog.HostTypeInZone(a.typ, z) {
				a.zone = z
				return nil
			}
		}
		return zoneNotSupported()
	}
	if a.zone, ok = s.Catalog.Zone(zone); !ok || a.zone.Region != c.Region {
		return api.Errorf(api.CodeInvalidZoneIdNotFound, "The specified zone does not exist.").WithStatus(404)
	}
	if !s.Catalog.HostTypeInZone(a.typ, a.zone) {
		return zoneNotSupported()
	}
	return nil
}

func zoneNotSupported() error {
	return api.Errorf(api.CodeInvalidDedicatedHostTypeZoneNotSupported, "The specified zone does not support this dedicatedHostType.")
}

// write makes the hosts; it gives the order first, 0 for none, then the hosts.
func (a *allocation) write(tx *state.Tx, s *Service, region uint8) ([]ecs.Key, error) {
	r := a.record
	if r.ChargeType == ecs.PostPaid && postPaid(tx, r.Account, region)+a.quantity > ecs.MaxPostPaidHosts {
		return nil, api.Errorf(api.CodeQuotaExceedAfterpayDedicatedHost, "The maximum number of Pay-As-You-Go DedicatedHosts is exceeded: %d", ecs.MaxPostPaidHosts)
	}
	if r.Cluster != 0 {
		if _, ok := state.HostClusters.Get(tx, r.Cluster); !ok {
			return nil, api.Errorf(api.CodeInvalidDedicatedHostClusterIdNotFound, "The specified DedicatedHostClusterId does not exist.").WithStatus(404)
		}
	}
	var ok bool
	if r.ResourceGroup, ok = resource.Group(tx, r.Account, a.group); !ok {
		return nil, noResourceGroup()
	}
	r.Zone, r.Type, r.Tags = tx.Sym(a.zone.ID), tx.Sym(a.typ.ID), tag.Store(tx, a.tags)
	keys := []ecs.Key{0}
	for range a.quantity {
		keys = append(keys, tx.NewKey(region))
	}
	if r.ChargeType == ecs.PrePaid {
		all := make([]ecs.DedicatedHost, a.quantity)
		for i := range all {
			all[i] = r
		}
		var err error
		if r.Order, err = s.order(tx, ecs.OrderNew, "create", a.period, keys[1:], all, tx.Now()); err != nil {
			return nil, err
		}
		keys[0] = r.Order
	} else if err := billing.Solvent(tx, r.Account); err != nil {
		return nil, err
	}
	for _, k := range keys[1:] {
		h := r
		h.Name, h.Description = strings.Clone(r.Name), strings.Clone(r.Description)
		state.DedicatedHosts.Put(tx, k, &h)
		if h.AutoRelease != 0 {
			compute.HostReleaseAt(tx, k, h.AutoRelease)
		}
	}
	return keys, nil
}

// postPaid is how many pay-as-you-go hosts an account has in a region.
func postPaid(v state.View, account uint64, region uint8) (n int) {
	for _, r := range state.DedicatedHostsByAccount.Ascend(v, state.Scope(account, region), 0) {
		if r.Account == account && r.ChargeType == ecs.PostPaid {
			n++
		}
	}
	return n
}
