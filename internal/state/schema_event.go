package state

import "github.com/openecs/openecs/internal/ecs"

// The table of system events. What has ended and what is active are apart, for
// the listing by default asks for what has ended.
var (
	Events          = Define[ecs.Event](schema, byte(ecs.KindEvent), "event")
	EventsByAccount = Events.Index("account", func(k ecs.Key, r *ecs.Event, add func(uint64)) { add(Scope(r.Account, k.Region())) })
	EventsEnded     = Events.Index("ended", func(k ecs.Key, r *ecs.Event, add func(uint64)) {
		if !r.Status.Active() {
			add(Scope(r.Account, k.Region()))
		}
	})
	EventsActive = Events.Index("active", func(k ecs.Key, r *ecs.Event, add func(uint64)) {
		if r.Status.Active() {
			add(Scope(r.Account, k.Region()))
		}
	})
	EventsByInstance = Events.Index("instance", func(_ ecs.Key, r *ecs.Event, add func(uint64)) { add(uint64(r.Instance)) })
	// EventsOfInstance lists the active events of an instance.
	EventsOfInstance = Events.Index("active-instance", func(_ ecs.Key, r *ecs.Event, add func(uint64)) {
		if r.Status.Active() {
			add(uint64(r.Instance))
		}
	})
)
