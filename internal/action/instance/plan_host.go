package instance

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/state"
)

// hosting is the dedicated hosts that new instances are placed on: the one that
// was asked for, or those that allow it.
type hosting struct {
	catalog *catalog.Catalog
	host    ecs.Key // 0: any
	cluster ecs.Key // of which any is; 0: of all
	berths  []compute.Berth
}

func findHost(c *action.Call, v state.View, id string) (ecs.Key, *ecs.DedicatedHost, bool) {
	return action.Find(c, v, state.DedicatedHosts, ecs.KindDedicatedHost, func(r *ecs.DedicatedHost) uint64 { return r.Account }, id)
}

func findHostCluster(c *action.Call, v state.View, id string) (ecs.Key, *ecs.HostCluster, bool) {
	return action.Find(c, v, state.HostClusters, ecs.KindHostCluster, func(r *ecs.HostCluster) uint64 { return r.Account }, id)
}

// hosts finds the dedicated host and the cluster that are asked for, and checks
// what the request says of them. Without Tenancy=host a cluster counts for
// nothing, as documented.
func (p *planner) hosts() error {
	in, at := p.in, &p.plan.record.Placement
	if in.DedicatedHostID == "" && in.Tenancy != "host" {
		if in.Affinity == "host" {
			return api.Errorf(api.CodeInvalidParameterAffinity, "The specified Affinity needs a dedicated host.")
		}
		if id := in.SchedulerOptions.DedicatedHostClusterID; id != "" {
			if _, _, ok := findHostCluster(p.c, p.snap, id); !ok {
				return noHostCluster()
			}
		}
		return nil
	}
	h := &hosting{catalog: p.s.Catalog}
	var cluster ecs.Key
	if in.DedicatedHostID != "" {
		k, r, ok := findHost(p.c, p.snap, in.DedicatedHostID)
		if !ok {
			return noHost()
		}
		h.host, cluster = k, r.Cluster
	}
	if id := in.SchedulerOptions.DedicatedHostClusterID; id != "" {
		var ok bool
		if h.cluster, _, ok = findHostCluster(p.c, p.snap, id); !ok {
			return noHostCluster()
		}
		if h.host != 0 && h.cluster != cluster {
			return api.Errorf(api.CodeInvalidDedicatedHostClusterIdInValid, "The specified dedicated host is not in the specified cluster.")
		}
	}
	if in.Tenancy == "default" {
		return api.Errorf(api.CodeInvalidParamTenancy, "The specified Tenancy is invalid.")
	}
	at.HostTenancy, at.HostAffinity, p.plan.hosting = true, in.Affinity == "host", h
	return nil
}

// hostRoom checks that there is room for as many instances as must be made.
func (p *planner) hostRoom() error {
	h := p.plan.hosting
	if h == nil {
		return nil
	}
	r := p.plan.record
	r.Zone, _ = state.LookupSym(p.snap, p.plan.zone.ID)
	if err := h.look(p.snap, p.c.RegionCode(), &r, p.plan.typ, p.c.Now.Unix()); err != nil {
		return err
	}
	room := 0
	for _, b := range h.berths {
		room += b.Room
	}
	if room < p.plan.min {
		return noHostRoom()
	}
	return nil
}

// look looks for room for instances like r, which has its symbols.
func (h *hosting) look(v state.View, region uint8, r *ecs.Instance, t *catalog.Type, now int64) error {
	if h.host == 0 {
		h.berths = compute.Berths(v, h.catalog, region, h.cluster, 0, r, t, now)
		return nil
	}
	host, ok := state.DedicatedHosts.Get(v, h.host)
	if !ok {
		return noHost()
	}
	switch {
	case compute.HostOver(host, now):
		return api.Errorf(api.CodeIncorrectDedicatedHostStatus, "The current status of the dedicated host does not support this operation.")
	case !compute.HostTakes(v, h.catalog, host, t):
		return api.Errorf(api.CodeDedicatedHostTypeUnmatched, "The specified InstanceType does not match the type of the dedicated host.")
	case r.ChargeType == ecs.PrePaid && host.ChargeType != ecs.PrePaid:
		return api.Errorf(api.CodeChargeTypeViolationPostPaidDedicatedHost, "A subscription instance cannot be on a pay-as-you-go dedicated host.")
	case !compute.HostPays(host, r):
		return api.Errorf(api.CodeInvalidPeriodExceededDedicatedHost, "The instance cannot outlast the dedicated host.")
	case host.Zone != r.Zone:
		return noHostRoom()
	}
	h.berths = []compute.Berth{{Host: h.host, Room: compute.HostRoom(v, h.catalog, h.host, host, t, 0)}}
	return nil
}

// take gives the host of one more instance.
func (h *hosting) take() (ecs.Key, error) {
	for i := range h.berths {
		if b := &h.berths[i]; b.Room > 0 {
			b.Room--
			return b.Host, nil
		}
	}
	return 0, noHostRoom()
}

func noHost() error {
	return api.Errorf(api.CodeInvalidDedicatedHostIdNotFound, "The specified DedicatedHostId does not exist.")
}

func noHostCluster() error {
	return api.Errorf(api.CodeInvalidDedicatedHostClusterIdNotFound, "The specified DedicatedHostClusterId does not exist.")
}

func noHostRoom() error {
	return api.Errorf(api.CodeNoAvaliableDedicatedHost, "No available dedicated host or not enough resource on dedicated host.")
}
