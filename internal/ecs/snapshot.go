package ecs

// Snapshot is the content of a disk at an instant. Work: Create takes it
// (progressing), Delete removes it.
type Snapshot struct {
	_ struct{} `cbor:",toarray"`

	Account       uint64
	Disk          Key // what it was taken of; the disk may be gone
	Zone          Sym // whose engine keeps it: the disk's
	Size          int32
	System        bool // of a system disk
	DiskCategory  Sym
	Image         Sym // what the system disk had been made from
	Name          string
	Description   string
	Category      Sym   // standard or flash
	Retention     int32 // days; 0: for ever
	Created       int64
	Modified      int64
	Encrypted     bool
	KMSKey        Sym
	Policy        Key // the automatic snapshot policy that took it; 0: taken by hand
	Group         Key // of a snapshot group
	CopyOf        Key // copied from, in another region
	ResourceGroup Sym
	Tags          []Tag
	Work          Work
	LockMode      Sym // "", compliance, governance
	LockUntil     int64
	Instant       int32 // minutes of instant access; 0: none
	Flags         SnapshotFlags
	Locked        int64 // when LockMode was set
	LockStart     int64 // from when the lock's time counts; 0: when the snapshot is whole
	LockDays      int32
	CoolOff       int32 // hours from Locked in which the lock can be taken back

	Meter Metering
}

// SnapshotFlags are the yes-or-no attributes of a snapshot.
type SnapshotFlags uint16

// The flags.
const (
	SnapshotIncomplete SnapshotFlags = 1 << iota // given up before it was whole
	SnapshotNotInstant                           // DisableInstantAccess
)

// Has reports whether all of the flags are set.
func (f SnapshotFlags) Has(g SnapshotFlags) bool { return f&g == g }

// SnapshotStatus is the state that the API shows for a snapshot.
type SnapshotStatus uint8

// The statuses.
const (
	SnapshotProgressing SnapshotStatus = iota
	SnapshotAccomplished
	SnapshotFailed
)

var snapshotStatusNames = [...]string{"progressing", "accomplished", "failed"}

func (s SnapshotStatus) String() string { return snapshotStatusNames[s] }

// ParseSnapshotStatus finds a status by the name the API gives it.
func ParseSnapshotStatus(name string) (SnapshotStatus, bool) {
	for i, n := range snapshotStatusNames {
		if n == name {
			return SnapshotStatus(i), true
		}
	}
	return 0, false
}

// Status computes the state to show; it reads no clock.
func (s *Snapshot) Status() SnapshotStatus {
	switch {
	case s.Work.Doing(WorkCreate):
		return SnapshotProgressing
	case s.Work.Failure != 0 && (s.Work.Op == WorkCreate || s.Flags.Has(SnapshotIncomplete)):
		return SnapshotFailed
	}
	return SnapshotAccomplished
}
