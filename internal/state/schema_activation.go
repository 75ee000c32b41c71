package state

import "github.com/openecs/openecs/internal/ecs"

// The table of activations, whose identifiers tell no key.
var (
	Activations                = Define[ecs.Activation](schema, 'q', "activation")
	ActivationsByAccount       = Activations.Index("account", func(k ecs.Key, r *ecs.Activation, add func(uint64)) { add(Scope(r.Account, k.Region())) })
	ActivationsByTag           = Activations.Index("tag", func(k ecs.Key, r *ecs.Activation, add func(uint64)) { addTags(r.Account, k, r.Tags, add) })
	ActivationsByResourceGroup = byResourceGroup(Activations, func(r *ecs.Activation) ecs.Sym { return r.ResourceGroup })
	ActivationsByID            = Activations.Index("id", func(k ecs.Key, _ *ecs.Activation, add func(uint64)) { add(Hash(ecs.ActivationID(k))) })
)
