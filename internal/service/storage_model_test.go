package service_test

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

// away is where copies go.
const away = "cn-beijing"

// enough is how many snapshots there may be in a region: they are shown on one page.
const enough = 80

// The model of what storage is made of. Everything is at rest between two
// operations.
type (
	storedSnapshot struct {
		disk   string // what it was taken of
		size   int
		system bool
	}
	storedImage struct {
		snapshots []string // the system disk's first
		shared    bool
	}
	storedDisk struct {
		in     string // the instance it is attached to
		from   string // the snapshot it was made from
		size   int
		system bool
		used   bool // it was attached once
	}
	storedInstance struct {
		image            string
		running, started bool
	}
)

// storage is the service and its model.
type storage struct {
	*actiontest.Service
	r         *rapid.T
	snapshots map[string]*storedSnapshot
	images    map[string]*storedImage
	disks     map[string]*storedDisk
	instances map[string]*storedInstance
	copies    map[string]bool     // snapshots in the other region
	copied    map[string][]string // images there, and their snapshots
	names     int
	theirs    actiontest.Network // of the other account
}

// TestStorageModel takes, copies, restores and deletes snapshots and images, of
// disks and instances that come and go, and makes disks and instances of them.
// It holds every refusal and everything that is shown to a model, and what is
// left when all has been deleted to nothing.
func TestStorageModel(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := actiontest.Start(t)
		s.Network()
		m := &storage{Service: s, r: r, snapshots: map[string]*storedSnapshot{}, images: map[string]*storedImage{}, disks: map[string]*storedDisk{},
			instances: map[string]*storedInstance{}, copies: map[string]bool{}, copied: map[string][]string{}}
		step := func(f func()) func(*rapid.T) {
			return func(r *rapid.T) {
				m.r = r
				f()
			}
		}
		r.Repeat(map[string]func(*rapid.T){
			"launch": step(m.launch), "power": step(m.power), "replace": step(m.replace), "release": step(m.releaseOne),
			"disk": step(m.disk), "attach": step(m.attach), "detach": step(m.detach), "delete disk": step(m.deleteDisk), "reset": step(m.reset),
			"snapshot": step(m.snapshot), "copy snapshot": step(m.copySnapshot), "delete snapshot": step(m.deleteSnapshot),
			"image of instance": step(m.imageOfInstance), "image of snapshot": step(m.imageOfSnapshot), "copy image": step(m.copyImage),
			"share": step(m.share), "delete image": step(m.deleteImage),
			"restart": func(*rapid.T) { s.RestartWithoutMachines() },
			"":        step(m.check),
		})
		m.r = r
		m.clear()
		s.NothingLeft()
	})
}

