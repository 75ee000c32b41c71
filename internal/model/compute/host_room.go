package compute

import (
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// HostUse is how much of a dedicated host its instances take, but for one; 0
// leaves none out. An instance that is stopped in economical mode takes none.
func HostUse(v state.View, cat *catalog.Catalog, host, but ecs.Key) (vcpus int, memoryGiB float64) {
	for k, r := range state.InstancesByHost.Ascend(v, uint64(host), 0) {
		if k == but || r.Flags.Has(ecs.StopCharging) {
			continue
		}
		if t, ok := cat.Type(v.Str(r.Type)); ok {
			vcpus, memoryGiB = vcpus+t.VCPU, memoryGiB+t.MemoryGiB
		}
	}
	return vcpus, memoryGiB
}

// HostTakes reports whether a dedicated host takes instances of a type.
func HostTakes(v state.View, cat *catalog.Catalog, h *ecs.DedicatedHost, t *catalog.Type) bool {
	ht, ok := cat.HostType(v.Str(h.Type))
	return ok && ht.Family == t.Family.ID
}

// HostRoom is for how many instances of a type a dedicated host has room, with
// one of those on it left out; 0 leaves none out.
func HostRoom(v state.View, cat *catalog.Catalog, k ecs.Key, h *ecs.DedicatedHost, t *catalog.Type, but ecs.Key) int {
	ht, ok := cat.HostType(v.Str(h.Type))
	if !ok || ht.Family != t.Family.ID {
		return 0
	}
	vcpus, memory := HostUse(v, cat, k, but)
	return max(0, min((ht.VCPU(int(h.OverCommit))-vcpus)/t.VCPU, int((float64(ht.MemoryGiB)-memory)/t.MemoryGiB)))
}

// HostPays reports whether a host is paid for as long as an instance is: a
// pay-as-you-go host does for no subscription.
func HostPays(h *ecs.DedicatedHost, r *ecs.Instance) bool {
	return r.ChargeType != ecs.PrePaid || h.ChargeType == ecs.PrePaid && r.Expires <= h.Expires
}

// HostOver reports whether the subscription of a host is over.
func HostOver(h *ecs.DedicatedHost, now int64) bool {
	return h.ChargeType == ecs.PrePaid && h.Expires <= now
}

// Berth is a dedicated host and for how many more instances it has room.
type Berth struct {
	Host ecs.Key
	Room int
}

// Berths are the hosts, oldest first, on which instances like one may be placed
// unasked: those of its account, zone and instance family, of a cluster if one
// is given, that allow automatic placement and have room. r has its symbols.
func Berths(v state.View, cat *catalog.Catalog, region uint8, cluster, but ecs.Key, r *ecs.Instance, t *catalog.Type, now int64) (out []Berth) {
	for k, h := range state.DedicatedHostsByAccount.Ascend(v, state.Scope(r.Account, region), 0) {
		if h.NoPlacement || h.Account != r.Account || h.Zone != r.Zone || cluster != 0 && h.Cluster != cluster || HostOver(h, now) || !HostPays(h, r) {
			continue
		}
		if n := HostRoom(v, cat, k, h, t, but); n > 0 {
			out = append(out, Berth{k, n})
		}
	}
	return out
}

// HostForStart is the host that an instance starts on: its own if that has room.
// One that was stopped in economical mode and has no affinity may come up on
// another one; ok is false if none has room.
func HostForStart(tx *state.Tx, cat *catalog.Catalog, k ecs.Key, r *ecs.Instance) (host ecs.Key, ok bool) {
	t, known := cat.Type(tx.Str(r.Type))
	h, there := state.DedicatedHosts.Get(tx, r.Placement.Host)
	if !known || !there || HostRoom(tx, cat, r.Placement.Host, h, t, k) > 0 {
		return r.Placement.Host, true
	}
	if r.Placement.HostAffinity || !r.Flags.Has(ecs.StopCharging) {
		return 0, false
	}
	if b := Berths(tx, cat, k.Region(), 0, k, r, t, tx.Now().Unix()); len(b) > 0 {
		return b[0].Host, true
	}
	return 0, false
}
