package ecs

// Image is a custom image: a system disk, perhaps data disks, each held by a
// snapshot. Images of the system are in the catalogue. Work: Create makes it
// (Creating), Delete removes it.
type Image struct {
	_ struct{} `cbor:",toarray"`

	Account       uint64
	Name          string
	Description   string
	Family        Sym
	Version       string
	Base          Sym // the image of the catalogue that it descends from; "" for an imported one
	Platform      Sym
	OSType        Sym // linux or windows
	Architecture  Sym
	BootMode      Sym
	Size          int32 // GiB of the system disk
	Disks         []ImageDisk
	Instance      Key // what it was made from
	CopyOf        Key // copied from, perhaps in another region
	Created       int64
	Flags         ImageFlags
	Shared        []uint64 // accounts that may use it
	ResourceGroup Sym
	Tags          []Tag
	Work          Work

	SharedAt  []int64 // since when each account of Shared may use it
	License   Sym     // Auto, Aliyun, BYOL
	Detection Sym     // DetectionStrategy: "" or Standard
	IMDS      Sym     // v1 or v2: how its guests reach their metadata; "" is v1
}

// ImageDisk is a disk of an image.
type ImageDisk struct {
	_ struct{} `cbor:",toarray"`

	Snapshot Key // 0: an empty disk, or imported content
	Size     int32
	Device   Sym
	System   bool
	Format   Sym // of an import: RAW, VHD, QCOW2
	Bucket   string
	Object   string
}

// ImageFlags are the yes-or-no attributes of an image.
type ImageFlags uint16

// The flags.
const (
	ImageImported ImageFlags = 1 << iota
	ImageEncrypted
	ImageNonRootLogin
	ImageNVMe
	ImageDeprecated
	ImageCloudInit
	ImageKeepSnapshots // deleting the image keeps its snapshots
	ImageNotMade       // its making failed
)

// Has reports whether all of the flags are set.
func (f ImageFlags) Has(g ImageFlags) bool { return f&g == g }

// ImageStatus is the state that the API shows for an image.
type ImageStatus uint8

// The statuses.
const (
	ImageAvailable ImageStatus = iota
	ImageCreating
	ImageCreateFailed
	ImageWaiting
	ImageUnavailable
	ImageIsDeprecated
)

var imageStatusNames = [...]string{"Available", "Creating", "CreateFailed", "Waiting", "UnAvailable", "Deprecated"}

func (s ImageStatus) String() string { return imageStatusNames[s] }

// ParseImageStatus finds a status by the name the API gives it.
func ParseImageStatus(name string) (ImageStatus, bool) {
	for i, n := range imageStatusNames {
		if n == name {
			return ImageStatus(i), true
		}
	}
	return 0, false
}

// Status computes the state to show; it reads no clock.
func (i *Image) Status() ImageStatus {
	switch {
	case i.Work.Doing(WorkCreate):
		return ImageCreating
	case i.Work.Doing(WorkDelete):
		return ImageUnavailable
	case i.Flags.Has(ImageNotMade):
		return ImageCreateFailed
	case i.Flags.Has(ImageDeprecated):
		return ImageIsDeprecated
	}
	return ImageAvailable
}

// Usable reports whether machines can be made from it: a deprecated image still
// serves.
func (i *Image) Usable() bool { return i.Status() == ImageAvailable || i.Status() == ImageIsDeprecated }

// SystemDisk is the disk that instances boot from, nil for an image without one.
func (i *Image) SystemDisk() *ImageDisk {
	for n := range i.Disks {
		if i.Disks[n].System {
			return &i.Disks[n]
		}
	}
	return nil
}
