package network

import (
	"encoding/binary"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// tokenLife is how long an answer is kept for its idempotency token.
const tokenLife = 24 * time.Hour

// Request is a request that makes one row, once for each idempotency token. An
// empty Token makes a row each time.
type Request struct {
	Account uint64
	Region  uint8
	Action  string
	Token   string
	Hash    [16]byte // of what the request asks
}

// CheckToken refuses a token that nothing may have: 400
// InvalidClientToken.ValueNotSupported.
func CheckToken(token string) error {
	if !ecs.ValidClientToken(token) {
		return api.Errorf(api.CodeInvalidClientTokenValueNotSupported, "The ClientToken provided is invalid.")
	}
	return nil
}

// Earlier is the row that an earlier request with the same token made. The
// same token on another request is 403 IdempotentParameterMismatch.
func (r Request) Earlier(v state.View, now time.Time) (ecs.Key, bool, error) {
	b, found, err := state.LookupToken(v, now, r.Account, r.Region, r.Action, r.Token, r.Hash)
	if err != nil || !found {
		return 0, false, err
	}
	return ecs.Key(binary.BigEndian.Uint64(b)), true, nil
}

// Once runs write unless an earlier request made the row, and keeps the row for
// the token. It is Earlier asked again where nothing can come between.
func (r Request) Once(tx *state.Tx, write func() (ecs.Key, error)) (ecs.Key, error) {
	k, found, err := r.Earlier(tx, tx.Now())
	if err != nil || found {
		return k, err
	}
	if k, err = write(); err != nil {
		return 0, err
	}
	tx.PutToken(r.Account, r.Region, r.Action, r.Token, r.Hash, binary.BigEndian.AppendUint64(nil, uint64(k)), tx.Now().Add(tokenLife))
	return k, nil
}
