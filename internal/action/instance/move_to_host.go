package instance

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/state"
)

// board moves an instance onto a dedicated host: the one that is asked for, or
// one that allows it and has room. With nothing but Affinity it stays where it
// is. It must be Stopped, except in a live migration between hosts; with Force a
// running one is restarted on its new host.
func (s *Service) board(c *action.Call, k ecs.Key, req *api.ModifyInstanceDeploymentRequest) error {
	return s.DB.Update(c.Context, func(tx *state.Tx) error {
		r, ok := state.Instances.Get(tx, k)
		if !ok {
			return api.Errorf(api.CodeInvalidInstanceIdNotFound, "The specified InstanceId does not exist.").WithStatus(404)
		}
		if err := in(r, ecs.Running, ecs.Stopped); err != nil {
			return err
		}
		next := *r
		to, _ := s.Catalog.Type(req.InstanceType)
		if to != nil {
			next = *resized(tx, r, to)
		}
		at := &next.Placement
		if req.Affinity != "" {
			at.HostAffinity = req.Affinity == "host"
		}
		if at.Host == 0 || req.DedicatedHostID != "" || req.DedicatedHostClusterID != "" {
			var err error
			if at.Host, err = s.hostFor(c, tx, k, &next, req); err != nil {
				return err
			}
		}
		at.HostTenancy = true
		if to != nil {
			there := *r
			there.Placement = *at
			if err := s.resizable(tx, k, &there, to); err != nil {
				return err
			}
		}
		running := r.Status() == ecs.Running && at.Host != r.Placement.Host
		if running && !action.Flag(req.Force) && (req.MigrationType != "live" || r.Placement.Host == 0) {
			return api.Errorf(api.CodeOperationDeniedUnstoppedInstance, "The instance must be stopped before it is moved to the dedicated host.")
		}
		if running && req.MigrationType != "live" {
			compute.Power(tx, k, &next, ecs.OpReboot, true, compute.StartTime)
			return nil
		}
		state.Instances.Put(tx, k, &next)
		return nil
	})
}

// hostFor finds the host that an instance is to move to.
func (s *Service) hostFor(c *action.Call, tx *state.Tx, k ecs.Key, r *ecs.Instance, req *api.ModifyInstanceDeploymentRequest) (ecs.Key, error) {
	var cluster ecs.Key
	if req.DedicatedHostClusterID != "" {
		var ok bool
		if cluster, _, ok = findHostCluster(c, tx, req.DedicatedHostClusterID); !ok {
			return 0, api.Errorf(api.CodeInvalidDedicatedHostIdNotFound, "The specified DedicatedHostClusterId does not exist.").WithStatus(404)
		}
	}
	host, h, ok := findHost(c, tx, req.DedicatedHostID)
	if req.DedicatedHostID != "" && (!ok || cluster != 0 && h.Cluster != cluster) {
		return 0, api.Errorf(api.CodeInvalidDedicatedHostIdNotFound, "The specified DedicatedHostId does not exist.").WithStatus(404)
	}
	if n, ok := state.Interfaces.Get(tx, r.Interface); !ok || n.VPC == 0 {
		return 0, api.Errorf(api.CodeInvalidInstanceNetworkTypeNotSupport, "Instances of the classic network cannot be on dedicated hosts.").WithStatus(404)
	}
	t, known := s.Catalog.Type(tx.Str(r.Type))
	if !known {
		return 0, noSuchType()
	}
	now := tx.Now().Unix()
	if req.DedicatedHostID == "" {
		for _, b := range compute.Berths(tx, s.Catalog, k.Region(), cluster, k, r, t, now) {
			return b.Host, nil
		}
		return 0, api.Errorf(api.CodeOperationDeniedNoStock, "No dedicated host has room for the instance.").WithStatus(403)
	}
	switch {
	case compute.HostOver(h, now):
		return 0, api.Errorf(api.CodeInvalidDedicatedHostStatusNotSupport, "The current status of the dedicated host does not support this operation.")
	case !compute.HostTakes(tx, s.Catalog, h, t), h.Zone != r.Zone:
		return 0, api.Errorf(api.CodeInvalidInstanceTypeNotSupport, "The dedicated host does not take the instance type, or is in another zone.").WithStatus(404)
	case r.ChargeType == ecs.PrePaid && h.ChargeType != ecs.PrePaid:
		return 0, api.Errorf(api.CodeChargeTypeViolationPostPaidDedicatedHost, "A subscription instance cannot be on a pay-as-you-go dedicated host.")
	case !compute.HostPays(h, r):
		return 0, api.Errorf(api.CodeInvalidPeriodExceededDedicatedHost, "The instance cannot outlast the dedicated host.")
	case compute.HostRoom(tx, s.Catalog, host, h, t, k) < 1:
		return 0, api.Errorf(api.CodeLackResource, "The dedicated host has not enough resources.")
	}
	return host, nil
}
