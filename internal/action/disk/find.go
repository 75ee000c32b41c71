package disk

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

func account(d *ecs.Disk) uint64 { return d.Account }

// find finds a disk of the caller's, or answers 404 InvalidDiskId.NotFound.
func find(c *action.Call, v state.View, id string) (ecs.Key, *ecs.Disk, error) {
	k, d, ok := action.Find(c, v, state.Disks, ecs.KindDisk, account, id)
	if !ok || !shown(d) {
		return 0, nil, notFound()
	}
	return k, d, nil
}

func notFound() error {
	return api.Errorf(api.CodeInvalidDiskIdNotFound, "The specified disk does not exist.").WithStatus(404)
}

// shown reports whether a disk is there as far as clients see: one that is being
// removed, or whose place as system disk another takes, is not.
func shown(d *ecs.Disk) bool {
	return !d.Work.Doing(ecs.WorkDelete) && !d.Flags.Has(ecs.Replaced)
}

// calm refuses a disk that something is under way with: 403
// IncorrectDiskStatus, and while it is being made, where the client knows that
// code, 400 IncorrectDiskStatus.Initializing.
func calm(d *ecs.Disk) error {
	switch {
	case d.Work.Doing(ecs.WorkCreate):
		return api.Errorf(api.CodeIncorrectDiskStatusInitializing, "The disk is being initialized.")
	case !d.Work.Settled():
		return incorrectStatus()
	}
	return nil
}

func incorrectStatus() error {
	return api.Errorf(api.CodeIncorrectDiskStatus, "The current disk status does not support this operation.").WithStatus(403)
}
