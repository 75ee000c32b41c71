package ecs

// SnapshotGroup is snapshots of several disks, taken at one instant. It ends
// with the last of them.
type SnapshotGroup struct {
	_ struct{} `cbor:",toarray"`

	Account       uint64
	Instance      Key // whose disks they are; 0: those of several
	Name          string
	Description   string
	Created       int64
	ResourceGroup Sym
	Tags          []Tag
}
