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

var _ = action.Handle(&actions, "ModifySnapshotAttribute", (*Service).ModifySnapshotAttribute)

// ModifySnapshotAttribute changes a snapshot's name, description and retention,
// and ends its instant access. A retention counts from the snapshot's creation;
// it can be extended, not shortened.
func (s *Service) ModifySnapshotAttribute(c *action.Call, in *api.ModifySnapshotAttributeRequest) (*api.ModifySnapshotAttributeResponse, error) {
	if in.SnapshotName == "" && !c.Has("Description") && in.RetentionDays == nil && in.DisableInstantAccess == nil {
		return nil, api.Errorf(api.CodeNoAttributeToModify, "No attribute to be modified in this request.")
	}
	if err := checkTexts(in.SnapshotName, in.Description); err != nil {
		return nil, err
	}
	if err := checkRetention(in.RetentionDays); err != nil {
		return nil, err
	}
	return &api.ModifySnapshotAttributeResponse{}, s.change(c, in.SnapshotID, func(tx *state.Tx, k ecs.Key, next *ecs.Snapshot) error {
		if in.SnapshotName != "" {
			next.Name = strings.Clone(in.SnapshotName)
		}
		if c.Has("Description") {
			next.Description = strings.Clone(in.Description)
		}
		if action.Flag(in.DisableInstantAccess) {
			next.Flags |= ecs.SnapshotNotInstant
		}
		if in.RetentionDays == nil {
			return nil
		}
		if next.Retention > int32(*in.RetentionDays) {
			return api.Errorf(api.CodeInvalidRetentionDaysMalformed, "The retention of a snapshot cannot be shortened.")
		}
		return retain(tx, k, next, int32(*in.RetentionDays))
	})
}

// change finds a snapshot, changes a copy of its record and stores that.
func (s *Service) change(c *action.Call, id string, change func(tx *state.Tx, k ecs.Key, next *ecs.Snapshot) error) error {
	k, _, err := action.Snapshot(c, s.DB.Snapshot(), id)
	if err != nil {
		return err
	}
	return s.DB.Update(c.Context, func(tx *state.Tx) error {
		rec, ok := state.Snapshots.Get(tx, k)
		if !ok || rec.Work.Doing(ecs.WorkDelete) {
			return api.Errorf(api.CodeInvalidSnapshotIdNotFound, "The specified SnapshotId does not exist.").WithStatus(404)
		}
		next := *rec
		if err := change(tx, k, &next); err != nil {
			return err
		}
		next.Modified = tx.Now().Unix()
		state.Snapshots.Put(tx, k, &next)
		return nil
	})
}

// retain gives a snapshot another retention, 0 for ever. It must lie in the
// future, and end no earlier than a lock does.
func retain(tx *state.Tx, k ecs.Key, next *ecs.Snapshot, days int32) error {
	next.Retention = days
	if days != 0 {
		until := block.RetainedUntil(next)
		if !until.After(tx.Now()) {
			return api.Errorf(api.CodeInvalidRetentionDaysMalformed, "The retention of the snapshot would have ended already.")
		}
		if block.SnapshotLocked(next, tx.Now()) && until.Before(lockEnd(next, tx.Now())) {
			return locked()
		}
	}
	block.KeepSnapshot(tx, k, next)
	return nil
}

// lockEnd is when a lock ends; one whose time does not count yet ends as if it
// began now.
func lockEnd(s *ecs.Snapshot, now time.Time) time.Time {
	if s.LockStart == 0 {
		return now.Add(time.Duration(s.LockDays) * 24 * time.Hour)
	}
	return time.Unix(s.LockUntil, 0)
}

func locked() error {
	return api.Errorf(api.CodeOperationDeniedSnapshotLocked, "The operation is denied because the specified snapshot is locked.").WithStatus(403)
}
