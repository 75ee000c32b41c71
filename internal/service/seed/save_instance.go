package seed

import (
	"gopkg.in/yaml.v3"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

func (w *writer) instances() (out []*yaml.Node) {
	for k, r := range state.Instances.Ascend(w.v, 0, 0) {
		nic, ok := state.Interfaces.Get(w.v, r.Interface)
		if !ok || r.Want.Deleted {
			w.left["instances that are going"]++
			continue
		}
		if r.ChargeType != ecs.PostPaid {
			w.left["instances that are not pay-as-you-go"]++
			continue
		}
		out = append(out, w.instance(k, r, nic).mapping())
	}
	return out
}

func (w *writer) instance(k ecs.Key, r *ecs.Instance, nic *ecs.NetworkInterface) *fieldsOut {
	v := w.v
	f := w.begin(ecs.KindInstance, k, r.Account, r.Created)
	f.add("interface", ecs.ID(ecs.KindNetworkInterface, r.Interface))
	ids := []string{ecs.ID(ecs.KindDisk, r.SystemDisk)}
	data := &yaml.Node{Kind: yaml.SequenceNode}
	for dk := range state.DisksByInstance.Ascend(v, uint64(k), 0) {
		if d, ok := state.Disks.Get(v, dk); ok && dk != r.SystemDisk && bornWith(d, r) {
			ids = append(ids, ecs.ID(ecs.KindDisk, dk))
			data.Content = append(data.Content, w.disk(d, true).flow())
		}
	}
	f.node("disks", list(ids))
	status := "Stopped"
	if r.Want.Op == ecs.OpStart || r.Want.Op == ecs.OpReboot || r.Want.Op == ecs.OpCreate && r.Seen.Power == ecs.PowerOn {
		status = "Running"
	}
	f.add("status", status)
	f.when("started", r.Seen.Started)
	if r.PublicIP != 0 {
		f.add("address", r.PublicIP.String())
	}
	f.add("InstanceName", r.Name)
	f.add("HostName", r.HostName)
	f.add("Description", r.Description)
	f.add("InstanceType", v.Str(r.Type))
	f.add("ImageId", v.Str(r.Image))
	if nic.VSwitch != 0 {
		f.add("VSwitchId", ecs.ID(ecs.KindVSwitch, nic.VSwitch))
		f.add("PrivateIpAddress", nic.IP.String())
	} else {
		f.add("ZoneId", v.Str(r.Zone))
	}
	var groups []string
	for _, g := range nic.Groups {
		groups = append(groups, ecs.ID(ecs.KindSecurityGroup, g))
	}
	if len(groups) == 1 {
		f.add("SecurityGroupId", groups[0])
	} else {
		f.node("SecurityGroupIds", list(groups))
	}
	f.add("KeyPairName", v.Str(r.KeyPair))
	f.number("InternetMaxBandwidthOut", int64(r.BandwidthOut))
	f.add("InternetChargeType", r.InternetCharge.String())
	if r.Flags.Has(ecs.DeletionProtected) {
		f.add("DeletionProtection", "true")
	}
	if s, ok := state.Secrets.Get(v, k); ok {
		if len(s.UserData) > 0 {
			f.add("UserData", userData(s.UserData))
		}
		if s.Password != "" {
			w.left["passwords of instances"]++
		}
	}
	if d, ok := state.Disks.Get(v, r.SystemDisk); ok {
		f.node("SystemDisk", w.disk(d, true).flow())
	}
	if len(data.Content) > 0 {
		f.node("DataDisk", data)
	}
	w.tags(f, r.Tags)
	return f
}

// bornWith tells that a disk was made with its instance: CreateDisk makes disks
// that keep their automatic snapshots.
func bornWith(d *ecs.Disk, i *ecs.Instance) bool {
	return d.Created == i.Created && d.Attached == i.Created && !d.Flags.Has(ecs.KeepAutoSnapshots)
}

// disk is the parameters of a disk; those of one of an instance have names of
// their own.
func (w *writer) disk(d *ecs.Disk, within bool) *fieldsOut {
	f := &fieldsOut{}
	category := "DiskCategory"
	if within {
		category = "Category"
	}
	f.add(category, w.v.Str(d.Category))
	f.number("Size", int64(d.Size))
	f.add("PerformanceLevel", w.v.Str(d.Performance))
	f.number("ProvisionedIops", int64(d.ProvisionedIOPS))
	f.add("DiskName", d.Name)
	f.add("Description", d.Description)
	if d.Encrypted {
		f.add("Encrypted", "true")
	}
	if within && !d.System && !d.DeleteWithInstance {
		f.add("DeleteWithInstance", "false")
	}
	if d.Snapshot != 0 {
		w.left["contents of disks that were made from snapshots"]++
	}
	return f
}

// disks are those that were not made with their instance.
func (w *writer) disks() (out []*yaml.Node) {
	for k, d := range state.Disks.Ascend(w.v, 0, 0) {
		i, attached := state.Instances.Get(w.v, d.Instance)
		if attached && (d.System || bornWith(d, i)) {
			continue
		}
		f := w.begin(ecs.KindDisk, k, d.Account, d.Created)
		f.add("ZoneId", w.v.Str(d.Zone))
		f.content = append(f.content, w.disk(d, false).content...)
		w.tags(f, d.Tags)
		if attached {
			a := &fieldsOut{}
			a.when("created", d.Attached)
			a.add("InstanceId", ecs.ID(ecs.KindInstance, d.Instance))
			if d.DeleteWithInstance {
				a.add("DeleteWithInstance", "true")
			}
			f.node("attach", a.flow())
		}
		out = append(out, f.mapping())
	}
	return out
}
