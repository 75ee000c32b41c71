package disk_test

import (
	"testing"

	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

func TestReInitDisk(t *testing.T) {
	s := actiontest.Start(t, actiontest.Stepped())
	instance := s.Stopped()
	root := system(s, instance).DiskID
	before := actiontest.Record(s, state.Disks, root)
	spec := actiontest.Record(s, state.Instances, instance).Want.SpecGen
	s.Do("ReInitDisk", "DiskId", root, "Password", "Str0ng-pass", "SecurityEnhancementStrategy", "Deactive", "AutoStartInstance", "true")
	s.Quiet()
	if d := see(s, root); d.Status != "ReIniting" || d.InstanceID != instance {
		t.Errorf("%+v", d)
	}
	refuse(s, "ReInitDisk", 403, "IncorrectDiskStatus", "DiskId", root)
	s.Refuse(403, "IncorrectInstanceStatus", "", "StartInstance", "InstanceId", instance)
	s.Step(root)
	s.Want(instance, "Starting")
	s.Settle()
	s.Want(instance, "Running")
	after, i := actiontest.Record(s, state.Disks, root), actiontest.Record(s, state.Instances, instance)
	if after.Content != before.Content+1 || after.Flags.Has(ecs.StartAfter) || i.Want.SpecGen != spec+1 || !i.Flags.Has(ecs.SecurityOff|ecs.HasPassword) || secret(s, instance).Password != "Str0ng-pass" {
		t.Errorf("disk %+v, instance %+v", after, i)
	}
	s.Do("StopInstance", "InstanceId", instance)
	s.Settle()
	s.Do("ReInitDisk", "DiskId", root, "SecurityEnhancementStrategy", "Active")
	s.Settle()
	s.Want(instance, "Stopped")
	if actiontest.Record(s, state.Instances, instance).Flags.Has(ecs.SecurityOff) {
		t.Error("SecurityEnhancementStrategy=Active is not honoured")
	}
	s.Do("CreateKeyPair", "KeyPairName", "mine")
	s.Do("ReInitDisk", "DiskId", root, "KeyPairName", "mine")
	s.Settle()
	if got := s.See(instance).KeyPairName; got != "mine" {
		t.Errorf("the key pair is %q", got)
	}
}

func TestReInitDiskRefused(t *testing.T) {
	s := start(t)
	instance := s.Running()
	id, free, root := attached(s, instance), s.DataDisk(), system(s, instance).DiskID
	const action = "ReInitDisk"
	refuse(s, action, 403, "IncorrectInstanceStatus", "DiskId", id)
	s.Do("StopInstance", "InstanceId", instance)
	s.Settle()
	refuse(s, action, 403, "IncorrectDiskStatus", "DiskId", free)
	refuse(s, action, 400, "InvalidParameter", "DiskId", id, "Password", "Str0ng-pass")
	refuse(s, action, 400, "InvalidPassword.Malformed", "DiskId", root, "Password", "weak")
	refuse(s, action, 400, "InvalidKeyPairName.NotFound", "DiskId", root, "KeyPairName", "none")
	refuse(s, action, 400, "InvalidParameter", "DiskId", root, "SecurityEnhancementStrategy", "x")
	refuse(s, action, 404, "InvalidDiskId.NotFound", "DiskId", "d-none")
	strangers(s, action, 404, "InvalidDiskId.NotFound", "DiskId", id)
	busyDisk(s, id, action, "DiskCreatingSnapshot", "DiskId", id)
	lock(s, instance, ecs.LockFinancial)
	refuse(s, action, 403, "InstanceExpiredOrInArrears", "DiskId", id)
	lock(s, instance, ecs.LockSecurity)
	refuse(s, action, 403, "InstanceLockedForSecurity", "DiskId", id)
	lock(s, instance, 0)
	s.Update(func(tx *state.Tx) {
		for disk, to := range map[string]func(*ecs.Disk){
			id:   func(d *ecs.Disk) { d.Snapshot = tx.Sym(ecs.ID(ecs.KindSnapshot, tx.NewKey(1))) },
			root: func(d *ecs.Disk) { d.Image = tx.Sym("m-gone") },
		} {
			k := s.Key(ecs.KindDisk, disk)
			d, _ := state.Disks.Get(tx, k)
			next := *d
			to(&next)
			state.Disks.Put(tx, k, &next)
		}
	})
	refuse(s, action, 403, "InvalidSourceSnapshot", "DiskId", id)
	refuse(s, action, 404, "InvalidImageId.NotFound", "DiskId", root)
}
