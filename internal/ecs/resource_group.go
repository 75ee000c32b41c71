package ecs

// ResourceGroup is a set of an account's resources, of any region and product.
// It belongs to no region itself: the region of its key is 0.
type ResourceGroup struct {
	_ struct{} `cbor:",toarray"`

	Account     uint64
	Name        string // told apart within the account
	DisplayName string
	Created     int64
	Tags        []Tag
}

// DefaultResourceGroup is the key of the group that an account has from the
// start. It is derived from the account, so the group exists before anything is
// stored. Its highest bit of time is one that no drawn key has before 2037.
func DefaultResourceGroup(account uint64) Key {
	return Key(mix(account)>>(64-regionShift+1) | 1<<(regionShift-1))
}
