package keypair

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

// pair is a key pair to be, without its key.
type pair struct {
	name  string
	group string
	tags  []api.Tag
}

// check refuses a pair that cannot be.
func (p *pair) check(c *action.Call, v state.View) error {
	if !ecs.ValidName(p.name) {
		return api.Errorf(api.CodeInvalidKeyPairNameMalformed, "Specified Key Pair name is not valid.")
	}
	if err := tag.Check(p.tags); err != nil {
		return err
	}
	if !resource.HasGroup(v, c.Caller.Account, p.group) {
		return noGroup()
	}
	return p.fits(c, v)
}

func noGroup() error {
	return api.Errorf(api.CodeInvalidResourceGroupNotFound, "The ResourceGroup provided does not exist in our records.").WithStatus(404)
}

// fits refuses a name that is taken and a pair more than the quota.
func (p *pair) fits(c *action.Call, v state.View) error {
	if _, _, taken := compute.KeyPair(v, c.Caller.Account, c.RegionCode(), p.name); taken {
		return api.Errorf(api.CodeKeyPairAlreadyExist, "The key pair already exist.")
	}
	if state.KeyPairsByAccount.Count(v, state.Scope(c.Caller.Account, c.RegionCode())) >= ecs.MaxKeyPairs {
		return api.Errorf(api.CodeQuotaExceedKeyPair, "The key pair quota exceeds.")
	}
	return nil
}

// write keeps the pair with its public key.
func (s *Service) write(c *action.Call, p *pair, key ecs.PublicKey, line string) (k ecs.Key, err error) {
	p.name = strings.Clone(p.name)
	r := &ecs.KeyPair{Account: c.Caller.Account, Name: p.name, PublicKey: strings.Clone(line), Fingerprint: key.Fingerprint()}
	err = s.DB.Update(c.Context, func(tx *state.Tx) error {
		if err := p.fits(c, tx); err != nil {
			return err
		}
		k = tx.NewKey(c.RegionCode())
		row := *r
		row.Created = tx.Now().Unix()
		row.Tags = tag.Store(tx, p.tags)
		var ok bool
		if row.ResourceGroup, ok = resource.Group(tx, row.Account, p.group); !ok {
			return noGroup()
		}
		state.KeyPairs.Put(tx, k, &row)
		return nil
	})
	return k, err
}
