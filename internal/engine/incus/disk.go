package incus

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path"
	"strings"

	incus "github.com/lxc/incus/v6/client"
	"github.com/lxc/incus/v6/shared/api"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/engine"
)

var _ engine.Storage = (*Host)(nil)

// Data disks are custom volumes (file systems: containers take no block devices),
// mounted in the machine at /mnt and the last part of the device's name. The system
// disk is the root of its instance and has no existence apart from it.

func diskName(id uint64) string     { return ecs.ID(ecs.KindDisk, ecs.Key(id)) }
func snapshotName(id uint64) string { return ecs.ID(ecs.KindSnapshot, ecs.Key(id)) }

const systemDevice = "/dev/xvda"

func mountPoint(device string) string { return "/mnt/" + path.Base(device) }

func (h *Host) volumePath(name string) string {
	return "/1.0/storage-pools/" + escape(h.opts.Pool) + "/volumes/custom/" + escape(name)
}

// Disk implements engine.Storage.
func (h *Host) Disk(ctx context.Context, g *engine.DiskGoal) (engine.Progress, error) {
	if g.Machine != 0 && !g.Gone {
		mv := h.moving(g.Machine)
		_, m, err := h.instance(ctx, g.Machine)
		switch {
		case mv != nil && mv.op == provision && (err == nil || isNotFound(err)), err == nil && !m.made:
			return engine.Progress{}, fmt.Errorf("%w: %d is being made", engine.ErrBusy, g.Machine)
		case err != nil:
			return engine.Progress{}, err
		}
	}
	goal := *g
	return h.pursue(g.ID, g.Gen, func(ctx context.Context) error {
		if goal.Gone {
			return h.deleteDisk(ctx, goal.ID)
		}
		if goal.Machine != 0 {
			i, m, err := h.instance(ctx, goal.Machine)
			if err != nil {
				return err
			}
			if i.Config[keySystem] == decimal(goal.ID) || goal.Device == systemDevice {
				return h.systemDisk(ctx, i, m, &goal)
			}
		}
		return h.dataDisk(ctx, &goal)
	})
}

// volume asks for a disk's volume; one that is not ours is not found.
func (h *Host) volume(ctx context.Context, name string) (*api.StorageVolume, error) {
	var v api.StorageVolume
	if err := h.get(ctx, h.volumePath(name), &v); err != nil {
		return nil, err
	}
	if v.Config[keyCell] != h.opts.Cell {
		return nil, fmt.Errorf("%w: the volume %s of the host is not of this service", engine.ErrPermanent, name)
	}
	return &v, nil
}

// makeVolume makes what a disk holds: a copy of a snapshot's or a disk's volume, or nothing.
func (h *Host) makeVolume(ctx context.Context, d *engine.Disk, cloneOf uint64, config map[string]string) error {
	config[keyCell], config[keyID] = h.opts.Cell, decimal(d.ID)
	if d.SizeGiB > 0 {
		config["size"] = decimal(d.SizeGiB) + "GiB"
	}
	post := api.StorageVolumesPost{Name: diskName(d.ID), Type: "custom", ContentType: "filesystem", StorageVolumePut: api.StorageVolumePut{Config: config}}
	switch {
	case d.Snapshot != 0:
		post.Source = api.StorageVolumeSource{Type: "copy", Name: snapshotName(d.Snapshot), Pool: h.opts.Pool, VolumeOnly: true}
	case cloneOf != 0:
		post.Source = api.StorageVolumeSource{Type: "copy", Name: diskName(cloneOf), Pool: h.opts.Pool, VolumeOnly: true}
	}
	if post.Source.Name != "" {
		if _, err := h.volume(ctx, post.Source.Name); err != nil {
			return fmt.Errorf("%s cannot be made from %s: %w", post.Name, post.Source.Name, err)
		}
	}
	return h.async(ctx, "POST", "/1.0/storage-pools/"+escape(h.opts.Pool)+"/volumes/custom", post)
}

// makeDisk makes a data disk of a machine that is being made.
func (h *Host) makeDisk(ctx context.Context, m *engine.Machine, d *engine.Disk) error {
	if err := h.makeVolume(ctx, d, 0, map[string]string{keyFor: decimal(m.ID)}); err != nil {
		return err
	}
	return h.attach(ctx, nameOf(m.ID), d.ID, d.Device)
}

