package ecs

// DedicatedHost is a physical server that one account has for itself.
type DedicatedHost struct {
	_ struct{} `cbor:",toarray"`

	Account       uint64
	Zone          Sym
	Type          Sym
	Name          string
	Description   string
	Cluster       Key
	Created       int64
	ResourceGroup Sym
	Tags          []Tag

	ChargeType  ChargeType
	Expires     int64 // PrePaid: the end of the paid period
	AutoRelease int64 // PostPaid
	AutoRenew   uint8 // periods bought at each renewal; 0: none
	RenewUnit   PeriodUnit
	NoNotice    bool // RenewalStatus=NotRenewal
	RenewStop   bool // AutoRenewWithEcs=StopRenewWithEcs
	Order       Key
	SaleUnit    PeriodUnit

	OverCommit     int32 // thousandths
	NoPlacement    bool  // AutoPlacement=off
	StopOnRepair   bool  // ActionOnMaintenance=Stop
	UDPTimeout     int32 // seconds
	SLBUDPTimeout  int32
	RedeployedLast int64

	Meter Metering
}

// HostCluster is a name for several dedicated hosts of a zone.
type HostCluster struct {
	_ struct{} `cbor:",toarray"`

	Account       uint64
	Zone          Sym
	Name          string
	Description   string
	Created       int64
	ResourceGroup Sym
	Tags          []Tag
}

// The limits of dedicated hosts. How many an account may have is shown in the
// console only.
const (
	MaxPostPaidHosts = 100 // in a region
	MaxHostBatch     = 100 // of one AllocateDedicatedHosts
)
