package incus

import (
	"strconv"
	"time"

	"github.com/lxc/incus/v6/shared/api"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/engine"
)

// What is kept with objects on the host. Templates of images read some of them too:
// see boot.go.
const (
	keyCell   = "user.openecs.cell"
	keyID     = "user.openecs.id" // decimal
	keyZone   = "user.openecs.zone"
	keyType   = "user.openecs.type"
	keyVCPUs  = "user.openecs.vcpus" // promised; limits.cpu may be of the operator's
	keyMemory = "user.openecs.memory-mib"
	keyMade   = "user.openecs.made"    // "1": Provision has finished
	keyGen    = "user.openecs.gen"     // last generation finished
	keyBooted = "user.openecs.booted"  // Boot.SpecGen of the last finished boot
	keyBoot   = "user.openecs.booting" // "gen specgen" of the last boot begun
	keySystem = "user.openecs.system-disk"

	keyFor     = "user.openecs.made-for" // volumes: the machine whose Provision made it
	keyContent = "user.openecs.content"  // volumes: DiskGoal.Content
	keyOf      = "user.openecs.kind"     // of what is neither machine nor disk: network, snapshot, image
)

// nameOf is what a machine is called on the host.
func nameOf(id engine.ID) string { return ecs.ID(ecs.KindInstance, ecs.Key(id)) }

// mark is what the host keeps of a machine.
type mark struct {
	id     engine.ID
	cell   string
	zone   string
	made   bool
	gen    engine.Gen
	booted uint32
	boot   struct { // the last one begun
		gen  engine.Gen
		spec uint32
	}
	size engine.Size
}

// markOf reads the mark of an instance; false: it has none.
func markOf(i *api.Instance) (m mark, ok bool) {
	c := i.Config
	if c[keyCell] == "" || c[keyID] == "" || c[keyOf] != "" {
		return m, false
	}
	m.id = engine.ID(number(c[keyID]))
	m.cell, m.zone, m.made = c[keyCell], c[keyZone], c[keyMade] == "1"
	m.gen, m.booted = engine.Gen(number(c[keyGen])), uint32(number(c[keyBooted]))
	if gen, spec, ok := cut(c[keyBoot]); ok {
		m.boot.gen, m.boot.spec = engine.Gen(gen), uint32(spec)
	}
	m.size = engine.Size{Type: c[keyType], VCPUs: int(number(c[keyVCPUs])), MemoryMiB: int(number(c[keyMemory]))}
	return m, m.id != 0
}

func number(s string) uint64 {
	n, _ := strconv.ParseUint(s, 10, 64)
	return n
}

func decimal[N ~int | ~uint32 | ~uint64](n N) string { return strconv.FormatUint(uint64(n), 10) }

func cut(s string) (a, b uint64, ok bool) {
	for i := range s {
		if s[i] == ' ' {
			return number(s[:i]), number(s[i+1:]), true
		}
	}
	return 0, 0, false
}

// started is when an instance last came up; zero if it never did.
func started(i *api.Instance) time.Time {
	if i.LastUsedAt.Unix() <= 0 {
		return time.Time{}
	}
	return i.LastUsedAt.UTC()
}

// powerOf is what an instance is doing, as far as its host can say. On its way up or
// down it is neither: what it will be is not known then.
func powerOf(i *api.Instance) (p engine.Power, known bool) {
	switch i.StatusCode {
	case api.Running, api.Frozen, api.Ready, api.Freezing, api.Thawed:
		return engine.Running, true
	case api.Stopped:
		return engine.Stopped, true
	case api.Starting:
		return engine.Starting, true
	case api.Stopping, api.Aborting:
		return engine.Stopping, true
	}
	return engine.Stopped, false // Error: a member that is away, among others
}
