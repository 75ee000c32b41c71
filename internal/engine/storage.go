package engine

import (
	"context"
	"time"
)

// Storage is implemented by an engine whose disks, snapshots and images can be
// worked on apart from making and removing machines.
//
// Each call states a goal: how the object is to be. It starts or continues
// towards it without waiting, and tells how far it has come. All are idempotent:
// a goal that is reached already is Done at once or after a repetition that
// harms nothing. Gen numbers the goals of one object, upwards; a newer one takes
// the place of an older one under way, an older one than was seen is Done and
// changes nothing. Errors mean what the Err variables say; a goal that failed in
// the background says so once, in the next call with the same Gen, and the call
// after that tries again. With Gone the object and all of it is to be removed,
// and an object that does not exist is Done.
type Storage interface {
	// Disk makes, grows, attaches, detaches, refills or removes a disk. A
	// machine that does not exist is ErrNotFound, one being made ErrBusy. A disk
	// that Provision made is as good as one made here: once a goal has detached
	// it, it is the machine's no more and Engine.Remove leaves it.
	Disk(ctx context.Context, g *DiskGoal) (Progress, error)

	// Snapshot takes or removes a snapshot. Its content is that of the disk at
	// a moment between the first call and the one that answers Done.
	Snapshot(ctx context.Context, g *SnapshotGoal) (Progress, error)

	// Image makes an image of snapshots, so that machines and disks can be
	// made from it, or removes it; the snapshots stay what they are.
	Image(ctx context.Context, g *ImageGoal) (Progress, error)
}

// Progress is how far a goal has come.
type Progress struct {
	Done    bool
	Percent int       // 0 to 100
	ReadyAt time.Time // when it pays to ask again; zero if the engine cannot tell
}

// DiskGoal is how a disk is to be.
type DiskGoal struct {
	Disk
	Cell, Zone string
	Gen        Gen
	Machine    ID // attached to it as Device, in the place of another disk that is so; 0: to none

	// What its content is made from, at most one of them and of Disk.Snapshot; none
	// is an empty disk. Content numbers its versions: when it rises the content is
	// made anew.
	Image   string
	CloneOf uint64
	Content uint32

	Gone bool
}

// SnapshotGoal is how a snapshot is to be.
type SnapshotGoal struct {
	ID         uint64
	Name       string // s-…
	Cell, Zone string
	Gen        Gen
	Disk       uint64
	SizeGiB    int
	CopyOf     uint64 // made from that snapshot, perhaps of another region, instead of from the disk
	Gone       bool
}

// ImageGoal is how an image is to be.
type ImageGoal struct {
	ID        uint64
	Name      string // m-…
	Cell      string
	Region    string
	Gen       Gen
	Snapshots []uint64 // the system disk's first
	CopyOf    string   // made from that image instead
	Gone      bool
}
