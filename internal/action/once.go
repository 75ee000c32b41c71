package action

import (
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// tokenLife is how long an answer is kept for its idempotency token.
const tokenLife = 24 * time.Hour

// Once is a request that takes effect once for its idempotency token, however
// often it is sent. Without a token it takes effect each time.
type Once struct {
	account uint64
	region  uint8
	action  string
	token   string
	params  [16]byte
}

// Once reads an idempotency token. One that no request may have is 400
// InvalidClientToken.ValueNotSupported. A dry run uses none up.
func (c *Call) Once(token string, dryRun *bool) (Once, error) {
	if !ecs.ValidClientToken(token) {
		return Once{}, api.Errorf(api.CodeInvalidClientTokenValueNotSupported, "The ClientToken provided is invalid.")
	}
	if token == "" || dryRun != nil && *dryRun {
		return Once{}, nil
	}
	return Once{c.Caller.Account, c.RegionCode(), c.Info.Name, token, c.ParamsHash()}, nil
}

// Earlier is what an earlier request with the same token made. The same token
// on another request is 403 IdempotentParameterMismatch. On a snapshot it
// answers early what Do asks again.
func (o Once) Earlier(v state.View, now time.Time) (made []ecs.Key, found bool, err error) {
	b, found, err := state.LookupToken(v, now, o.account, o.region, o.action, o.token, o.params)
	if err != nil || !found {
		return nil, false, err
	}
	made, _ = state.ParseKeys(b)
	return made, true, nil
}

// Do runs write, unless an earlier request with the same token did, and keeps
// what it made for the token.
func (o Once) Do(tx *state.Tx, write func() ([]ecs.Key, error)) ([]ecs.Key, error) {
	made, found, err := o.Earlier(tx, tx.Now())
	if err != nil || found {
		return made, err
	}
	if made, err = write(); err != nil {
		return nil, err
	}
	tx.PutToken(o.account, o.region, o.action, o.token, o.params, state.AppendKeys(nil, made...), tx.Now().Add(tokenLife))
	return made, nil
}

// EarlierOne is Earlier for a request that makes one row.
func (o Once) EarlierOne(v state.View, now time.Time) (made ecs.Key, found bool, err error) {
	keys, found, err := o.Earlier(v, now)
	if err != nil || len(keys) == 0 {
		return 0, found, err
	}
	return keys[0], true, nil
}

// DoOne is Do for a request that makes one row.
func (o Once) DoOne(tx *state.Tx, write func() (ecs.Key, error)) (ecs.Key, error) {
	keys, err := o.Do(tx, func() ([]ecs.Key, error) {
		k, err := write()
		return []ecs.Key{k}, err
	})
	if err != nil || len(keys) == 0 {
		return 0, err
	}
	return keys[0], nil
}
