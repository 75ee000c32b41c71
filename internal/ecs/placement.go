package ecs

// Placement is where an instance was asked to run, and what asked for it.
type Placement struct {
	_ struct{} `cbor:",toarray"`

	DeploymentSet   Key
	DeploymentGroup uint8 // of an AvailabilityGroup set, from 1; 0: none
	Provisioning    Key   // the auto provisioning group that made the instance
	Host            Key   // the dedicated host that it occupies
	HostTenancy     bool  // Tenancy=host
	HostAffinity    bool  // Affinity=host: it comes back to the same host
}
