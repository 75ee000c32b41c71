package incus

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/lxc/incus/v6/shared/api"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/engine"
)

// A snapshot outlives its disk, and the host's own snapshots do not. So one of a data
// disk is a volume, and one of a system disk an instance that never runs, both
// copies that share what has not changed with their origin where the pool can.

// Snapshot implements engine.Storage.
func (h *Host) Snapshot(ctx context.Context, g *engine.SnapshotGoal) (engine.Progress, error) {
	goal := *g
	return h.pursue(g.ID, g.Gen, func(ctx context.Context) error {
		name := snapshotName(goal.ID)
		if goal.Gone {
			return h.deleteSnapshot(ctx, name)
		}
		if there, err := h.snapshotExists(ctx, name); err != nil || there {
			return err
		}
		if goal.CopyOf != 0 {
			return h.copySnapshot(ctx, snapshotName(goal.CopyOf), name)
		}
		_, err := h.volume(ctx, diskName(goal.Disk))
		switch {
		case err == nil:
			return h.copyVolume(ctx, diskName(goal.Disk), name)
		case !isNotFound(err):
			return err
		}
		return h.snapshotSystem(ctx, goal.Disk, name)
	})
}

func (h *Host) snapshotExists(ctx context.Context, name string) (bool, error) {
	_, err := h.volume(ctx, name)
	if isNotFound(err) {
		err = h.get(ctx, instancePath(name), new(api.Instance))
	}
	if isNotFound(err) {
		return false, nil
	}
	return err == nil, err
}

func (h *Host) deleteSnapshot(ctx context.Context, name string) error {
	err := h.get(ctx, instancePath(name), new(api.Instance))
	if err == nil {
		err = h.async(ctx, "DELETE", instancePath(name), nil)
	}
	if err != nil && !isNotFound(err) {
		return err
	}
	if _, err = h.volume(ctx, name); err == nil {
		err = h.async(ctx, "DELETE", h.volumePath(name), nil)
	}
	if isNotFound(err) {
		return nil
	}
	return err
}

func (h *Host) copySnapshot(ctx context.Context, from, to string) error {
	_, err := h.volume(ctx, from)
	switch {
	case err == nil:
		return h.copyVolume(ctx, from, to)
	case !isNotFound(err):
		return err
	}
	return h.copyInstance(ctx, from, from, to)
}

// copyVolume copies a volume as it is at one moment.
func (h *Host) copyVolume(ctx context.Context, from, to string) error {
	return h.async(ctx, "POST", "/1.0/storage-pools/"+escape(h.opts.Pool)+"/volumes/custom", api.StorageVolumesPost{
		Name: to, Type: "custom", ContentType: "filesystem",
		StorageVolumePut: api.StorageVolumePut{Config: map[string]string{keyCell: h.opts.Cell, keyOf: "snapshot"}},
		Source:           api.StorageVolumeSource{Type: "copy", Name: from, Pool: h.opts.Pool, VolumeOnly: true},
	})
}

// copyInstance copies an instance, or a snapshot of it, into one that only keeps its disk.
func (h *Host) copyInstance(ctx context.Context, instance, from, to string) error {
	var i api.Instance
	if err := h.get(ctx, instancePath(instance), &i); err != nil {
		return err
	}
	devices := map[string]Device{}
	for name, d := range i.Devices {
		if d["type"] == "disk" && d["path"] == "/" {
			devices[name] = d
		} else {
			devices[name] = Device{"type": "none"}
		}
	}
	return h.async(ctx, "POST", "/1.0/instances", api.InstancesPost{
		Name: to, Type: api.InstanceType(i.Type),
		Source: api.InstanceSource{Type: "copy", Source: from, InstanceOnly: true},
		InstancePut: api.InstancePut{
			Config: map[string]string{keyCell: h.opts.Cell, keyOf: "snapshot"}, Devices: devices, Profiles: []string{},
		},
	})
}

// systemOf finds the machine whose system disk has the id.
func (h *Host) systemOf(ctx context.Context, disk uint64) (*api.Instance, error) {
	var all []api.Instance
	if err := h.get(ctx, "/1.0/instances?recursion=1", &all); err != nil {
		return nil, err
	}
	i := slices.IndexFunc(all, func(i api.Instance) bool {
		m, ok := markOf(&i)
		return ok && m.cell == h.opts.Cell && i.Config[keySystem] == decimal(disk)
	})
	if i < 0 {
		return nil, fmt.Errorf("%w: disk %s", engine.ErrNotFound, diskName(disk))
	}
	return &all[i], nil
}

// snapshotSystem copies the root of a machine, which may run, by way of a snapshot
// of the host's.
func (h *Host) snapshotSystem(ctx context.Context, disk uint64, name string) error {
	i, err := h.systemOf(ctx, disk)
	if err != nil {
		return err
	}
	own := instancePath(i.Name) + "/snapshots/" + escape(name)
	// One that an earlier attempt left is of an earlier moment.
	if err := h.async(ctx, "DELETE", own, nil); err != nil && !isNotFound(err) {
		return err
	}
	err = h.async(ctx, "POST", instancePath(i.Name)+"/snapshots", api.InstanceSnapshotsPost{Name: name})
	if err != nil {
		return err
	}
	err = h.copyInstance(ctx, i.Name, i.Name+"/"+name, name)
	if undo := h.async(ctx, "DELETE", own, nil); undo != nil && !isNotFound(undo) {
		err = errors.Join(err, undo)
	}
	return err
}

