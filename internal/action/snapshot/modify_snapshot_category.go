package snapshot

import (
	"strings"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/block"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ModifySnapshotCategory", (*Service).ModifySnapshotCategory)

// A standard snapshot is archived after minStandard at the earliest, and then
// kept for 60 more days at least.
const (
	minStandard         = 14 * 24 * time.Hour
	minArchiveRetention = 74
)

// ModifySnapshotCategory archives a standard snapshot, for good. Its retention
// becomes the one asked for, none if none is. It is done at once: no task is
// made.
func (s *Service) ModifySnapshotCategory(c *action.Call, in *api.ModifySnapshotCategoryRequest) (*api.ModifySnapshotCategoryResponse, error) {
	if !strings.EqualFold(in.Category, "archive") {
		return nil, api.Errorf(api.CodeInvalidSnapshotCategoryMalformed, "The specified snapshot category is not valid: only Archive is.")
	}
	if d := in.RetentionDays; d != nil && (*d < minArchiveRetention || *d > maxRetention) {
		return nil, api.Errorf(api.CodeInvalidRetentionDaysMalformed, "The specified RetentionDays is not valid: %d to %d.", minArchiveRetention, maxRetention)
	}
	return &api.ModifySnapshotCategoryResponse{}, s.change(c, in.SnapshotID, func(tx *state.Tx, k ecs.Key, next *ecs.Snapshot) error {
		switch {
		case !block.SnapshotReady(next):
			return notReady()
		case tx.Str(next.Category) != "standard":
			return api.Errorf(api.CodeOperationDenied, "Only a standard snapshot can be archived.").WithStatus(403)
		case tx.Now().Before(time.Unix(next.Created, 0).Add(minStandard)):
			return api.Errorf(api.CodeOperationDenied, "Only a snapshot that has been kept for 14 days can be archived.").WithStatus(403)
		}
		next.Category = tx.Sym("archive")
		return retain(tx, k, next, int32(number(in.RetentionDays)))
	})
}

func notReady() error {
	return api.Errorf(api.CodeInvalidSnapshotIdNotReady, "The specified snapshot has not completed yet.").WithStatus(403)
}
