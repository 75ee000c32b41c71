package snapshot

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
)

var _ = action.Handle(&actions, "OpenSnapshotService", (*Service).OpenSnapshotService)

// OpenSnapshotService activates snapshots, which always are active here.
func (s *Service) OpenSnapshotService(*action.Call, *api.OpenSnapshotServiceRequest) (*api.OpenSnapshotServiceResponse, error) {
	return &api.OpenSnapshotServiceResponse{}, nil
}
