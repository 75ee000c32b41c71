package ecs

// Millionths are how weights and prices of auto provisioning groups are kept.
const Millionths = 1_000_000

// ProvisioningGroup is an auto provisioning group: instances that were asked for
// as a capacity, of whichever of several types and vSwitches had room for them.
type ProvisioningGroup struct {
	_ struct{} `cbor:",toarray"`

	Account       uint64
	Name          string
	Description   string
	Type          Sym // request, instant or maintain
	Created       int64
	ValidFrom     int64
	ValidUntil    int64 // 0: for ever
	ResourceGroup Sym
	Tags          []Tag

	Total, PayAsYouGo, Spot int64
	DefaultType             Sym // PayAsYouGo or Spot
	PayAsYouGoStrategy      Sym
	SpotStrategy            Sym
	SpotInterruption        Sym
	SpotPools               int32
	MaxSpotPrice            int64 // Millionths

	TerminateExcess     bool
	TerminateOnDelete   bool
	TerminateExpiration bool
	Expired             bool // ValidUntil came

	Template        Key
	TemplateVersion Sym
	Configs         []ProvisioningConfig

	Fulfilled bool
	Launches  []ProvisioningLaunch

	// Of type maintain only, which delivers anew whenever it is not at its capacity.
	Request []ProvisioningParam // what it was made with, but for the password: that is a Secret
	Short   bool                // whether it is at its capacity is to be looked at
	History []ProvisioningTask  // what was delivered since the first time, oldest first
}

// ProvisioningParam is a parameter of the request that a group was made with.
type ProvisioningParam struct {
	_ struct{} `cbor:",toarray"`

	Name  string
	Value string
}

// ProvisioningTask is a delivery after the first one, or a removal of what was
// too much.
type ProvisioningTask struct {
	_ struct{} `cbor:",toarray"`

	Began    int64 // Unix seconds
	Last     int64 // when it was last tried, likewise
	Launches []ProvisioningLaunch
	Removed  []Key
	Released bool // the removed ones
}

// ProvisioningConfig is one of the ways in which the capacity may be had.
type ProvisioningConfig struct {
	_ struct{} `cbor:",toarray"`

	Type     Sym
	VSwitch  Sym
	Weight   int64 // Millionths
	MaxPrice int64 // Millionths
	Priority int32
}

// ProvisioningLaunch is what came of one config: instances, or why there are none.
type ProvisioningLaunch struct {
	_ struct{} `cbor:",toarray"`

	Type      Sym
	Zone      Sym
	Instances []Key
	Code      Sym
	Message   string
	Spot      SpotStrategy
}
