package state

import "github.com/openecs/openecs/internal/ecs"

// The tables of dedicated hosts and their clusters.
var (
	DedicatedHosts          = Define[ecs.DedicatedHost](schema, byte(ecs.KindDedicatedHost), "dedicated-host")
	DedicatedHostsByAccount = DedicatedHosts.Index("account", func(k ecs.Key, r *ecs.DedicatedHost, add func(uint64)) { add(Scope(r.Account, k.Region())) })
	DedicatedHostsByTag     = DedicatedHosts.Index("tag", func(k ecs.Key, r *ecs.DedicatedHost, add func(uint64)) { addTags(r.Account, k, r.Tags, add) })
	DedicatedHostsByGroup   = DedicatedHosts.Index("resource-group", func(_ ecs.Key, r *ecs.DedicatedHost, add func(uint64)) {
		if r.ResourceGroup != 0 {
			add(uint64(r.ResourceGroup))
		}
	})
	DedicatedHostsByCluster = DedicatedHosts.Index("cluster", func(_ ecs.Key, r *ecs.DedicatedHost, add func(uint64)) {
		if r.Cluster != 0 {
			add(uint64(r.Cluster))
		}
	})

	HostClusters          = Define[ecs.HostCluster](schema, byte(ecs.KindHostCluster), "host-cluster")
	HostClustersByAccount = HostClusters.Index("account", func(k ecs.Key, r *ecs.HostCluster, add func(uint64)) { add(Scope(r.Account, k.Region())) })
	HostClustersByTag     = HostClusters.Index("tag", func(k ecs.Key, r *ecs.HostCluster, add func(uint64)) { addTags(r.Account, k, r.Tags, add) })
	HostClustersByGroup   = HostClusters.Index("resource-group", func(_ ecs.Key, r *ecs.HostCluster, add func(uint64)) {
		if r.ResourceGroup != 0 {
			add(uint64(r.ResourceGroup))
		}
	})

	InstancesByHost = Instances.Index("dedicated-host", func(_ ecs.Key, r *ecs.Instance, add func(uint64)) {
		if h := r.Placement.Host; h != 0 {
			add(uint64(h))
		}
	}).Sparse()
)
