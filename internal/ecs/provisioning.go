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
	Type          Sym // request or instant
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
}
