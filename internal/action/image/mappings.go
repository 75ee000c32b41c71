package image

import (
	"slices"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/block"
)

// What DiskDeviceMapping.N may hold: a system disk and so many data disks, of a
// size in GiB.
const (
	maxDataDisks = 16
	minSize      = 1
	maxSystem    = 2048
	maxData      = 32768
)

// ofMappings makes the image of DiskDeviceMapping.N: one system disk of a
// snapshot, and data disks of snapshots or empty ones of a size.
func (m *maker) ofMappings() error {
	in := m.in.DiskDeviceMapping
	if len(in) > maxDataDisks+1 {
		return m.refuse(api.CodeInvalidDeviceMalformed, "An image has at most %d data disks.", maxDataDisks)
	}
	taken := map[string]bool{}
	for i := range in {
		d := &in[i]
		if d.Device != "" && d.Device != catalog.DeviceName(0) && !block.ValidDevice(d.Device) {
			return m.refuse(api.CodeInvalidDeviceMalformed, "The specified device is not valid.")
		}
		if !action.OneOf(d.DiskType, "system", "data") {
			return m.refuse(api.CodeInvalidDiskTypeValueNotSupported, "The specified DiskType is not valid.")
		}
		if d.Device != "" && taken[d.Device] {
			return m.refuse(api.CodeInvalidDeviceInUse, "The specified device has been occupied.")
		}
		taken[d.Device] = true
	}
	systems := 0
	for i := range in {
		d := &in[i]
		system := isSystem(d)
		if system {
			systems++
		}
		if err := m.mapping(d, system, taken); err != nil {
			return err
		}
	}
	if systems > 1 {
		return m.refuse(api.CodeInvalidDeviceInUse, "The image has more than one system disk.")
	}
	if systems == 0 {
		return api.Errorf(api.CodeInvalidSystemSnapshotMissing, "The specified snapshots lack that of a system disk.").WithStatus(403)
	}
	slices.SortStableFunc(m.rec.Disks, func(a, b ecs.ImageDisk) int {
		if a.System == b.System {
			return 0
		}
		if a.System {
			return -1
		}
		return 1
	})
	return nil
}

// isSystem reports whether a mapping is of the system disk: by its type, else
// by its device.
func isSystem(d *api.CreateImageRequestDiskDeviceMapping) bool {
	return d.DiskType == "system" || d.DiskType == "" && d.Device == catalog.DeviceName(0)
}

func (m *maker) mapping(d *api.CreateImageRequestDiskDeviceMapping, system bool, taken map[string]bool) error {
	out, encrypted := ecs.ImageDisk{System: system}, false
	low, high := minSize, maxData
	if system {
		high = maxSystem
	}
	if d.SnapshotID != "" {
		k, r, err := m.snapshot(d.SnapshotID)
		if err != nil {
			return err
		}
		out.Snapshot, out.Size, encrypted = k, r.Size, r.Encrypted
		low = int(r.Size)
		if system {
			m.descend(m.tx.Str(r.Image))
		}
	}
	switch {
	case d.Size != nil && (*d.Size < low || *d.Size > high), d.Size == nil && out.Snapshot == 0 && !system:
		return m.refuse(api.CodeInvalidSizeValueNotSupported, "The specified Size is not valid: it is %d to %d GiB.", low, high)
	case system && out.Snapshot == 0:
		return api.Errorf(api.CodeInvalidSystemSnapshotMissing, "The system disk needs a snapshot.").WithStatus(403)
	case d.Size != nil:
		out.Size = int32(*d.Size)
	}
	device := d.Device
	if system {
		device = catalog.DeviceName(0)
	}
	for n := 1; device == ""; n++ {
		if name := catalog.DeviceName(n); !taken[name] {
			taken[name], device = true, name
		}
	}
	out.Device = m.sym(device)
	m.disk(out, encrypted)
	return nil
}

func (m *maker) refuse(code, format string, args ...any) error {
	return api.Errorf(code, format, args...).WithStatus(400)
}
