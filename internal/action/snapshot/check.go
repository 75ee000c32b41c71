package snapshot

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/block"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/state"
)

const maxRetention = 65536 // days

// checkTexts checks the name and the description of a snapshot. Names that
// begin with auto are those of automatic snapshots.
func checkTexts(name, description string) error {
	if name != "" && (!ecs.ValidName(name) || strings.HasPrefix(name, "auto")) {
		return api.Errorf(api.CodeInvalidSnapshotNameMalformed, "The specified SnapshotName is wrongly formed: 2 to 128 characters, a letter first, and not beginning with auto.")
	}
	if description != "" && !ecs.ValidDescription(description) {
		return api.Errorf(api.CodeInvalidDescriptionMalformed, "The specified Description is wrongly formed.")
	}
	return nil
}

func checkRetention(days *int) error {
	if days != nil && (*days < 1 || *days > maxRetention) {
		return api.Errorf(api.CodeInvalidRetentionDaysMalformed, "The specified RetentionDays is not valid: 1 to %d.", maxRetention)
	}
	return nil
}

// checkPlace refuses a storage location, of which there are none here, and a
// resource group that the caller does not have.
func checkPlace(c *action.Call, v state.View, resourceGroup, storageLocation string) error {
	switch {
	case storageLocation != "":
		return api.Errorf(api.CodeUnsupportedOperationNotImplemented, "OpenECS has no other storage locations.")
	case !resource.HasGroup(v, c.Caller.Account, resourceGroup):
		return noResourceGroup()
	}
	return nil
}

func noResourceGroup() error {
	return api.Errorf(api.CodeInvalidResourceGroupNotFound, "The specified resource group does not exist.").WithStatus(404)
}

// instantAccess is for how many minutes instant access is asked for: 0 for not
// at all, -1 for as long as the snapshot stays.
func instantAccess(on *bool, days, retention *int) (int32, error) {
	if days != nil && (*days < 1 || *days > 65535) {
		return 0, action.Invalid("InstantAccessRetentionDays")
	}
	if !action.Flag(on) {
		return 0, nil
	}
	switch {
	case days != nil:
		return int32(*days) * 24 * 60, nil
	case retention != nil:
		return int32(*retention) * 24 * 60, nil
	}
	return -1, nil
}

// essd reports whether disks of a category have instant access and can be in a
// snapshot-consistent group.
func essd(category string) bool {
	switch category {
	case "cloud_essd", "cloud_auto", "cloud_essd_entry", "cloud_regional_disk_auto":
		return true
	}
	return false
}

func noDisk() error {
	return api.Errorf(api.CodeInvalidDiskIdNotFound, "The specified disk does not exist.").WithStatus(404)
}

func findDisk(c *action.Call, v state.View, id string) (ecs.Key, *ecs.Disk, error) {
	k, d, ok := action.Find(c, v, state.Disks, ecs.KindDisk, func(d *ecs.Disk) uint64 { return d.Account }, id)
	if !ok || d.Work.Doing(ecs.WorkDelete) {
		return 0, nil, noDisk()
	}
	return k, d, nil
}

// snapshotable refuses a disk of which no snapshot can be taken by hand now.
func snapshotable(v state.View, k ecs.Key, d *ecs.Disk) error {
	if d.Work.Doing(ecs.WorkDelete) {
		return noDisk()
	}
	switch block.Snapshotable(v, k, d) {
	case block.ErrDiskKind:
		return api.Errorf(api.CodeDiskCategoryOperationNotSupported, "The operation is not supported for the category of the specified disk.")
	case block.ErrDiskBusy:
		return api.Errorf(api.CodeIncorrectDiskStatus, "The current disk status does not support this operation.")
	case block.ErrDiskUnattached:
		return api.Errorf(api.CodeIncorrectDiskStatusNeverAttached, "The specified disk has never been attached to an instance.")
	case block.ErrDiskUnused:
		return api.Errorf(api.CodeIncorrectDiskStatusNeverUsed, "The specified disk has never been used: its instance has not been started yet.")
	case block.ErrInstanceBusy:
		return api.Errorf(api.CodeIncorrectInstanceStatus, "The current status of the resource does not support this operation.").WithStatus(400)
	case block.ErrSecurityLock:
		return api.Errorf(api.CodeInstanceLockedForSecurity, "The specified operation is denied as your instance is locked for security reasons.").WithStatus(403)
	case block.ErrArrears:
		return api.Errorf(api.CodeDiskInArrears, "The specified operation is denied as the disk has overdue payments.")
	case block.ErrDiskSnapshot:
		return api.Errorf(api.CodeIncorrectDiskStatusCreatingSnapshot, "A previous snapshot of the specified disk is still being created.")
	}
	if manual, _ := block.CountSnapshots(v, k); manual >= block.MaxManualSnapshots {
		return api.Errorf(api.CodeQuotaExceedSnapshot, "The snapshot quota of the specified disk exceeds.")
	}
	return nil
}
