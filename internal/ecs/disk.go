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
	Was              DiskSpec // what it is again if the resize or the change under way fails
	Replaces         Key      // of a system disk being made: the one whose place it takes
	ChargeChanged    int64    // when its charge type last changed
	Restored         Key      // the snapshot that its content was last reset to; 0: what it was made from

	Meter Metering
}

// DiskSpec is what of a disk can be changed while it is there.
type DiskSpec struct {
	_ struct{} `cbor:",toarray"`

	Category        Sym
	Performance     Sym
	Size            int32
	ProvisionedIOPS int32
}

// Spec is what the disk is.
func (d *Disk) Spec() DiskSpec {
	return DiskSpec{Category: d.Category, Performance: d.Performance, Size: d.Size, ProvisionedIOPS: d.ProvisionedIOPS}
}

// SetSpec makes the disk what s says.
func (d *Disk) SetSpec(s DiskSpec) {
	d.Category, d.Performance, d.Size, d.ProvisionedIOPS = s.Category, s.Performance, s.Size, s.ProvisionedIOPS
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
	StartAfter // the work under way ends with a start of the instance
	Replaced   // a system disk whose place another takes: it shows no more, and goes when that one is made
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
// still. A resize or a change of category does not show. StatusIn is to be asked
// of a disk that may be part of an instance being made.
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

// StatusIn is Status, but that a disk is Creating as long as the instance it is
// made with is; i may be nil.
func (d *Disk) StatusIn(i *Instance) DiskStatus {
	if i != nil && d.Instance != 0 && d.Work.Gen == 0 && !i.Seen.Provisioned {
		return DiskCreating
	}
	return d.Status()
}

// Secret is what an instance carries that no Describe action shows whole: its
// user data (raw, decoded) and its password. It has a table of its own, so that
// it costs nothing where there is none and is never logged with a record.
type Secret struct {
	_ struct{} `cbor:",toarray"`

	UserData []byte
	Password string
}
