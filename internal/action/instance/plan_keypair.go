package instance

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/state"
)

// keyPair finds the key pair. On Windows it is ignored; on Linux the guest
// takes no password while it has one, whatever password is given besides.
func (p *planner) keyPair() error {
	if p.in.KeyPairName == "" || p.plan.windows {
		return nil
	}
	_, r, ok := compute.KeyPair(p.snap, p.c.Caller.Account, p.c.Region.Code, p.in.KeyPairName)
	if !ok {
		return noKeyPair()
	}
	p.plan.key = r.Name
	return nil
}

// recheckKeyPair refuses a key pair that was deleted in the meantime.
func (p *plan) recheckKeyPair(tx *state.Tx, region uint8) error {
	if p.key == "" {
		return nil
	}
	if _, _, ok := compute.KeyPair(tx, p.record.Account, region, p.key); !ok {
		return noKeyPair()
	}
	return nil
}

func noKeyPair() error {
	return api.Errorf(api.CodeInvalidKeyPairNameNotFound, "The specified parameter KeyPairName does not exist in our records.")
}
