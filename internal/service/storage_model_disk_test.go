package service_test

import (
	"strconv"

	"pgregory.net/rapid"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

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
