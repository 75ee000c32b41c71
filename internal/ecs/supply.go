package ecs

// Quota is something of which an account may have so much in a region, and in
// each zone.
type Quota uint8

// The quotas.
const (
	QuotaInstances Quota = iota // pay-as-you-go instances, spot instances among them
	QuotaVCPUs                  // of pay-as-you-go instances that hold capacity, but spot instances
	QuotaSpotVCPUs              // of spot instances that hold capacity
	QuotaDisks                  // GiB of pay-as-you-go disks
)

// QuotaNames are what the quotas are called, in their order.
var QuotaNames = [...]string{"instances", "vcpus", "spot-vcpus", "disk-gib"}

func (q Quota) String() string { return QuotaNames[q] }

// ParseQuota finds a quota by its name.
func ParseQuota(s string) (Quota, bool) { return parseEnum[Quota](QuotaNames[:], s) }

// DefaultLimit is what an account may have unless it is told otherwise: more than
// anybody makes by accident. A zone has no limit of its own unless it is given one.
func (q Quota) DefaultLimit() int64 {
	return [...]int64{1_000_000, 10_000_000, 10_000_000, 1_000_000_000}[q]
}

// Quotas are the limits of an account that are other than the default, under its
// AccountKey.
type Quotas struct {
	_ struct{} `cbor:",toarray"`

	Limits []QuotaLimit
}

// QuotaLimit is one limit. Without region and zone it is that of each region; with
// a region of that one, with a zone of that zone.
type QuotaLimit struct {
	_ struct{} `cbor:",toarray"`

	Quota Quota
	Place Sym // a region or a zone; 0: any region
	Limit int64
}

// Stock is how many instances of a type a zone has room for, all accounts
// together and those included that are there. What has no row has no bound.
type Stock struct {
	_ struct{} `cbor:",toarray"`

	Zone Sym
	Type Sym
	N    int64
}

// StockKey is the key of a zone's and a type's stock.
func StockKey(zone, typ Sym) Key { return Key(uint64(zone)<<32 | uint64(typ)) }

// MaxSecurityGroups is how many security groups an account has in a region.
const MaxSecurityGroups = 100
