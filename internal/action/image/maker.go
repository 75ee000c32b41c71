package image

import (
	"slices"
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/block"
	"github.com/openecs/openecs/internal/model/image"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

// maker makes an image within a transaction.
type maker struct {
	s   *Service
	c   *action.Call
	tx  *state.Tx
	in  *api.CreateImageRequest
	key ecs.Key
	rec ecs.Image
}

func (m *maker) make() error {
	in, tx := m.in, m.tx
	m.rec = ecs.Image{
		Account: m.c.Caller.Account, Name: strings.Clone(in.ImageName), Description: strings.Clone(in.Description), Family: m.sym(in.ImageFamily),
		Version: strings.Clone(in.ImageVersion), Created: m.c.Now.Unix(), Tags: tag.Store(tx, in.Tag), Detection: m.sym(in.DetectionStrategy),
	}
	var err error
	switch {
	case in.InstanceID != "":
		err = m.ofInstance()
	case len(in.DiskDeviceMapping) > 0:
		err = m.ofMappings()
	default:
		err = m.ofSnapshot()
	}
	if err != nil {
		return err
	}
	m.options()
	return add(tx, m.key, m.rec)
}

// sym keeps a string of the request.
func (m *maker) sym(s string) ecs.Sym { return m.tx.Sym(strings.Clone(s)) }

// options is what the request says of the image beside what it is made of.
func (m *maker) options() {
	in, r := m.in, &m.rec
	if in.Platform != "" {
		r.Platform, r.OSType = m.sym(in.Platform), m.tx.Sym(osOf(in.Platform))
	}
	if in.Architecture != "" {
		r.Architecture = m.sym(in.Architecture)
	}
	if in.BootMode != "" {
		r.BootMode = m.sym(in.BootMode)
	}
	if in.Features.ImdsSupport != "" {
		r.IMDS = m.sym(in.Features.ImdsSupport)
	}
}

// descend makes the image of the kind that another is, by the identifier that
// records name. What is not known counts as another Linux.
func (m *maker) descend(id string) {
	r, tx := &m.rec, m.tx
	src, ok := image.Of(tx, m.s.Catalog, id)
	if !ok {
		src = &image.Source{Image: &catalog.Image{Platform: "Others Linux", OSType: "linux", Architecture: "x86_64", BootMode: "BIOS"}}
	}
	r.Platform, r.OSType, r.Architecture, r.BootMode = tx.Sym(src.Platform), tx.Sym(src.OSType), tx.Sym(src.Architecture), tx.Sym(src.BootMode)
	for _, f := range [...]struct {
		set  bool
		flag ecs.ImageFlags
	}{{src.CloudInit, ecs.ImageCloudInit}, {src.NonRootLogin, ecs.ImageNonRootLogin}, {src.Record == nil && modernImage(src.Image), ecs.ImageNVMe}} {
		if f.set {
			r.Flags |= f.flag
		}
	}
	switch {
	case src.Record != nil:
		r.Base, r.License, r.IMDS = src.Record.Base, src.Record.License, src.Record.IMDS
		r.Flags |= src.Record.Flags & ecs.ImageNVMe
	case ok:
		r.Base = tx.Sym(src.ID)
		if modernImage(src.Image) {
			r.IMDS = tx.Sym("v2")
		}
	}
}

// maxSnapshots is how many snapshots taken by hand a disk may have.
const maxSnapshots = 256

// ofInstance takes a snapshot of each disk of an instance that is Running or
// Stopped.
func (m *maker) ofInstance() error {
	k, i, err := action.Instance(m.c, m.tx, m.in.InstanceID)
	if err != nil {
		return err
	}
	switch st := i.Status(); {
	case i.Locks&ecs.LockSecurity != 0:
		return api.Errorf(api.CodeInstanceLockedForSecurity, "The specified operation is denied as your instance is locked for security reasons.").WithStatus(400)
	case st != ecs.Running && st != ecs.Stopped, i.Want.Deleted:
		return api.Errorf(api.CodeIncorrectInstanceStatus, "The current status of the resource does not support this operation.").WithStatus(400)
	}
	m.rec.Instance = k
	m.descend(m.tx.Str(i.Image))
	type disk struct {
		k ecs.Key
		d *ecs.Disk
	}
	var disks []disk
	for dk, d := range state.DisksByInstance.Ascend(m.tx, uint64(k), 0) {
		disks = append(disks, disk{dk, d})
	}
	slices.SortStableFunc(disks, func(a, b disk) int { // the system disk first, then by device
		if a.d.System != b.d.System {
			if a.d.System {
				return -1
			}
			return 1
		}
		return strings.Compare(m.tx.Str(a.d.Device), m.tx.Str(b.d.Device))
	})
	for _, d := range disks {
		if err := m.snapshotOf(d.k, d.d); err != nil {
			return err
		}
	}
	return nil
}

// snapshotOf takes a snapshot of a disk for the image.
func (m *maker) snapshotOf(k ecs.Key, d *ecs.Disk) error {
	if !d.Work.Settled() {
		return api.Errorf(api.CodeIncorrectDiskStatus, "The current disk status does not support this operation.").WithStatus(403)
	}
	n := 0
	for _, s := range state.SnapshotsByDisk.Descend(m.tx, uint64(k), 0) {
		if s.Status() == ecs.SnapshotProgressing {
			return api.Errorf(api.CodeIncorrectDiskStatusCreatingSnapshot, "The disk is creating a snapshot.").WithStatus(403)
		}
		if s.Policy == 0 {
			n++
		}
	}
	if n >= maxSnapshots {
		return api.Errorf(api.CodeQuotaExceedSnapshot, "The snapshot quota exceeds.").WithStatus(403)
	}
	sk := m.tx.NewKey(m.key.Region())
	block.WorkSnapshot(m.tx, sk, ecs.Snapshot{
		Account: d.Account, Disk: k, Zone: d.Zone, Size: d.Size, System: d.System, DiskCategory: d.Category, Image: d.Image, Category: m.tx.Sym("standard"),
		Created: m.c.Now.Unix(), Modified: m.c.Now.Unix(), Encrypted: d.Encrypted, KMSKey: d.KMSKey,
	}, ecs.WorkCreate)
	m.disk(ecs.ImageDisk{Snapshot: sk, Size: d.Size, Device: d.Device, System: d.System}, d.Encrypted)
	return nil
}

// disk adds a disk to the image.
func (m *maker) disk(d ecs.ImageDisk, encrypted bool) {
	if d.System {
		m.rec.Size = d.Size
		d.Device = m.tx.Sym(catalog.DeviceName(0))
	}
	if encrypted {
		m.rec.Flags |= ecs.ImageEncrypted
	}
	m.rec.Disks = append(m.rec.Disks, d)
}

// snapshot finds a snapshot of the caller's that is taken.
func (m *maker) snapshot(id string) (ecs.Key, *ecs.Snapshot, error) {
	k, r, ok := action.Find(m.c, m.tx, state.Snapshots, ecs.KindSnapshot, func(r *ecs.Snapshot) uint64 { return r.Account }, id)
	switch {
	case !ok, r.Work.Doing(ecs.WorkDelete):
		return 0, nil, api.Errorf(api.CodeInvalidSnapshotIdNotFound, "The specified SnapshotId does not exist.").WithStatus(404)
	case r.Status() != ecs.SnapshotAccomplished:
		return 0, nil, api.Errorf(api.CodeInvalidSnapshotIdNotReady, "The specified snapshot has not completed yet.").WithStatus(403)
	}
	return k, r, nil
}

func (m *maker) ofSnapshot() error {
	k, r, err := m.snapshot(m.in.SnapshotID)
	if err != nil {
		return err
	}
	if !r.System {
		return api.Errorf(api.CodeOperationDenied, "The specified snapshot is not of a system disk and cannot make an image by itself.").WithStatus(400)
	}
	m.descend(m.tx.Str(r.Image))
	m.disk(ecs.ImageDisk{Snapshot: k, Size: r.Size, System: true}, r.Encrypted)
	return nil
}