// systemDisk takes the root of a machine where its goal is: grown, or made anew of
// an image or a snapshot.
func (h *Host) systemDisk(ctx context.Context, i *api.Instance, m mark, g *engine.DiskGoal) error {
	if i.Config[keySystem] != decimal(g.ID) || uint32(number(i.Config[keyContent])) < g.Content {
		if power, _ := powerOf(i); power != engine.Stopped {
			return fmt.Errorf("%w: the machine runs", engine.ErrBusy)
		}
		fingerprint, done, err := h.content(ctx, g)
		if err != nil {
			return err
		}
		defer done()
		err = h.async(ctx, "POST", instancePath(i.Name)+"/rebuild", api.InstanceRebuildPost{Source: api.InstanceSource{Type: "image", Fingerprint: fingerprint}})
		if err != nil {
			return err
		}
		if err := h.configure(ctx, i.Name, map[string]string{keySystem: decimal(g.ID), keyContent: decimal(g.Content)}); err != nil {
			return err
		}
	}
	size := decimal(g.SizeGiB) + "GiB"
	if g.SizeGiB == 0 {
		return nil
	}
	return h.devices(ctx, i.Name, func(d map[string]Device) bool {
		for _, dev := range d {
			if dev["type"] == "disk" && dev["path"] == "/" && dev["size"] != size {
				dev["size"] = size
				return true
			}
		}
		return false
	})
}

// content is an image of what a system disk is to be made from. done removes it if it
// was made for that.
func (h *Host) content(ctx context.Context, g *engine.DiskGoal) (fingerprint string, done func(), err error) {
	if g.Snapshot == 0 {
		c, err := h.image(ctx, g.Image)
		return c.fingerprint, func() {}, err
	}
	fingerprint, err = h.publish(ctx, snapshotName(g.Snapshot), api.ImagePut{Properties: map[string]string{keyOf: "temporary"}})
	return fingerprint, func() {
		if err := h.async(context.WithoutCancel(ctx), "DELETE", "/1.0/images/"+fingerprint, nil); err != nil {
			h.log.Warn("an image made for a system disk is left on the host", "image", fingerprint, "cause", err)
		}
	}, err
}

// publish makes an image of a stopped instance.
func (h *Host) publish(ctx context.Context, instance string, put api.ImagePut) (fingerprint string, err error) {
	op, err := h.begin(ctx, "POST", "/1.0/images", api.ImagesPost{
		ImagePut: put, Source: &api.ImagesPostSource{Type: "instance", Name: instance}, CompressionAlgorithm: "none",
	})
	if err != nil {
		return "", err
	}
	if err := h.wait(ctx, op); err != nil {
		return "", err
	}
	var o api.Operation
	if err := h.get(ctx, "/1.0/operations/"+op, &o); err != nil {
		return "", err
	}
	fingerprint, _ = o.Metadata["fingerprint"].(string)
	if fingerprint == "" {
		return "", errors.New("the host did not say which image it made")
	}
	return fingerprint, nil
}

// Image implements engine.Storage: an image of the host, under an alias that is the
// image's id.
func (h *Host) Image(ctx context.Context, g *engine.ImageGoal) (engine.Progress, error) {
	goal := *g
	name := ecs.ID(ecs.KindImage, ecs.Key(goal.ID))
	return h.pursue(g.ID, g.Gen, func(ctx context.Context) error {
		var a api.ImageAliasesEntry
		err := h.get(ctx, "/1.0/images/aliases/"+escape(name), &a)
		switch {
		case err != nil && !isNotFound(err):
			return err
		case goal.Gone && err == nil:
			return h.forgetImage(ctx, name, a.Target)
		case goal.Gone, err == nil:
			return nil
		}
		if goal.CopyOf != "" && len(goal.Snapshots) == 0 {
			c, err := h.image(ctx, goal.CopyOf)
			if err != nil {
				return err
			}
			return h.alias(ctx, name, c.fingerprint, string(c.as))
		}
		if len(goal.Snapshots) == 0 {
			return fmt.Errorf("%w: %s is of no snapshot", engine.ErrPermanent, name)
		}
		source := snapshotName(goal.Snapshots[0])
		var i api.Instance
		if err := h.get(ctx, instancePath(source), &i); isNotFound(err) {
			return fmt.Errorf("%w: %s is no snapshot of a system disk of this host", engine.ErrPermanent, source)
		} else if err != nil {
			return err
		}
		fingerprint, err := h.publish(ctx, source, api.ImagePut{Properties: map[string]string{"description": "OpenECS " + name, keyOf: "image", keyCell: goal.Cell}})
		if err != nil {
			return err
		}
		return h.alias(ctx, name, fingerprint, i.Type)
	})
}

func (h *Host) alias(ctx context.Context, name, fingerprint, typ string) error {
	return h.sync(ctx, "POST", "/1.0/images/aliases", api.ImageAliasesPost{ImageAliasesEntry: api.ImageAliasesEntry{
		Name: name, Type: typ, ImageAliasesEntryPut: api.ImageAliasesEntryPut{Target: fingerprint, Description: "OpenECS"},
	}})
}

// forgetImage removes an alias and, if it was the last one and the image is ours, the image.
func (h *Host) forgetImage(ctx context.Context, name, fingerprint string) error {
	if err := h.sync(ctx, "DELETE", "/1.0/images/aliases/"+escape(name), nil); err != nil && !isNotFound(err) {
		return err
	}
	var i api.Image
	err := h.get(ctx, "/1.0/images/"+fingerprint, &i)
	if err == nil && len(i.Aliases) == 0 && i.Properties[keyOf] == "image" && i.Properties[keyCell] == h.opts.Cell {
		err = h.async(ctx, "DELETE", "/1.0/images/"+fingerprint, nil)
	}
	if isNotFound(err) {
		return nil
	}
	return err
}
