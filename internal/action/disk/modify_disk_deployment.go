package disk

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
)

var _ = action.Handle(&actions, "ModifyDiskDeployment", (*Service).ModifyDiskDeployment)

// ModifyDiskDeployment moves a disk to a dedicated block storage cluster, or to
// another category or performance level. There are no such clusters here, so only
// the latter can be: it is ModifyDiskSpec.
func (s *Service) ModifyDiskDeployment(c *action.Call, in *api.ModifyDiskDeploymentRequest) (*api.ModifyDiskDeploymentResponse, error) {
	if _, _, err := find(c, s.DB.Snapshot(), in.DiskID); err != nil {
		return nil, err
	}
	if in.StorageClusterID != "" {
		return nil, api.Errorf(api.CodeInvalidStorageClusterIdNotExist, "The specified StorageClusterId does not exist.").WithStatus(404)
	}
	out, err := s.ModifyDiskSpec(c, &api.ModifyDiskSpecRequest{DiskID: in.DiskID, DiskCategory: in.DiskCategory, PerformanceLevel: in.PerformanceLevel, DryRun: in.DryRun})
	if err != nil {
		return nil, err
	}
	return &api.ModifyDiskDeploymentResponse{TaskID: out.TaskID}, nil
}
