package state

import "github.com/openecs/openecs/internal/ecs"

// What few instances have, under the instance's key.
var (
	InstanceOptions          = Define[ecs.InstanceOptions](schema, 'O', "instance-options")
	InstanceOptionsByRAMRole = InstanceOptions.Index("ram-role", func(k ecs.Key, r *ecs.InstanceOptions, add func(uint64)) {
		if r.RAMRole != 0 {
			add(Within(r.Account, k.Region(), uint64(r.RAMRole)))
		}
	})
)