// dataDisk takes a data disk where its goal is.
func (h *Host) dataDisk(ctx context.Context, g *engine.DiskGoal) error {
	name := diskName(g.ID)
	v, err := h.volume(ctx, name)
	if err == nil && uint32(number(v.Config[keyContent])) < g.Content {
		// Made anew: the host cannot fill a volume that is there.
		if err := h.deleteDisk(ctx, g.ID); err != nil {
			return err
		}
		err = engine.ErrNotFound
	}
	if isNotFound(err) {
		if g.Image != "" {
			return fmt.Errorf("%w: a system disk does not exist without its machine on this host", engine.ErrPermanent)
		}
		if err := h.makeVolume(ctx, &g.Disk, g.CloneOf, map[string]string{keyContent: decimal(g.Content)}); err != nil {
			return err
		}
		v, err = h.volume(ctx, name)
	}
	if err != nil {
		return err
	}
	if size := decimal(g.SizeGiB) + "GiB"; g.SizeGiB > 0 && v.Config["size"] != size {
		if err := h.sync(ctx, "PATCH", h.volumePath(name), map[string]any{"config": map[string]string{"size": size}}); err != nil {
			return err
		}
	}
	attached := false
	for _, user := range users(v) {
		if g.Machine != 0 && user == nameOf(g.Machine) {
			attached = true
		} else if err := h.detach(ctx, user, name); err != nil {
			return err
		}
	}
	switch {
	case g.Machine != 0 && !attached:
		return h.attach(ctx, nameOf(g.Machine), g.ID, g.Device)
	case g.Machine == 0 && v.Config[keyFor] != "": // the machine's no more
		return h.sync(ctx, "PATCH", h.volumePath(name), map[string]any{"config": map[string]string{keyFor: ""}})
	}
	return nil
}

// users are the instances that a volume is attached to.
func users(v *api.StorageVolume) (names []string) {
	for _, u := range v.UsedBy {
		if name, ok := strings.CutPrefix(u, "/1.0/instances/"); ok {
			name, _, _ = strings.Cut(name, "?")
			names = append(names, name)
		}
	}
	return names
}

// deleteDisk removes a disk's volume, from its machines too.
func (h *Host) deleteDisk(ctx context.Context, id uint64) error {
	v, err := h.volume(ctx, diskName(id))
	if isNotFound(err) {
		return nil // also a system disk, which goes with its machine or gave way to another
	}
	if err != nil {
		return err
	}
	for _, user := range users(v) {
		if err := h.detach(ctx, user, v.Name); err != nil {
			return err
		}
	}
	if err := h.async(ctx, "DELETE", h.volumePath(v.Name), nil); err != nil && !isNotFound(err) {
		return err
	}
	return nil
}

// removeDisks detaches the data disks of a machine that is to go, and deletes those that
// Provision made.
func (h *Host) removeDisks(ctx context.Context, i *api.Instance, m mark) error {
	var all []api.StorageVolume
	if err := h.get(ctx, "/1.0/storage-pools/"+escape(h.opts.Pool)+"/volumes/custom?recursion=1", &all); err != nil {
		return err
	}
	for j := range all {
		v := &all[j]
		if v.Config[keyCell] != h.opts.Cell {
			continue
		}
		for _, user := range users(v) {
			if user == i.Name {
				if err := h.detach(ctx, user, v.Name); err != nil {
					return err
				}
			}
		}
		if v.Config[keyFor] == decimal(m.id) {
			if err := h.async(ctx, "DELETE", h.volumePath(v.Name), nil); err != nil && !isNotFound(err) {
				return err
			}
		}
	}
	return nil
}

// attach makes a volume a device of an instance, in the place of another one.
func (h *Host) attach(ctx context.Context, instance string, id uint64, device string) error {
	at := mountPoint(device)
	return h.devices(ctx, instance, func(d map[string]Device) bool {
		for name, other := range d {
			if other["path"] == at {
				delete(d, name)
			}
		}
		d[diskName(id)] = Device{"type": "disk", "pool": h.opts.Pool, "source": diskName(id), "path": at}
		return true
	})
}

// detach takes a device off an instance.
func (h *Host) detach(ctx context.Context, instance, device string) error {
	err := h.devices(ctx, instance, func(d map[string]Device) bool {
		_, ok := d[device]
		delete(d, device)
		return ok
	})
	if isNotFound(err) {
		return nil
	}
	return err
}

// devices changes the devices of an instance; change tells whether there is anything to do.
func (h *Host) devices(ctx context.Context, instance string, change func(map[string]Device) bool) error {
	return h.patiently(ctx, func() error {
		var op string
		err := h.with(ctx, func(c incus.InstanceServer) error {
			i, tag, err := c.GetInstance(instance)
			if err != nil || !change(i.Devices) {
				return err
			}
			r, _, err := c.RawQuery("PUT", instancePath(instance), i.Writable(), tag)
			if api.StatusErrorCheck(err, http.StatusPreconditionFailed) {
				return errors.New("is busy running another change") // somebody changed it meanwhile
			}
			if err != nil || r.Type != api.AsyncResponse {
				return err
			}
			o, err := r.MetadataAsOperation()
			if err == nil {
				op = o.ID
			}
			return err
		})
		if err != nil {
			return err
		}
		return h.wait(ctx, op)
	})
}
