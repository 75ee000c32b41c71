package ecs

// KeyPair is the public half of an SSH key pair. The private half is shown
// once, when the service makes the pair, and never stored. Names are unique
// within an account and region; instances refer to a pair by its name.
type KeyPair struct {
	_ struct{} `cbor:",toarray"`

	Account       uint64
	Name          string
	PublicKey     string // one line of OpenSSH's form, as imported
	Fingerprint   string
	ResourceGroup Sym
	Created       int64
	Tags          []Tag
}

// MaxKeyPairs is how many key pairs an account has in a region.
const MaxKeyPairs = 500
