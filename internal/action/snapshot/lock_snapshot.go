package snapshot

import (
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/block"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "LockSnapshot", (*Service).LockSnapshot)

// LockSnapshot keeps a snapshot from being deleted for a number of days. In the
// cooling-off period a lock can be set anew or taken back; after that its
// duration can only be extended.
func (s *Service) LockSnapshot(c *action.Call, in *api.LockSnapshotRequest) (*api.LockSnapshotResponse, error) {
	once, err := c.Once(in.ClientToken, in.DryRun)
	if err != nil {
		return nil, err
	}
	switch {
	case in.LockMode != "compliance":
		return nil, action.Invalid("LockMode")
	case number(in.LockDuration) < 1 || number(in.LockDuration) > 36500:
		return nil, action.Invalid("LockDuration")
	case number(in.CoolOffPeriod) < 0 || number(in.CoolOffPeriod) > 72:
		return nil, action.Invalid("CoolOffPeriod")
	}
	k, _, err := action.Snapshot(c, s.DB.Snapshot(), in.SnapshotID)
	if err != nil {
		return nil, err
	}
	var next ecs.Snapshot
	err = s.DB.Update(c.Context, func(tx *state.Tx) error {
		_, err := once.Do(tx, func() ([]ecs.Key, error) {
			rec, ok := state.Snapshots.Get(tx, k)
			if !ok || rec.Work.Doing(ecs.WorkDelete) {
				return nil, api.Errorf(api.CodeInvalidSnapshotIdNotFound, "The specified SnapshotId does not exist.").WithStatus(404)
			}
			next := *rec
			if err := lock(tx, &next, int32(*in.LockDuration), int32(*in.CoolOffPeriod)); err != nil {
				return nil, err
			}
			if action.Flag(in.DryRun) {
				return nil, action.DryRun()
			}
			state.Snapshots.Put(tx, k, &next)
			return []ecs.Key{k}, nil
		})
		if rec, ok := state.Snapshots.Get(tx, k); ok {
			next = *rec
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	out := &api.LockSnapshotResponse{}
	out.LockedSnapshotInfo = api.LockSnapshotLockedSnapshotInfo(lockInfo(k, &next, c.Now))
	return out, nil
}

// lock sets or extends a lock. It must end no later than the retention.
func lock(tx *state.Tx, next *ecs.Snapshot, days, coolOff int32) error {
	now := tx.Now()
	switch lockStatus(next, now) {
	case lockCompliance:
		if coolOff != 0 || days <= next.LockDays {
			return locked()
		}
		next.LockDays = days
	default:
		if next.Status() == ecs.SnapshotFailed {
			return notReady()
		}
		next.LockMode, next.LockDays, next.CoolOff, next.Locked, next.LockStart = tx.Sym("compliance"), days, coolOff, now.Unix(), 0
		if block.SnapshotReady(next) {
			next.LockStart = now.Unix()
		}
	}
	block.CountLock(next)
	if next.Retention != 0 && lockEnd(next, now).After(block.RetainedUntil(next)) {
		return action.Invalid("LockDuration")
	}
	return nil
}

// The statuses of a lock, as answers show them.
const (
	lockCoolOff    = "compliance-cooloff"
	lockCompliance = "compliance"
	lockExpired    = "expired"
)

// lockStatus is the status of a lock at an instant, "" if there never was one.
func lockStatus(s *ecs.Snapshot, now time.Time) string {
	switch {
	case s.LockMode == 0:
		return ""
	case !block.SnapshotLocked(s, now):
		return lockExpired
	case now.Unix() < coolOffEnd(s):
		return lockCoolOff
	}
	return lockCompliance
}

func coolOffEnd(s *ecs.Snapshot) int64 { return s.Locked + int64(s.CoolOff)*3600 }

func lockInfo(k ecs.Key, s *ecs.Snapshot, now time.Time) api.DescribeLockedSnapshotsLockedSnapshotsInfo {
	o := api.DescribeLockedSnapshotsLockedSnapshotsInfo{
		SnapshotID: ecs.ID(ecs.KindSnapshot, k), LockStatus: lockStatus(s, now), LockDuration: int(s.LockDays), CoolOffPeriod: int(s.CoolOff),
		LockCreationTime: ecs.Second(s.Locked), LockDurationStartTime: ecs.Second(s.LockStart),
	}
	if s.CoolOff != 0 {
		o.CoolOffPeriodExpiredTime = ecs.Second(coolOffEnd(s))
	}
	if s.LockStart != 0 {
		o.LockExpiredTime = ecs.Second(s.LockUntil)
	}
	return o
}