// draw picks one of what is there that fits.
func draw[V any](m *storage, what string, all map[string]V, fits func(V) bool) string {
	var ids []string
	for _, id := range slices.Sorted(maps.Keys(all)) {
		if fits == nil || fits(all[id]) {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		m.r.Skip("no " + what)
	}
	return rapid.SampledFrom(ids).Draw(m.r, what)
}

func (m *storage) most(n int) {
	if n >= enough {
		m.r.Skip("enough snapshots")
	}
}

func (m *storage) flip(what string) bool { return rapid.Bool().Draw(m.r, what) }

// try makes a call that must be refused with a code, or must not when it is "".
func (m *storage) try(code, action string, params ...string) (ok bool) {
	_, err := m.Send(action, params...)
	var got string
	if e, is := err.(*api.Error); is {
		got = e.Code
	} else if err != nil {
		got = err.Error()
	}
	if got != code {
		m.r.Fatalf("%s %q: %v, want %q", action, params, err, code)
	}
	return err == nil
}

func (m *storage) name() string {
	m.names++
	return fmt.Sprintf("image-%d", m.names)
}

func (m *storage) list(params ...string) []api.DescribeDisksDisk {
	return actiontest.Call[api.DescribeDisksResponse](m.Service, "DescribeDisks", append([]string{"PageSize", "100"}, params...)...).Disks.Disk
}

// anyImage is an image of the catalogue, or one of the model's.
func (m *storage) anyImage() string {
	return rapid.SampledFrom(append([]string{actiontest.Image}, slices.Sorted(maps.Keys(m.images))...)).Draw(m.r, "image")
}

func (m *storage) shown(region string) []api.DescribeSnapshotsSnapshot {
	return actiontest.Call[api.DescribeSnapshotsResponse](m.Service, "DescribeSnapshots", "RegionId", region, "PageSize", "100").Snapshots.Snapshot
}

// check holds what is shown to the model.
func (m *storage) check() {
	m.checkSnapshots()
	m.checkImages()
	if got := m.list(); len(got) != len(m.disks) {
		m.r.Fatalf("%d disks, want %d", len(got), len(m.disks))
	} else {
		for _, d := range got {
			if w := m.disks[d.DiskID]; w == nil || d.InstanceID != w.in || d.SourceSnapshotID != w.from || d.Size != w.size || d.Type == "system" != w.system {
				m.r.Fatalf("%+v, want %+v", d, w)
			}
		}
	}
	for id, i := range m.instances {
		if got := m.See(id); got == nil || got.ImageID != i.image || got.Status == "Running" != i.running {
			m.r.Fatalf("%+v, want %+v", got, i)
		}
	}
	if p := m.Sim.Pending(); len(p) > 0 {
		m.r.Fatalf("at rest %+v is under way", p)
	}
}

func (m *storage) checkSnapshots() {
	got := m.shown("cn-hangzhou")
	if len(got) != len(m.snapshots) {
		m.r.Fatalf("%d snapshots, want %d", len(got), len(m.snapshots))
	}
	for _, s := range got {
		w := m.snapshots[s.SnapshotID]
		if w == nil || s.Status != "accomplished" || s.SourceDiskID != w.disk || s.SourceDiskSize != strconv.Itoa(w.size) || s.SourceDiskType == "system" != w.system {
			m.r.Fatalf("%+v, want %+v", s, w)
		}
		image, disk := m.holders(s.SnapshotID)
		if usage := map[[2]bool]string{{}: "none", {true}: "image", {false, true}: "disk", {true, true}: "image_disk"}[[2]bool{image, disk}]; s.Usage != usage {
			m.r.Fatalf("%s is used by %s, want %s", s.SnapshotID, s.Usage, usage)
		}
	}
	there := m.shown(away)
	for _, s := range there {
		if !m.copies[s.SnapshotID] || s.Status != "accomplished" {
			m.r.Fatalf("%+v in the other region", s)
		}
	}
	if len(there) != len(m.copies) {
		m.r.Fatalf("%d copies, want %d", len(there), len(m.copies))
	}
}

func (m *storage) checkImages() {
	all := []string{"ImageOwnerAlias", "self", "PageSize", "100", "Status", "Creating,Waiting,Available,UnAvailable,CreateFailed,Deprecated"}
	got := actiontest.Call[api.DescribeImagesResponse](m.Service, "DescribeImages", all...).Images.Image
	if len(got) != len(m.images) {
		m.r.Fatalf("%d images, want %d", len(got), len(m.images))
	}
	for _, i := range got {
		w := m.images[i.ImageID]
		if w == nil || i.Status != "Available" || i.Usage == "instance" != m.resident(i.ImageID) || len(i.DiskDeviceMappings.DiskDeviceMapping) != len(w.snapshots) {
			m.r.Fatalf("%+v, want %+v", i, w)
		}
		for n, d := range i.DiskDeviceMappings.DiskDeviceMapping {
			if d.SnapshotID != w.snapshots[n] || m.snapshots[d.SnapshotID] == nil {
				m.r.Fatalf("%+v, want %+v", i, w)
			}
		}
	}
	there := actiontest.Call[api.DescribeImagesResponse](m.As(m.In(away)), "DescribeImages", all...).Images.Image
	for _, i := range there {
		if m.copied[i.ImageID] == nil || i.Status != "Available" {
			m.r.Fatalf("%+v in the other region", i)
		}
	}
	if len(there) != len(m.copied) {
		m.r.Fatalf("%d copied images, want %d", len(there), len(m.copied))
	}
}

// clear deletes everything, in an order in which all of it may be deleted.
func (m *storage) clear() {
	for _, id := range slices.Sorted(maps.Keys(m.instances)) {
		m.release(id)
	}
	for _, id := range slices.Sorted(maps.Keys(m.images)) {
		if m.images[id].shared {
			m.Do("ModifyImageSharePermission", "ImageId", id, "RemoveAccount.1", strconv.Itoa(actiontest.OtherAccount))
		}
		m.Do("DeleteImage", "ImageId", id)
	}
	there := m.As(m.In(away))
	for id := range m.copied {
		there.Do("DeleteImage", "ImageId", id)
	}
	for id := range m.disks {
		m.Do("DeleteDisk", "DiskId", id)
	}
	m.Settle()
	for id := range m.snapshots {
		m.Do("DeleteSnapshot", "SnapshotId", id)
	}
	for id := range m.copies {
		there.Do("DeleteSnapshot", "SnapshotId", id)
	}
	m.Settle()
}
