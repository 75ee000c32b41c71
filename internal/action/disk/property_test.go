package disk_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/openecs/openecs/internal/actiontest"
)

// modelDisk is what the model knows of a disk.
type modelDisk struct {
	in   string // the instance it is attached to
	size int
	goes bool // DeleteWithInstance
}

// TestDisksModel creates, attaches, grows, refills, detaches and deletes disks and
// their instances in random order, and holds the service to a model: no disk is
// lost, none is attached twice, no device has two, and at rest nothing is left of
// what is gone.
func TestDisksModel(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := actiontest.Start(t)
		s.Network()
		model := map[string]*modelDisk{}
		stopped := map[string]bool{} // the instances there are, and whether they are
		pick := func(what string, ok func(*modelDisk) bool) string {
			var ids []string
			for id, d := range model {
				if ok(d) {
					ids = append(ids, id)
				}
			}
			if len(ids) == 0 {
				r.Skip(what)
			}
			slices.Sort(ids)
			return rapid.SampledFrom(ids).Draw(r, what)
		}
		instance := func() string {
			if len(stopped) == 0 {
				r.Skip("no instance")
			}
			var ids []string
			for id := range stopped {
				ids = append(ids, id)
			}
			slices.Sort(ids)
			return rapid.SampledFrom(ids).Draw(r, "instance")
		}
		free := func(d *modelDisk) bool { return d.in == "" }
		used := func(d *modelDisk) bool { return d.in != "" }
		any := func(*modelDisk) bool { return true }
		word := func(b bool) string {
			if b {
				return "true"
			}
			return "false"
		}
		r.Repeat(map[string]func(*rapid.T){
			"create": func(r *rapid.T) {
				size := rapid.IntRange(20, 100).Draw(r, "size")
				model[s.DataDisk("Size", itoa(size))] = &modelDisk{size: size}
				s.Settle()
			},
			"launch": func(r *rapid.T) {
				if len(stopped) == 3 {
					r.Skip("enough")
				}
				goes := rapid.Bool().Draw(r, "goes")
				id := s.Stopped("DataDisk.1.Size", "20", "DataDisk.1.Category", "cloud_essd", "DataDisk.1.DeleteWithInstance", word(goes))
				stopped[id] = true
				for _, d := range disks(s, "InstanceId", id, "DiskType", "data") {
					model[d.DiskID] = &modelDisk{in: id, size: 20, goes: goes}
				}
			},
			"power": func(r *rapid.T) {
				id, do := instance(), "StopInstance"
				if stopped[id] {
					do = "StartInstance"
				}
				s.Do(do, "InstanceId", id)
				s.Settle()
				stopped[id] = !stopped[id]
			},
			"attach": func(r *rapid.T) {
				id, to, goes := pick("free", free), instance(), rapid.Bool().Draw(r, "goes")
				s.Do("AttachDisk", "DiskId", id, "InstanceId", to, "DeleteWithInstance", word(goes))
				s.Refuse(404, "InvalidDisk.InUse", "", "AttachDisk", "DiskId", id, "InstanceId", to)
				s.Settle()
				model[id].in, model[id].goes = to, goes
			},
			"detach": func(r *rapid.T) {
				id := pick("used", used)
				s.Do("DetachDisk", "DiskId", id, "InstanceId", model[id].in)
				s.Settle()
				model[id].in, model[id].goes = "", false
			},
			"resize": func(r *rapid.T) {
				id := pick("disk", any)
				model[id].size += rapid.IntRange(1, 50).Draw(r, "more")
				s.Do("ResizeDisk", "DiskId", id, "NewSize", itoa(model[id].size))
				s.Settle()
			},
			"refill": func(r *rapid.T) {
				id := pick("stopped", func(d *modelDisk) bool { return stopped[d.in] })
				s.Do("ReInitDisk", "DiskId", id)
				s.Settle()
			},
			"replace": func(r *rapid.T) {
				if id := instance(); stopped[id] {
					replace(s, id)
					s.Settle()
				}
			},
			"delete": func(r *rapid.T) {
				id := pick("disk", any)
				if model[id].in != "" {
					s.Refuse(403, "DiskStillAttached", "", "DeleteDisk", "DiskId", id)
					return
				}
				s.Do("DeleteDisk", "DiskId", id)
				s.Settle()
				delete(model, id)
			},
			"release": func(r *rapid.T) {
				id := instance()
				busy := pick("grows meanwhile", any)
				model[busy].size++
				s.Do("ResizeDisk", "DiskId", busy, "NewSize", itoa(model[busy].size))
				s.Do("DeleteInstance", "InstanceId", id, "Force", "true")
				s.Settle()
				delete(stopped, id)
				for d, m := range model {
					switch {
					case m.in == id && m.goes:
						delete(model, d)
					case m.in == id:
						m.in = ""
					}
				}
			},
			"restart": func(*rapid.T) { s.RestartWithoutMachines() },
			"": func(r *rapid.T) {
				at := map[string]bool{}
				shown := disks(s, "PageSize", "100")
				for _, d := range shown {
					if place := d.InstanceID + d.Device; d.InstanceID != "" && at[place] {
						r.Fatalf("two disks at %s", place)
					} else {
						at[place] = true
					}
					if d.Type == "system" {
						continue
					}
					m, want := model[d.DiskID], "Available"
					if m != nil && m.in != "" {
						want = "In_use"
					}
					if m == nil || d.InstanceID != m.in || d.Size != m.size || d.DeleteWithInstance != m.goes || d.Status != want {
						r.Fatalf("%+v, want %+v", d, m)
					}
				}
				if want := len(model) + len(stopped); len(shown) != want {
					r.Fatalf("%d disks, want %d", len(shown), want)
				}
				if n := s.Sim.Len(); n > len(stopped) {
					r.Fatalf("%d machines of %d instances", n, len(stopped))
				}
				if p := s.Sim.Pending(); len(p) > 0 {
					r.Fatalf("at rest %+v is under way", p)
				}
			},
		})
	})
}
