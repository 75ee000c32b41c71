package incus

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"path"
	"strings"

	"github.com/lxc/incus/v6/shared/api"

	"github.com/openecs/openecs/internal/engine"
)

func isBusy(err error) bool     { return errors.Is(err, engine.ErrBusy) }
func isNotFound(err error) bool { return errors.Is(err, engine.ErrNotFound) }

// Provision implements engine.Engine.
func (h *Host) Provision(ctx context.Context, m *engine.Machine) error {
	_, mark, err := h.instance(ctx, m.ID)
	exists := err == nil
	if err != nil && !isNotFound(err) {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	switch mv := h.moves[m.ID]; {
	case mv != nil && mv.op == remove:
		return fmt.Errorf("%w: %d is being removed", engine.ErrBusy, m.ID)
	case mv != nil, exists && mark.made:
		return nil
	}
	if err := h.told(m.ID, provision, m.Gen); err != nil {
		return err
	}
	if m.ID == 0 || !h.has(m.Zone) {
		return fmt.Errorf("%w: this host has no machines in zone %q", engine.ErrPermanent, m.Zone)
	}
	if err := h.room.resize(m.ID, m.Boot.Size); err != nil {
		return err
	}
	own := *m
	err = h.launch(m.ID, &move{op: provision, gen: m.Gen, listed: engine.Listed{ID: m.ID, Cell: m.Cell, Zone: m.Zone}}, func(ctx context.Context, _ *move) error {
		err := h.make(ctx, &own)
		if err != nil {
			h.room.leave(own.ID)
		}
		return err
	})
	if err != nil {
		h.room.leave(m.ID)
	}
	return err
}

// make makes a machine, or nothing.
func (h *Host) make(ctx context.Context, m *engine.Machine) error {
	// What an earlier process did not finish is in the way.
	if err := h.unmake(ctx, m.ID); err != nil {
		return err
	}
	devices, err := h.create(ctx, m)
	if err == nil {
		return nil
	}
	undo := h.unmake(ctx, m.ID)
	if undo == nil {
		undo = h.nics.Unplugged(ctx, m.ID, devices)
	}
	if undo != nil {
		// It carries the mark and is not made, so the next call removes it first.
		return errors.Join(undo, fmt.Errorf("after: %v", err))
	}
	return h.permanent(err)
}

// permanent tells what can never work from what may: the host refuses a request as
// such, or does not know what it names.
func (h *Host) permanent(err error) error {
	if isNotFound(err) || api.StatusErrorCheck(err, http.StatusBadRequest) {
		return fmt.Errorf("%w: %v", engine.ErrPermanent, err)
	}
	return err
}

// create makes an instance with its disks and devices, stopped.
func (h *Host) create(ctx context.Context, m *engine.Machine) (devices map[string]Device, err error) {
	img, err := h.image(ctx, m.Image)
	if err != nil {
		return nil, err
	}
	devices, err = h.nics.Plug(ctx, m)
	if err != nil {
		return devices, err
	}
	root := Device{"type": "disk", "path": "/", "pool": h.opts.Pool}
	config := h.bootConfig(&m.Boot)
	maps.Copy(config, map[string]string{
		keyCell: m.Cell, keyID: decimal(m.ID), keyZone: m.Zone, "user.openecs.name": m.Name, "security.nesting": "false",
		"boot.autostart": "false",
	})
	if len(m.NICs) > 0 {
		config["user.openecs.address"] = m.NICs[0].Address.String()
		if m.NICs[0].Gateway.IsValid() {
			config["user.openecs.gateway"] = m.NICs[0].Gateway.String()
		}
	}
	if len(m.Disks) > 0 {
		config[keySystem] = decimal(m.Disks[0].ID)
		if m.Disks[0].SizeGiB > 0 {
			root["size"] = decimal(m.Disks[0].SizeGiB) + "GiB"
		}
	}
	all := map[string]Device{"root": root}
	maps.Copy(all, devices)
	maps.DeleteFunc(config, func(_, v string) bool { return v == "" })
	name := nameOf(m.ID)
	err = h.async(ctx, "POST", "/1.0/instances", api.InstancesPost{
		Name: name, Type: img.as,
		Source:      api.InstanceSource{Type: "image", Fingerprint: img.fingerprint},
		InstancePut: api.InstancePut{Config: config, Devices: all, Profiles: []string{}},
	})
	if err != nil {
		return devices, err
	}
	for i := range m.Disks {
		if i == 0 {
			continue
		}
		if err := h.makeDisk(ctx, m, &m.Disks[i]); err != nil {
			return devices, err
		}
	}
	return devices, h.configure(ctx, name, map[string]string{keyMade: "1", keyGen: decimal(m.Gen)})
}

// chosen is an image of the host.
type chosen struct {
	fingerprint string
	as          api.InstanceType
}

// image finds what stands for an image on the host: an alias of that name, or one
// that the operator mapped it to.
func (h *Host) image(ctx context.Context, id string) (c chosen, err error) {
	aliases := []string{id}
	for _, m := range h.opts.Images {
		if ok, _ := path.Match(m.Pattern, id); ok {
			aliases = append(aliases, m.Alias)
		}
	}
	for _, alias := range aliases {
		var a api.ImageAliasesEntry
		err := h.get(ctx, "/1.0/images/aliases/"+escape(alias), &a)
		if isNotFound(err) {
			continue
		}
		if err != nil {
			return c, err
		}
		c.fingerprint = a.Target
		switch forVM := a.Type == string(api.InstanceTypeVM); {
		case h.opts.Kind == VM && !forVM, h.opts.Kind == Container && forVM:
			return c, fmt.Errorf("%w: the host's image %s is for a %s, and this service makes instances of kind %s", engine.ErrPermanent, alias, a.Type, h.opts.Kind)
		case forVM && !h.vms:
			return c, fmt.Errorf("%w: the host's image %s is for virtual machines, which this host cannot run", engine.ErrPermanent, alias)
		}
		c.as = api.InstanceType(a.Type)
		return c, nil
	}
	return c, fmt.Errorf("%w: the host has no image for %s: openecs image import FILE --for %s", engine.ErrPermanent, id, id)
}

// Remove implements engine.Engine.
func (h *Host) Remove(ctx context.Context, id engine.ID) error {
	i, m, err := h.instance(ctx, id)
	if err != nil && !isNotFound(err) {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	mv := h.moves[id]
	switch {
	case mv != nil && mv.op == remove:
		return nil
	case mv != nil:
		mv.supersede()
		return fmt.Errorf("%w: %s of %d is under way", engine.ErrBusy, mv.op, id)
	case err != nil:
		delete(h.failed, id)
		delete(h.last, id)
		h.room.leave(id)
		return nil
	}
	if err := h.told(id, remove, 0); err != nil {
		return err
	}
	power, _ := powerOf(i)
	h.endExecs(id)
	was := engine.Observation{Provisioned: m.made, Gen: m.gen, BootSpecGen: m.booted}
	if m.made {
		was.StartedAt = started(i)
	}
	return h.launch(id, &move{op: remove, up: power != engine.Stopped, last: was}, func(ctx context.Context, _ *move) error {
		if err := h.unmake(ctx, id); err != nil {
			return err
		}
		h.room.leave(id)
		return nil
	})
}

// unmake removes a machine with all that Provision made, whatever of it there is.
func (h *Host) unmake(ctx context.Context, id engine.ID) error {
	i, m, err := h.instance(ctx, id)
	if isNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	if power, _ := powerOf(i); power != engine.Stopped {
		if err := h.cut(ctx, i.Name); err != nil && !isNotFound(err) {
			return err
		}
	}
	if err := h.removeDisks(ctx, i, m); err != nil {
		return err
	}
	err = h.patiently(ctx, func() error {
		err := h.async(ctx, "DELETE", instancePath(i.Name), nil)
		if err != nil && strings.Contains(err.Error(), "is running") {
			return fmt.Errorf("%w: %w", engine.ErrBusy, err)
		}
		return err
	})
	if err != nil && !isNotFound(err) {
		return err
	}
	return h.nics.Unplugged(ctx, id, i.Devices)
}
