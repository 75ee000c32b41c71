package ecs

// DeploymentSet keeps its instances on different hosts, or near each other.
type DeploymentSet struct {
	_ struct{} `cbor:",toarray"`

	Account     uint64
	Name        string
	Description string
	Strategy    DeploymentStrategy
	Groups      uint8 // of AvailabilityGroup: how many groups there are, 1 to 7
	KeepStopped bool  // OnUnableToRedeployFailedInstance=KeepStopped
	Created     int64
}

// DeploymentStrategy is what a deployment set is for.
type DeploymentStrategy uint8

// The strategies.
const (
	Availability DeploymentStrategy = iota
	AvailabilityGroup
	LowLatency
)

func (s DeploymentStrategy) String() string {
	return [...]string{"Availability", "AvailabilityGroup", "LowLatency"}[s]
}

// ParseDeploymentStrategy finds a strategy by its API name; "" is Availability.
func ParseDeploymentStrategy(s string) (DeploymentStrategy, bool) {
	switch s {
	case "", "Availability":
		return Availability, true
	case "AvailabilityGroup":
		return AvailabilityGroup, true
	case "LowLatency":
		return LowLatency, true
	}
	return 0, false
}

// The limits of deployment sets. How many sets an account may have in a region
// is not documented any more; documented in 2019 were 2.
const (
	MaxDeploymentSets   = 20
	DeploymentRoom      = 20 // instances of a set in one zone; of AvailabilityGroup, of one of its groups in one zone
	MaxDeploymentGroups = 7
)

// GroupAmount is how many groups the set is divided into: 1 unless its strategy
// is AvailabilityGroup.
func (s *DeploymentSet) GroupAmount() int { return max(1, int(s.Groups)) }

// Room is how many instances the set takes in one zone.
func (s *DeploymentSet) Room() int { return DeploymentRoom * s.GroupAmount() }
