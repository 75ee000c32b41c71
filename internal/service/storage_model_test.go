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

func (m *storage) launch() {
	if len(m.instances) == 3 {
		m.r.Skip("enough instances")
	}
	i := &storedInstance{image: m.anyImage(), running: m.flip("running")}
	i.started = i.running
	params := []string{"ImageId", i.image}
	if m.flip("data disk") {
		params = append(params, "DataDisk.1.Size", "20", "DataDisk.1.Category", "cloud_essd", "DataDisk.1.Device", "/dev/xvdz")
	}
	var id string
	if i.running {
		id = m.Running(params...)
	} else {
		id = m.Stopped(params...)
	}
	m.Settle()
	m.instances[id] = i
	want := map[string]bool{} // the snapshots that its data disks are of
	if im := m.images[i.image]; im != nil {
		for _, s := range im.snapshots[1:] {
			want[s] = true
		}
	}
	for _, d := range m.list("InstanceId", id) {
		m.disks[d.DiskID] = &storedDisk{in: id, from: d.SourceSnapshotID, size: d.Size, system: d.Type == "system", used: true}
		if d.SourceSnapshotID != "" && !want[d.SourceSnapshotID] {
			m.r.Fatalf("%+v is of a snapshot that %s does not have", d, i.image)
		}
		delete(want, d.SourceSnapshotID)
	}
	if len(want) > 0 {
		m.r.Fatalf("%s of %s lacks disks of %v", id, i.image, want)
	}
}

func (m *storage) power() {
	id := draw(m, "instance", m.instances, nil)
	i, do := m.instances[id], "StartInstance"
	if i.running {
		do = "StopInstance"
	}
	m.Do(do, "InstanceId", id)
	m.Settle()
	i.running, i.started = !i.running, true
}

func (m *storage) replace() {
	id := draw(m, "instance", m.instances, func(i *storedInstance) bool { return !i.running })
	old := ""
	for d, v := range m.disks {
		if v.in == id && v.system {
			old = d
		}
	}
	to := m.anyImage()
	made := actiontest.Call[api.ReplaceSystemDiskResponse](m.Service, "ReplaceSystemDisk", "InstanceId", id, "ImageId", to).DiskID
	if m.flip("at once") && to != actiontest.Image { // the new disk is still being made
		code := api.CodeImageUsingByInstance
		if m.images[to].shared {
			code = api.CodeImageUseShared
		}
		m.try(code, "DeleteImage", "ImageId", to)
	}
	m.Settle()
	m.instances[id].image = to
	m.disks[made] = &storedDisk{in: id, size: m.disks[old].size, system: true, used: true}
	delete(m.disks, old)
}

func (m *storage) releaseOne() {
	id := draw(m, "instance", m.instances, nil)
	m.release(id)
}

func (m *storage) release(id string) {
	m.Do("DeleteInstance", "InstanceId", id, "Force", "true")
	m.Settle()
	delete(m.instances, id)
	keep := map[string]bool{}
	for _, d := range m.list() {
		keep[d.DiskID] = true
	}
	for d, v := range m.disks {
		if v.in == id && keep[d] {
			v.in = "" // it was attached by hand
		} else if v.in == id {
			delete(m.disks, d)
		}
	}
}

func (m *storage) disk() {
	if len(m.snapshots) == 0 || m.flip("empty") {
		id := m.DataDisk()
		m.Settle()
		m.disks[id] = &storedDisk{size: 20}
		return
	}
	from := draw(m, "snapshot", m.snapshots, nil)
	s := m.snapshots[from]
	size := s.size + rapid.IntRange(0, 10).Draw(m.r, "more")
	params := []string{"ZoneId", actiontest.Zone, "DiskCategory", "cloud_essd", "SnapshotId", from, "Size", strconv.Itoa(size)}
	if s.system {
		m.try(api.CodeInvalidSnapshotIdNotDataDiskSnapshot, "CreateDisk", params...)
		return
	}
	id := actiontest.Call[api.CreateDiskResponse](m.Service, "CreateDisk", params...).DiskID
	m.disks[id] = &storedDisk{from: from, size: size}
	m.deletable(from, false)
	m.Settle()
}

func (m *storage) attach() {
	id, to := draw(m, "free disk", m.disks, func(d *storedDisk) bool { return d.in == "" }), draw(m, "instance", m.instances, nil)
	m.Do("AttachDisk", "DiskId", id, "InstanceId", to)
	m.Settle()
	m.disks[id].in, m.disks[id].used = to, true
}

