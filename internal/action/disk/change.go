package disk

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/block"
	"github.com/openecs/openecs/internal/state"
)

// change carries a change out on one of the caller's disks. It is checked where
// it is written, so that of two that race one is refused; a dry run checks only.
func (s *Service) change(c *action.Call, id string, dryRun *bool, check func(state.View, ecs.Key, *ecs.Disk) error, write func(*state.Tx, ecs.Key, *ecs.Disk) error) error {
	if action.Flag(dryRun) {
		snap := s.DB.Snapshot()
		k, d, err := find(c, snap, id)
		if err == nil {
			err = check(snap, k, d)
		}
		if err != nil {
			return err
		}
		return action.DryRun()
	}
	return s.DB.Update(c.Context, func(tx *state.Tx) error {
		k, d, err := find(c, tx, id)
		if err == nil {
			err = check(tx, k, d)
		}
		if err != nil {
			return err
		}
		return write(tx, k, d)
	})
}

// quiet refuses a disk that something is under way with, or of which a snapshot
// is being taken (403 DiskCreatingSnapshot).
func quiet(v state.View, k ecs.Key, d *ecs.Disk) error {
	if !d.Work.Settled() {
		return incorrectStatus()
	}
	if block.SnapshotUnderWay(v, k) {
		return api.Errorf(api.CodeDiskCreatingSnapshot, "The operation is denied due to a snapshot of the specified disk is not completed yet.")
	}
	return nil
}

// host is the instance of an attached disk, nil for none: one that is not locked
// and in one of the states, else 403 IncorrectInstanceStatus.
func host(v state.View, d *ecs.Disk, in ...ecs.Status) (*ecs.Instance, error) {
	i, ok := state.Instances.Get(v, d.Instance)
	if !ok {
		return nil, nil
	}
	if err := locked(i); err != nil {
		return nil, err
	}
	for _, st := range in {
		if i.Status() == st && !i.Want.Deleted {
			return i, nil
		}
	}
	return nil, wrongInstanceState()
}

func wrongInstanceState() error {
	return api.Errorf(api.CodeIncorrectInstanceStatus, "The current status of the resource does not support this operation.")
}
