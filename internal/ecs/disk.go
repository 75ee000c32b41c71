package ecs

// Disk is a cloud disk.
type Disk struct {
	_ struct{} `cbor:",toarray"`

	Account            uint64
	Instance           Key // 0: attached to none
	Zone               Sym
	Category           Sym
	Performance        Sym   // performance level of an ESSD, else ""
	Size               int32 // GiB
	System             bool
	Device             Sym
	Name               string
	Description        string
	Image              Sym // system disks: what it was made from
	Snapshot           Sym
	DeleteWithInstance bool
	Encrypted          bool
	KMSKey             Sym
	ChargeType         ChargeType
	Expires            int64
	Order              Key
	ResourceGroup      Sym
	Created            int64
	Attached           int64
	Tags               []Tag

	Work             Work
	Detached         int64
	Flags            DiskFlags
	ProvisionedIOPS  int32 // of a cloud_auto disk
	Policy           Key   // its automatic snapshot policy
	Content          uint32
	Source           Key // the disk it was cloned from
	EncryptAlgorithm Sym
}

// DiskFlags are the yes-or-no attributes of a disk, named so that those of a
// fresh disk are all zero.
type DiskFlags uint16

// The flags.
const (
	KeepAutoSnapshots DiskFlags = 1 << iota // DeleteAutoSnapshot=false
	NoAutoSnapshot                          // EnableAutoSnapshot=false
	Bursting                                // BurstingEnabled of a cloud_auto disk
	NotPortable                             // lives and dies with its instance
	EverAttached                            // was part of an instance that ran: a snapshot of it has something to hold
	MultiAttach
)

// Has reports whether all of the flags are set.
func (f DiskFlags) Has(g DiskFlags) bool { return f&g == g }

// DiskStatus is the state that the API shows for a disk.
type DiskStatus uint8

// The statuses.
const (
	DiskAvailable DiskStatus = iota
	DiskInUse
	DiskAttaching
	DiskDetaching
	DiskCreating
	DiskReIniting
)

var diskStatusNames = [...]string{"Available", "In_use", "Attaching", "Detaching", "Creating", "ReIniting"}

func (s DiskStatus) String() string { return diskStatusNames[s] }

// ParseDiskStatus finds a status by the name the API gives it.
func ParseDiskStatus(name string) (DiskStatus, bool) {
	for i, n := range diskStatusNames {
		if n == name {
			return DiskStatus(i), true
		}
	}
	return 0, false
}

// Status computes the state to show. It reads no clock, so it can be indexed. A
// disk being attached has its instance already, one being detached has it
// still. A resize does not show.
func (d *Disk) Status() DiskStatus {
	switch {
	case d.Work.Doing(WorkCreate):
		return DiskCreating
	case d.Work.Doing(WorkAttach):
		return DiskAttaching
	case d.Work.Doing(WorkDetach):
		return DiskDetaching
	case d.Work.Doing(WorkReset):
		return DiskReIniting
	case d.Instance != 0:
		return DiskInUse
	}
	return DiskAvailable
}

// Secret is what an instance carries that no Describe action shows whole: its
// user data (raw, decoded) and its password. It has a table of its own, so that
// it costs nothing where there is none and is never logged with a record.
type Secret struct {
	_ struct{} `cbor:",toarray"`

	UserData []byte
	Password string
}

// Order is a purchase: what a subscription cost and for how long.
type Order struct {
	_ struct{} `cbor:",toarray"`

	Account uint64
	Created int64
	Action  Sym
	Items   []Key // the instances bought
	Price   int64 // hundred-thousandths of the currency unit, for all items
	Period  uint8
	Unit    PeriodUnit
	Zone    Sym
}