func (m *storage) detach() {
	id := draw(m, "data disk", m.disks, func(d *storedDisk) bool { return d.in != "" && !d.system })
	m.Do("DetachDisk", "DiskId", id, "InstanceId", m.disks[id].in)
	m.Settle()
	m.disks[id].in = ""
}

func (m *storage) deleteDisk() {
	id := draw(m, "free disk", m.disks, func(d *storedDisk) bool { return d.in == "" })
	m.Do("DeleteDisk", "DiskId", id)
	m.Settle()
	delete(m.disks, id) // its snapshots stay
}

func (m *storage) reset() {
	id := draw(m, "snapshot", m.snapshots, nil)
	s := m.snapshots[id]
	for other, d := range m.disks {
		if other != s.disk && (d.in == "" || !m.instances[d.in].running) {
			m.try(api.CodeInvalidParameterMismatch, "ResetDisk", "DiskId", other, "SnapshotId", id)
			break
		}
	}
	if d := m.disks[s.disk]; d != nil && d.in != "" && !m.instances[d.in].running {
		m.Do("ResetDisk", "DiskId", s.disk, "SnapshotId", id)
		m.Settle()
	}
}

func (m *storage) snapshot() {
	m.most(len(m.snapshots))
	id := draw(m, "disk", m.disks, nil)
	d, code := m.disks[id], ""
	switch {
	case !d.used:
		code = api.CodeIncorrectDiskStatusNeverAttached
	case d.in != "" && !m.instances[d.in].started:
		code = api.CodeIncorrectDiskStatusNeverUsed
	}
	if !m.try(code, "CreateSnapshot", "DiskId", id) {
		return
	}
	m.try(api.CodeIncorrectDiskStatusCreatingSnapshot, "CreateSnapshot", "DiskId", id)
	made := ""
	for _, s := range m.shown("cn-hangzhou") {
		if m.snapshots[s.SnapshotID] == nil {
			made = s.SnapshotID
		}
	}
	if m.flip("give up") {
		m.Do("DeleteSnapshot", "SnapshotId", made)
		m.Settle()
		return
	}
	m.Settle()
	m.snapshots[made] = &storedSnapshot{disk: id, size: d.size, system: d.system}
}

// holders are whether images and disks are of a snapshot.
func (m *storage) holders(id string) (image, disk bool) {
	for _, i := range m.images {
		image = image || slices.Contains(i.snapshots, id)
	}
	for _, d := range m.disks {
		disk = disk || d.from == id
	}
	return image, disk
}

// deletable tries to delete a snapshot that something holds.
func (m *storage) deletable(id string, force bool) (ok bool) {
	code := ""
	switch image, disk := m.holders(id); {
	case image:
		code = api.CodeSnapshotCreatedImage
	case disk && !force:
		code = api.CodeSnapshotCreatedDisk
	}
	return m.try(code, "DeleteSnapshot", "SnapshotId", id, "Force", strconv.FormatBool(force))
}

func (m *storage) deleteSnapshot() {
	id := draw(m, "snapshot", m.snapshots, nil)
	if m.deletable(id, m.flip("force")) {
		m.Settle()
		delete(m.snapshots, id)
	}
}

func (m *storage) copySnapshot() {
	m.most(len(m.copies))
	id := draw(m, "snapshot", m.snapshots, nil)
	made := actiontest.Call[api.CopySnapshotResponse](m.Service, "CopySnapshot", "SnapshotId", id, "DestinationRegionId", away,
		"DestinationSnapshotName", "a-copy", "DestinationSnapshotDescription", "of another region").SnapshotID
	if image, _ := m.holders(id); !image {
		m.try(api.CodeOperation_Conflict, "DeleteSnapshot", "SnapshotId", id, "Force", "true")
	}
	m.Settle()
	m.copies[made] = true
}

func (m *storage) mappings(s *actiontest.Service, id string) (snapshots []string) {
	for _, i := range actiontest.Call[api.DescribeImagesResponse](s, "DescribeImages", "ImageId", id).Images.Image {
		for _, d := range i.DiskDeviceMappings.DiskDeviceMapping {
			snapshots = append(snapshots, d.SnapshotID)
		}
	}
	return snapshots
}

