package keypair

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
)

var _ = action.Handle(&actions, "ImportKeyPair", (*Service).ImportKeyPair)

// ImportKeyPair keeps the public half of a pair that was made elsewhere, on
// one line of OpenSSH's form. RSA, DSA and ECDSA are documented and taken;
// others are not.
func (s *Service) ImportKeyPair(c *action.Call, in *api.ImportKeyPairRequest) (*api.ImportKeyPairResponse, error) {
	p := pair{name: in.KeyPairName, group: in.ResourceGroupID, tags: in.Tag}
	line := strings.TrimSpace(in.PublicKeyBody)
	public, ok := ecs.ParsePublicKey(line)
	if !ok {
		return nil, api.Errorf(api.CodeInvalidPublicKeyBodyMalformed, "The PublicKeyBody format is not supported.")
	}
	if err := p.check(c, s.DB.Snapshot()); err != nil {
		return nil, err
	}
	if _, err := s.write(c, &p, public, line); err != nil {
		return nil, err
	}
	return &api.ImportKeyPairResponse{KeyPairName: p.name, KeyPairFingerPrint: public.Fingerprint()}, nil
}
