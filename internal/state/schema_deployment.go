package state

import "github.com/openecs/openecs/internal/ecs"

// The table of deployment sets. Members of a set are found by its key.
var (
	DeploymentSets          = Define[ecs.DeploymentSet](schema, byte(ecs.KindDeploymentSet), "deployment-set")
	DeploymentSetsByAccount = DeploymentSets.Index("account", func(k ecs.Key, r *ecs.DeploymentSet, add func(uint64)) { add(Scope(r.Account, k.Region())) })

	InstancesByDeploymentSet = Instances.Index("deployment-set", func(_ ecs.Key, r *ecs.Instance, add func(uint64)) {
		if s := r.Placement.DeploymentSet; s != 0 {
			add(uint64(s))
		}
	}).Sparse()
)
