package state

import "github.com/openecs/openecs/internal/ecs"

// Key pairs, and the instances that each is attached to.
var (
	KeyPairs          = Define[ecs.KeyPair](schema, byte(ecs.KindKeyPair), "key-pair")
	KeyPairsByAccount = KeyPairs.Index("account", func(k ecs.Key, r *ecs.KeyPair, add func(uint64)) { add(Scope(r.Account, k.Region())) })
	KeyPairsByName    = KeyPairs.Index("name", func(k ecs.Key, r *ecs.KeyPair, add func(uint64)) {
		add(Within(r.Account, k.Region(), Hash(r.Name)))
	})
	KeyPairsByTag = KeyPairs.Index("tag", func(k ecs.Key, r *ecs.KeyPair, add func(uint64)) { addTags(r.Account, k, r.Tags, add) })

	InstancesByKeyPair = Instances.Index("key-pair", func(k ecs.Key, r *ecs.Instance, add func(uint64)) {
		if r.KeyPair != 0 {
			add(Within(r.Account, k.Region(), uint64(r.KeyPair)))
		}
	})
)
