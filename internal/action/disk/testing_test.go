package disk_test

import (
	"strconv"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// refuse makes a call that must be refused so, by a code that docs/errors.tsv has
// for the action.
func refuse(s *actiontest.Service, action string, status int, code string, params ...string) {
	s.T.Helper()
	s.Refuse(status, code, "", action, params...)
	if !api.HasCode("Ecs", action, code) {
		s.T.Errorf("docs/errors.tsv has no %s of %s", code, action)
	}
}

// attached is an available disk of CreateDisk, and then in use.
func attached(s *actiontest.Service, instance string, params ...string) string {
	s.T.Helper()
	id := s.DataDisk(params...)
	s.Do("AttachDisk", "DiskId", id, "InstanceId", instance)
	s.Settle()
	return id
}

// system is an instance's system disk.
func system(s *actiontest.Service, instance string) api.DescribeDisksDisk {
	s.T.Helper()
	d := disks(s, "InstanceId", instance, "DiskType", "system")
	if len(d) != 1 {
		s.T.Fatalf("%s: %d system disks", instance, len(d))
	}
	return d[0]
}

// prepaid is an instance that is paid in advance, Stopped.
func prepaid(s *actiontest.Service) string {
	s.T.Helper()
	n := s.Network()
	id := actiontest.Call[api.RunInstancesResponse](s, "RunInstances", "InstanceType", actiontest.InstanceType, "ImageId", actiontest.Image,
		"SecurityGroupId", n.Group, "VSwitchId", n.VSwitch, "SystemDisk.Category", "cloud_essd", "InstanceChargeType", "PrePaid", "Period", "1").InstanceIDSets.InstanceIDSet[0]
	s.Settle()
	s.Do("StopInstance", "InstanceId", id)
	s.Settle()
	s.Want(id, "Stopped")
	return id
}

// lock locks an instance.
func lock(s *actiontest.Service, instance string, l ecs.Lock) {
	actiontest.Edit(s, state.Instances, instance, func(i *ecs.Instance) { i.Locks = l })
}

// snapshotting is a snapshot of a disk that is being taken; done ends it.
func snapshotting(s *actiontest.Service, disk string) (done func()) {
	id := s.Snapshot(s.Key(ecs.KindDisk, disk), func(r *ecs.Snapshot) { r.Work.Done = 0 })
	return func() {
		actiontest.Edit(s, state.Snapshots, id, func(r *ecs.Snapshot) { r.Work.Done = r.Work.Gen })
	}
}

// busyDisk refuses an action on a disk that something is under way with, and while
// a snapshot of it is taken.
func busyDisk(s *actiontest.Service, disk, action, snapshotCode string, params ...string) {
	s.T.Helper()
	actiontest.Edit(s, state.Disks, disk, func(d *ecs.Disk) { d.Work.Gen, d.Work.Op = d.Work.Gen+1, ecs.WorkModify })
	refuse(s, action, 403, "IncorrectDiskStatus", params...)
	actiontest.Edit(s, state.Disks, disk, func(d *ecs.Disk) { d.Work.Done = d.Work.Gen })
	if snapshotCode != "" {
		done := snapshotting(s, disk)
		refuse(s, action, 403, snapshotCode, params...)
		done()
	}
}

// strangers refuses an action for another account and in another region.
func strangers(s *actiontest.Service, action string, status int, code string, params ...string) {
	s.T.Helper()
	refuse(s.As(s.Other), action, status, code, params...)
	refuse(s.As(s.In("cn-beijing")), action, status, code, params...)
}

func itoa(n int) string { return strconv.Itoa(n) }

func start(t *testing.T) *actiontest.Service { return actiontest.Start(t) }

// setCategory gives a disk a category that no zone sells.
func setCategory(s *actiontest.Service, disk, category string) func(*state.Tx) {
	k := s.Key(ecs.KindDisk, disk)
	return func(tx *state.Tx) {
		d, _ := state.Disks.Get(tx, k)
		next := *d
		next.Category, next.Performance = tx.Sym(category), 0
		state.Disks.Put(tx, k, &next)
	}
}

// secret is what an instance carries that no answer shows.
func secret(s *actiontest.Service, instance string) ecs.Secret {
	s.T.Helper()
	r, ok := state.Secrets.Get(s.DB().Snapshot(), s.Key(ecs.KindInstance, instance))
	if !ok {
		s.T.Fatalf("%s has no secret", instance)
	}
	return *r
}
