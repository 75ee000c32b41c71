package disk

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/block"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "AttachDisk", (*Service).AttachDisk)

// AttachDisk attaches an available data disk to an instance of its zone that is
// Running or Stopped. It is Attaching until the engine has done it. Force asks for
// what happens anyway: nothing here is ever left half attached.
func (s *Service) AttachDisk(c *action.Call, in *api.AttachDiskRequest) (*api.AttachDiskResponse, error) {
	if in.Device != "" && !block.ValidDevice(in.Device) {
		return nil, api.Errorf(api.CodeInvalidDeviceMalformed, "The specified device is not valid.")
	}
	if action.Flag(in.Bootable) || in.Password != "" || in.KeyPairName != "" {
		return nil, api.Errorf(api.CodeUnsupportedOperationNotImplemented, "OpenECS does not attach disks as system disks: use ReplaceSystemDisk.")
	}
	snap := s.DB.Snapshot()
	disk, _, err := find(c, snap, in.DiskID)
	if err != nil {
		return nil, err
	}
	instance, _, err := action.Instance(c, snap, in.InstanceID)
	if err != nil {
		return nil, err
	}
	return &api.AttachDiskResponse{}, s.DB.Update(c.Context, func(tx *state.Tx) error {
		d, ok := state.Disks.Get(tx, disk)
		if !ok || !shown(d) {
			return notFound()
		}
		i, ok := state.Instances.Get(tx, instance)
		if !ok {
			return api.Errorf(api.CodeInvalidInstanceIdNotFound, "The specified InstanceId does not exist.").WithStatus(404)
		}
		if err := s.attachable(tx, d, instance, i); err != nil {
			return err
		}
		next := *d
		next.Instance, next.System = instance, false
		next.DeleteWithInstance = action.Flag(in.DeleteWithInstance)
		device, err := device(tx, instance, in.Device)
		if err != nil {
			return err
		}
		next.Device = tx.Sym(strings.Clone(device))
		next.Flags |= ecs.EverAttached
		block.Work(tx, disk, next, ecs.WorkAttach)
		return nil
	})
}

// attachable checks whether a disk and an instance, as they are now, go
// together.
func (s *Service) attachable(v state.View, d *ecs.Disk, instance ecs.Key, i *ecs.Instance) error {
	if d.Instance != 0 {
		return api.Errorf(api.CodeInvalidDiskInUse, "The specified disk is in use.")
	}
	if err := calm(d); err != nil {
		return err
	}
	if d.Flags.Has(ecs.NotPortable) {
		return api.Errorf(api.CodeDiskNotPortable, "The specified disk is not a portable disk.")
	}
	if err := locked(i); err != nil {
		return err
	}
	if st := i.Status(); st != ecs.Running && st != ecs.Stopped || i.Want.Deleted {
		return api.Errorf(api.CodeIncorrectInstanceStatus, "The current status of the resource does not support this operation.")
	}
	if d.Zone != i.Zone {
		return api.Errorf(api.CodeResourcesNotInSameZone, "The specified instance and disk are not in the same zone.")
	}
	t, ok := s.Catalog.Type(v.Str(i.Type))
	if ok && !t.Family.TakesDisk(v.Str(d.Category)) {
		return api.Errorf(api.CodeInvalidInstanceTypeNotSupportDiskCategory, "The instanceType of the specified instance does not support this disk category.")
	}
	if ok && state.DisksByInstance.Count(v, uint64(instance)) >= t.Disks {
		return api.Errorf(api.CodeInstanceDiskLimitExceeded, "The amount of the disk attached to the instance exceeds its limits.")
	}
	return nil
}

// device is the device to attach at: the one asked for, or the first that is
// free.
func device(v state.View, instance ecs.Key, want string) (string, error) {
	taken := map[string]bool{}
	for _, d := range state.DisksByInstance.Ascend(v, uint64(instance), 0) {
		taken[v.Str(d.Device)] = true
	}
	if want != "" {
		if taken[want] {
			return "", api.Errorf(api.CodeInvalidDeviceInUse, "The specified device has been occupied.")
		}
		return want, nil
	}
	for n := 1; ; n++ {
		if name := catalog.DeviceName(n); !taken[name] {
			return name, nil
		}
	}
}

// locked refuses an instance that is locked for security or for money.
func locked(i *ecs.Instance) error {
	switch {
	case i.Locks&ecs.LockSecurity != 0:
		return api.Errorf(api.CodeInstanceLockedForSecurity, "The specified operation is denied as your instance is locked for security reasons.").WithStatus(403)
	case i.Locks&ecs.LockFinancial != 0:
		return api.Errorf(api.CodeInstanceExpiredOrInArrears, "The specified operation is denied as your prepay instance is expired (prepay mode) or in arrears (afterpay mode).")
	}
	return nil
}
