package keypair

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
)

var _ = action.Handle(&actions, "CreateKeyPair", (*Service).CreateKeyPair)

// keyBits is the size of the RSA keys that the service makes.
const keyBits = 2048

// CreateKeyPair makes an RSA key pair, keeps the public half and answers the
// private half, which is nowhere else. It is PEM in the form of PKCS #1, the
// one of the documentation's own example (its text calls it PKCS #8) and the
// one that every SSH client reads.
func (s *Service) CreateKeyPair(c *action.Call, in *api.CreateKeyPairRequest) (*api.CreateKeyPairResponse, error) {
	p := pair{name: in.KeyPairName, group: in.ResourceGroupID, tags: in.Tag}
	if err := p.check(c, s.DB.Snapshot()); err != nil {
		return nil, err
	}
	private, err := rsa.GenerateKey(rand.Reader, keyBits)
	if err != nil {
		return nil, err
	}
	public := ecs.RSAPublicKey(&private.PublicKey)
	k, err := s.write(c, &p, public, public.String())
	if err != nil {
		return nil, err
	}
	body := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(private)})
	return &api.CreateKeyPairResponse{
		KeyPairID: ecs.ID(ecs.KindKeyPair, k), KeyPairName: p.name, KeyPairFingerPrint: public.Fingerprint(), PrivateKeyBody: string(body),
	}, nil
}
