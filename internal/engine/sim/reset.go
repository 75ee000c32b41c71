package sim

import (
	"github.com/openecs/openecs/internal/engine"
	"github.com/openecs/openecs/internal/engine/sim/guest"
)

// Reset empties the hosts: machines with their insides, what is under way and
// failures not yet told. Faults, stock and zones that are cut off stay.
func (w *World) Reset() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for id := range w.machines {
		w.halt(id)
	}
	w.machines, w.moves = map[engine.ID]machine{}, map[engine.ID]move{}
	w.failed, w.tasks = map[engine.ID]failure{}, map[engine.ID]task{}
	w.used = map[place]int{}
	w.guests, w.history = map[engine.ID]*guest.Guest{}, map[engine.ID][]mark{}
}
