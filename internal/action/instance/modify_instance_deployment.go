package instance

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ModifyInstanceDeployment", (*Service).ModifyInstanceDeployment)

// ModifyInstanceDeployment puts an instance that is Running or Stopped into a
// deployment set, or into another group of it, or takes it out of its set; or
// moves it onto a dedicated host, from another one or from none, where it may
// become one of another type. Off dedicated hosts nothing leads: the only
// Tenancy that is documented is host.
func (s *Service) ModifyInstanceDeployment(c *action.Call, req *api.ModifyInstanceDeploymentRequest) (*api.ModifyInstanceDeploymentResponse, error) {
	snap := s.DB.Snapshot()
	k, r, err := action.Instance(c, snap, req.InstanceID)
	if err != nil {
		return nil, err
	}
	if err := s.deploymentRequest(r, req); err != nil {
		return nil, err
	}
	if req.DedicatedHostID != "" || req.DedicatedHostClusterID != "" || req.Tenancy == "host" || req.Affinity != "" {
		return &api.ModifyInstanceDeploymentResponse{}, s.board(c, k, req)
	}
	set, group := ecs.Key(0), number(req.DeploymentSetGroupNo, 0)
	if req.DeploymentSetID != "" {
		var ok bool
		set, _, ok = action.Find(c, snap, state.DeploymentSets, ecs.KindDeploymentSet, func(r *ecs.DeploymentSet) uint64 { return r.Account }, req.DeploymentSetID)
		if !ok {
			return nil, invalidDeploymentSet()
		}
	}
	return &api.ModifyInstanceDeploymentResponse{}, s.DB.Update(c.Context, func(tx *state.Tx) error {
		r, ok := state.Instances.Get(tx, k)
		if !ok {
			return api.Errorf(api.CodeInvalidInstanceIdNotFound, "The specified InstanceId does not exist.").WithStatus(404)
		}
		if st := r.Status(); st != ecs.Running && st != ecs.Stopped || r.Want.Deleted {
			return api.Errorf(api.CodeIncorrectInstanceStatus, "The current status of the resource does not support this operation.")
		}
		next := *r
		next.Placement.DeploymentSet, next.Placement.DeploymentGroup = 0, 0
		if set != 0 {
			if err := s.seat(tx, k, &next, set, group); err != nil {
				return err
			}
		} else if r.Placement.DeploymentSet == 0 {
			return api.Errorf(api.CodeDeploymentSetModificationFailed, "The instance is in no deployment set.")
		}
		state.Instances.Put(tx, k, &next)
		return nil
	})
}

// deploymentRequest refuses what cannot be, whatever sets there are.
func (s *Service) deploymentRequest(r *ecs.Instance, req *api.ModifyInstanceDeploymentRequest) error {
	if req.InstanceType != "" {
		if _, ok := s.Catalog.Type(req.InstanceType); !ok {
			return noSuchType()
		}
	}
	toHost := req.DedicatedHostID != "" || req.DedicatedHostClusterID != "" || req.Tenancy == "host" || req.Affinity != ""
	set := req.DeploymentSetID != "" || action.Flag(req.RemoveFromDeploymentSet)
	return action.FirstOf([]action.Check{
		{!action.OneOf(req.Tenancy, "host"), api.CodeInvalidParamTenancy, "The specified Tenancy is invalid."},
		{!action.OneOf(req.Affinity, "default", "host"), api.CodeInvalidParameter, `The specified parameter "Affinity" is not valid.`},
		{!action.OneOf(req.MigrationType, "reboot", "live"), api.CodeInvalidParameter, `The specified parameter "MigrationType" is not valid.`},
		{req.DeploymentSetGroupNo != nil && *req.DeploymentSetGroupNo < 1, api.CodeInvalidParameter, `The specified parameter "DeploymentSetGroupNo" is not valid.`},
		{req.DeploymentSetID != "" && action.Flag(req.RemoveFromDeploymentSet), api.CodeInvalidParameter, "DeploymentSetId and RemoveFromDeploymentSet cannot be given together."},
		{req.DeploymentSetID == "" && req.DeploymentSetGroupNo != nil, api.CodeDeploymentSetInvalidId, "The specified deployment set does not exist."},
		{toHost && set, api.CodeInvalidParameter, "The dedicated host and the deployment set cannot be changed at the same time."},
		{req.InstanceType != "" && req.DedicatedHostID == "", api.CodeMissingParameter, "InstanceType needs DedicatedHostId."},
		{req.MigrationType == "live" && req.DedicatedHostID == "", api.CodeMissingParameter, "MigrationType live needs DedicatedHostId."},
		{req.MigrationType == "live" && req.InstanceType != "", api.CodeInvalidParameter, "The instance type cannot be changed in a live migration."},
		{!toHost && !set, api.CodeMissingParameter, "Neither a deployment set nor a dedicated host is named."},
	})
}

// seat puts an instance into a deployment set, as it is now.
func (s *Service) seat(tx *state.Tx, k ecs.Key, r *ecs.Instance, set ecs.Key, group int) error {
	rec, ok := state.DeploymentSets.Get(tx, set)
	if !ok {
		return invalidDeploymentSet()
	}
	seats := compute.SeatsOf(tx, set, rec, k)
	if !seats.ValidGroup(group) {
		return api.Errorf(api.CodeInvalidParameter, "The specified parameter \"DeploymentSetGroupNo\" is not valid.")
	}
	if t, ok := s.Catalog.Type(tx.Str(r.Type)); ok && !compute.DeploymentSetTakes(t.Family.Burstable) {
		return api.Errorf(api.CodeInvalidInstanceTypeNotSupport, "The specified instance type does not support deployment sets.").WithStatus(404)
	}
	g, ok := seats.Take(r.Zone, uint8(group))
	if !ok {
		return api.Errorf(api.CodeDeploymentSetInstanceLimitExceeded, "The number of instances in the deployment set exceeds the limit.")
	}
	r.Placement.DeploymentSet, r.Placement.DeploymentGroup = set, g
	return nil
}

func invalidDeploymentSet() error {
	return api.Errorf(api.CodeDeploymentSetInvalidId, "The specified deployment set does not exist.")
}
