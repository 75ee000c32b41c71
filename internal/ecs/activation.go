package ecs

import "strings"

// Activation is a code with which servers elsewhere could register themselves as
// managed instances of Cloud Assistant. Records are immutable: copy before a
// change.
type Activation struct {
	_ struct{} `cbor:",toarray"`

	Account       uint64
	Name          string // that registered instances begin with
	Description   string
	Instances     int32 // how many may register
	Hours         int64 // how long, from Created
	Range         string
	Created       int64
	Disabled      bool
	ResourceGroup Sym
	Tags          []Tag
	Code          string // shown once, to whoever makes it
}

// ActivationID is the identifier of an activation: a UUID that its key makes.
func ActivationID(k Key) string {
	return strings.ToUpper(UUID("activation " + string(appendBase36(nil, uint64(k), 13))))
}
