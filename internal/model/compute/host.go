package compute

import (
	"time"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// DueHostRelease is the kind of the due row of a dedicated host's release time.
const DueHostRelease = 'h'

// HostReleaseAt has a dedicated host released at an instant, and at no other; 0
// has it released at none.
func HostReleaseAt(tx *state.Tx, k ecs.Key, at int64) {
	if at == 0 {
		tx.Cancel(DueHostRelease, k)
		return
	}
	tx.Reschedule(time.Unix(at, 0), DueHostRelease, k)
	tx.Wake(wakeDue, 0)
}

// HostReleaseDue releases a dedicated host because its time came, unless there
// are instances on it.
func HostReleaseDue(tx *state.Tx, k ecs.Key) {
	r, ok := state.DedicatedHosts.Get(tx, k)
	if ok && r.AutoRelease != 0 && r.AutoRelease <= tx.Now().Unix() && state.InstancesByHost.Count(tx, uint64(k)) == 0 {
		state.DedicatedHosts.Delete(tx, k)
	}
}
