package snapshot

import (
	"errors"
	"slices"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/block"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DeleteSnapshotGroup", (*Service).DeleteSnapshotGroup)

// DeleteSnapshotGroup removes a group and its snapshots. One that an image, a
// lock or a copy under way holds stays, outside any group, and the answer says
// why.
func (s *Service) DeleteSnapshotGroup(c *action.Call, in *api.DeleteSnapshotGroupRequest) (*api.DeleteSnapshotGroupResponse, error) {
	group, err := findGroup(c, s.DB.Snapshot(), in.SnapshotGroupID)
	if err != nil {
		return nil, err
	}
	out := &api.DeleteSnapshotGroupResponse{}
	return out, s.DB.Update(c.Context, func(tx *state.Tx) error {
		if _, ok := state.SnapshotGroups.Get(tx, group); !ok {
			return noGroup()
		}
		out.OperationProgressSet.OperationProgress = nil
		for _, k := range slices.Collect(state.SnapshotsByGroup.Keys(tx, uint64(group), 0)) {
			rec, ok := state.Snapshots.Get(tx, k)
			if !ok {
				continue
			}
			next := *rec
			next.Group = 0
			p := api.DeleteSnapshotGroupOperationProgress{OperationStatus: "Success"}
			p.RelatedItemSet.RelatedItem = []api.DeleteSnapshotGroupOperationProgressRelatedItem{{Name: "SnapshotId", Value: ecs.ID(ecs.KindSnapshot, k)}}
			if e, held := errors.AsType[*api.Error](deletable(tx, k, rec, true)); held {
				p.OperationStatus, p.ErrorCode, p.ErrorMsg = "Failed", e.Code, e.Message
				state.Snapshots.Put(tx, k, &next)
			} else if !rec.Work.Doing(ecs.WorkDelete) {
				block.DeleteSnapshot(tx, k, next)
			}
			out.OperationProgressSet.OperationProgress = append(out.OperationProgressSet.OperationProgress, p)
		}
		state.SnapshotGroups.Delete(tx, group)
		return nil
	})
}