func (m *storage) imageOfInstance() {
	m.most(len(m.snapshots))
	if len(m.images) == 4 {
		m.r.Skip("enough images")
	}
	of := draw(m, "instance", m.instances, nil)
	id := actiontest.Call[api.CreateImageResponse](m.Service, "CreateImage", "InstanceId", of, "ImageName", m.name()).ImageID
	m.try(api.CodeImageIsCreating, "DeleteImage", "ImageId", id)
	m.Settle()
	i := &storedImage{snapshots: m.mappings(m.Service, id)}
	m.images[id] = i
	for _, s := range m.shown("cn-hangzhou") {
		if slices.Contains(i.snapshots, s.SnapshotID) {
			d := m.disks[s.SourceDiskID]
			if d == nil || d.in != of {
				m.r.Fatalf("%s of %s has a snapshot of %q", id, of, s.SourceDiskID)
			}
			m.snapshots[s.SnapshotID] = &storedSnapshot{disk: s.SourceDiskID, size: d.size, system: d.system}
		}
	}
	n := 0
	for _, d := range m.disks {
		if d.in == of {
			n++
		}
	}
	if n != len(i.snapshots) || n == 0 || !m.snapshots[i.snapshots[0]].system {
		m.r.Fatalf("%s of %d disks has %v", id, n, i.snapshots)
	}
}

func (m *storage) imageOfSnapshot() {
	if len(m.images) == 4 {
		m.r.Skip("enough images")
	}
	of := draw(m, "snapshot", m.snapshots, nil)
	params := []string{"SnapshotId", of, "ImageName", m.name()}
	if !m.snapshots[of].system {
		m.try(api.CodeOperationDenied, "CreateImage", params...)
		return
	}
	id := actiontest.Call[api.CreateImageResponse](m.Service, "CreateImage", params...).ImageID
	m.images[id] = &storedImage{snapshots: []string{of}}
	m.deletable(of, true)
	m.Settle()
}

func (m *storage) copyImage() {
	m.most(len(m.copies))
	id := draw(m, "image", m.images, nil)
	made := actiontest.Call[api.CopyImageResponse](m.Service, "CopyImage", "ImageId", id, "DestinationRegionId", away,
		"DestinationImageName", m.name(), "DestinationDescription", "of another region").ImageID
	m.try(api.CodeOperationDeniedImageCopying, "DeleteImage", "ImageId", id, "Force", "true")
	m.deletable(m.images[id].snapshots[0], true)
	m.Settle()
	m.copied[made] = m.mappings(m.As(m.In(away)), made)
	for _, s := range m.copied[made] {
		m.copies[s] = true
	}
	if len(m.copied[made]) != len(m.images[id].snapshots) {
		m.r.Fatalf("%s of %v has %v", made, m.images[id].snapshots, m.copied[made])
	}
}

func (m *storage) share() {
	id := draw(m, "image", m.images, nil)
	i := m.images[id]
	with := "AddAccount.1"
	if i.shared {
		with = "RemoveAccount.1"
	}
	m.Do("ModifyImageSharePermission", "ImageId", id, with, strconv.Itoa(actiontest.OtherAccount))
	i.shared = !i.shared
	code := api.CodeInvalidImageIdNotFound
	if i.shared {
		code = api.CodeDryRunOperation
	}
	other := *m
	other.Service = m.As(m.Other)
	net := other.VPC("CidrBlock", "10.0.0.0/8")
	sw, group := other.VSwitch(net, "10.0.0.0/24"), other.Group("VpcId", net)
	other.try(code, "RunInstances", "ImageId", id, "InstanceType", actiontest.InstanceType, "VSwitchId", sw, "SecurityGroupId", group, "SystemDisk.Category", "cloud_essd", "DryRun", "true")
}

func (m *storage) deleteImage() {
	id, force := draw(m, "image", m.images, nil), m.flip("force")
	code := ""
	switch {
	case m.images[id].shared:
		code = api.CodeImageUseShared
	case !force && m.resident(id):
		code = api.CodeImageUsingByInstance
	}
	if m.try(code, "DeleteImage", "ImageId", id, "Force", strconv.FormatBool(force)) {
		m.Settle()
		delete(m.images, id) // its snapshots stay
	}
}

func (m *storage) resident(image string) bool {
	for _, i := range m.instances {
		if i.image == image {
			return true
		}
	}
	return false
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
