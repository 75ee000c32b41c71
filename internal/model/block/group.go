package block

import (
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// GroupStatus is the state of a snapshot-consistent group: that of its
// snapshots, of which one that failed fails all.
func GroupStatus(v state.View, group ecs.Key) ecs.SnapshotStatus {
	status := ecs.SnapshotAccomplished
	for _, s := range state.SnapshotsByGroup.Ascend(v, uint64(group), 0) {
		switch s.Status() {
		case ecs.SnapshotFailed:
			return ecs.SnapshotFailed
		case ecs.SnapshotProgressing:
			status = ecs.SnapshotProgressing
		}
	}
	return status
}

// leaveGroup ends a group with its last snapshot.
func leaveGroup(tx *state.Tx, group ecs.Key) {
	if group != 0 && state.SnapshotsByGroup.Count(tx, uint64(group)) == 0 {
		state.SnapshotGroups.Delete(tx, group)
	}
}
