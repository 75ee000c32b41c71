package ecs

// Instance is what is stored of an instance: what was asked for, what was seen
// on the engine, and nothing that can be computed. Times are Unix seconds, 0
// for none. Only an action changes the wanted half, only the reconciler the
// observed half. Records are immutable: copy before a change.
type Instance struct {
	_ struct{} `cbor:",toarray"`

	Account       uint64
	Zone          Sym
	Type          Sym
	Image         Sym
	Name          string // "" shows the identifier
	HostName      string // "" shows DefaultHostName
	Description   string
	Interface     Key // the primary network interface; a classic instance has one too
	SystemDisk    Key
	KeyPair       Sym
	ResourceGroup Sym
	Created       int64
	Tags          []Tag

	ChargeType  ChargeType
	Expires     int64 // PrePaid: the end of the paid period
	AutoRelease int64
	Period      uint8
	PeriodUnit  PeriodUnit
	AutoRenew   uint8 // periods bought at each renewal; 0: none
	RenewUnit   PeriodUnit
	Order       Key

	InternetCharge InternetCharge
	BandwidthOut   int32 // Mbit/s; 0: none
	BandwidthIn    int32 // Mbit/s; -1: none bought
	PublicIP       IPv4

	Flags  InstanceFlags
	Credit Credit
	Locks  Lock

	Want Want
	Seen Seen

	MetadataHops uint8 // HttpPutResponseHopLimit, 1 to 64

	Placement Placement

	Meter Metering // its type, while that is paid as it is used
	Net   Metering // its bandwidth, likewise
	Spot  SpotStrategy
	VCPUs uint16 // of its type, for quotas
}

// Tag is a tag of a resource.
type Tag struct {
	_     struct{} `cbor:",toarray"`
	Key   Sym
	Value Sym
}

// InstanceFlags are the yes-or-no attributes of an instance.
type InstanceFlags uint16

// The flags.
const (
	IOOptimized InstanceFlags = 1 << iota
	DeletionProtected
	StopCharging // stopped in economical mode
	MetadataOff  // HttpEndpoint=disabled
	MetadataTokens
	SecurityOff     // SecurityEnhancementStrategy=Deactive
	PasswordInherit // the image's password stays
	HasPassword
	PublicReleased // the stop in economical mode took the public address; a start brings a new one
	LoginAsNonRoot // the login is ecs-user, not root
	StoppedByLock  // a financial lock stopped it: what lifts that starts it again
	NotRenewed     // RenewalStatus=NotRenewal: the owner does not mean to renew it
)

// Has reports whether all of the flags are set.
func (f InstanceFlags) Has(g InstanceFlags) bool { return f&g == g }

// Op is what an instance's power was last asked to do.
type Op uint8

// The operations.
const (
	OpCreate Op = iota
	OpStart
	OpStop
	OpReboot
)

// Want is what the owner of an instance asked for. A generation is one request
// to change the power; each runs once.
type Want struct {
	_ struct{} `cbor:",toarray"`

	Op       Op
	Gen      uint32
	Force    bool
	Deadline int64  // Unix milliseconds after which the generation ends as it is
	SpecGen  uint32 // rises when type, password, host name or image changes
	Deleted  bool
}

// Power is what was seen of an instance's power.
type Power uint8

// The powers.
const (
	PowerOff Power = iota
	PowerOn
)

// Seen is what the reconciler last saw on the engine.
type Seen struct {
	_ struct{} `cbor:",toarray"`

	Provisioned bool
	Power       Power
	Gen         uint32 // the last generation that finished
	BootSpecGen uint32 // the SpecGen that the last boot used
	Started     int64
	Failure     Sym // why the last generation ended short of what was wanted
}

// HoldsCapacity reports whether the instance occupies what its zone has of its
// type: all do but those that stopped without being charged. A dedicated host's
// room is counted with the host.
func (i *Instance) HoldsCapacity() bool {
	return !i.Flags.Has(StopCharging) && !i.Placement.HostTenancy
}

// Settled reports whether nothing is left to do for the instance.
func (i *Instance) Settled() bool {
	return i.Seen.Provisioned && !i.Want.Deleted && i.Seen.Gen == i.Want.Gen
}
