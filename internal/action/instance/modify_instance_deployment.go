package instance

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
)

var _ = action.Handle(&actions, "ModifyInstanceDeployment", (*Service).ModifyInstanceDeployment)

// ModifyInstanceDeployment moves an instance to a deployment set or a dedicated
// host. There are none to move to here, so that every such request names one
// that does not exist.
func (s *Service) ModifyInstanceDeployment(c *action.Call, req *api.ModifyInstanceDeploymentRequest) (*api.ModifyInstanceDeploymentResponse, error) {
	_, r, err := action.Instance(c, s.DB.Snapshot(), req.InstanceID)
	if err != nil {
		return nil, err
	}
	if req.InstanceType != "" {
		if _, ok := s.Catalog.Type(req.InstanceType); !ok {
			return nil, noSuchType()
		}
	}
	ours := api.CodeUnsupportedOperationNotImplemented
	err = firstOf([]refusal{
		{!oneOf(req.Tenancy, "default", "host"), api.CodeInvalidParamTenancy, "The specified Tenancy is invalid."},
		{!oneOf(req.Affinity, "default", "host"), api.CodeInvalidParameter, `The specified parameter "Affinity" is not valid.`},
		{!oneOf(req.MigrationType, "reboot", "live"), api.CodeInvalidParameter, `The specified parameter "MigrationType" is not valid.`},
		{r.Want.Deleted, api.CodeIncorrectInstanceStatus, "The current status of the resource does not support this operation."},
		{req.DeploymentSetID != "" || req.DeploymentSetGroupNo != nil, api.CodeDeploymentSetInvalidId, "The specified deployment set does not exist."},
		{req.DedicatedHostID != "", api.CodeInvalidDedicatedHostIdNotFound, "The specified DedicatedHostId does not exist."},
		{req.DedicatedHostClusterID != "", api.CodeInvalidDedicatedHostIdNotFound, "The dedicated host cluster does not exist."},
		{req.Tenancy == "host" || req.Affinity == "host", api.CodeOperationDeniedNoStock, "The resource is out of usage."},
		{flag(req.RemoveFromDeploymentSet), api.CodeDeploymentSetModificationFailed, "The instance is in no deployment set."},
		{true, ours, "OpenECS does not support ModifyInstanceDeployment without a deployment set or a dedicated host."},
	})
	return nil, err
}
