package node

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"strings"
)

// Keys are the secrets of a data directory.
type Keys struct {
	Account         uint64 `json:"account"`
	AccessKeyID     string `json:"accessKeyId"`
	AccessKeySecret string `json:"accessKeySecret"`
	AdminToken      string `json:"adminToken"`  // for /_openecs/
	TokenSecret     []byte `json:"tokenSecret"` // of the tokens that listings continue with
	Cell            string `json:"cell"`        // names this service's machines on a shared host
}

const keysFile = "keys.json"

// LoadKeys reads the keys of a data directory, or draws and writes them at the
// first start. A root key that is asked for later must be the one that is
// there.
func LoadKeys(dir, id, secret string) (*Keys, error) {
	path := filepath.Join(dir, keysFile)
	k, err := readKeys(path)
	if errors.Is(err, fs.ErrNotExist) {
		if k, err = drawKeys(id, secret); err != nil {
			return nil, err
		}
		err = writeNew(path, k)
		if errors.Is(err, fs.ErrExist) { // another process was first
			k, err = readKeys(path)
		}
	}
	if err != nil {
		return nil, err
	}
	if id != "" && id != k.AccessKeyID || secret != "" && secret != k.AccessKeySecret {
		return nil, fmt.Errorf("the root access key asked for is not the one in %s; unset OPENECS_ACCESS_KEY_ID and OPENECS_ACCESS_KEY_SECRET, or use another data directory", path)
	}
	return k, nil
}

func readKeys(path string) (*Keys, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	k := new(Keys)
	if err := json.Unmarshal(b, k); err != nil || k.AccessKeyID == "" || k.AccessKeySecret == "" || k.AdminToken == "" || k.Account == 0 {
		return nil, fmt.Errorf("%s is damaged: restore it from a backup, or remove it to have new keys drawn", path)
	}
	return k, nil
}

func drawKeys(id, secret string) (*Keys, error) {
	if (id == "") != (secret == "") {
		return nil, errors.New("a root access key needs both OPENECS_ACCESS_KEY_ID and OPENECS_ACCESS_KEY_SECRET")
	}
	if err := checkKey(id, secret); err != nil {
		return nil, err
	}
	if id == "" {
		id, secret = "LTAI"+randomText(20), randomText(30)
	}
	n, err := rand.Int(rand.Reader, big.NewInt(9e15))
	if err != nil {
		return nil, err
	}
	return &Keys{
		Account: 1e15 + n.Uint64(), AccessKeyID: id, AccessKeySecret: secret, AdminToken: randomText(40),
		TokenSecret: []byte(randomText(32)), Cell: "cell-" + randomText(8),
	}, nil
}

// checkKey refuses a root key that a profile file, a shell or a configuration
// could not carry as it is.
func checkKey(id, secret string) error {
	for _, s := range []string{id, secret} {
		if len(s) > 128 {
			return errors.New("OPENECS_ACCESS_KEY_ID and OPENECS_ACCESS_KEY_SECRET are at most 128 characters")
		}
		for _, c := range s {
			if c <= ' ' || c > '~' || strings.ContainsRune("\"'`$\\%#;", c) {
				return fmt.Errorf("OPENECS_ACCESS_KEY_ID and OPENECS_ACCESS_KEY_SECRET are letters, digits and signs such as -_.+/=; %q is not one", c)
			}
		}
	}
	return nil
}

// randomText is n characters of 62, drawn from the system's generator.
func randomText(n int) string {
	const set = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	b := make([]byte, 0, n)
	var buf [64]byte
	for len(b) < n {
		rand.Read(buf[:])
		for _, c := range buf {
			if c < 4*62 && len(b) < n {
				b = append(b, set[c%62])
			}
		}
	}
	return string(b)
}

// writeNew writes a file of mode 0600 that must not exist, wholly or not at
// all.
func writeNew(path string, v any) error {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".new-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(append(b, '\n'))
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	return os.Link(tmp.Name(), path)
}

// ReadKeys reads the keys of a data directory that was used before.
func ReadKeys(dir string) (*Keys, error) { return readKeys(filepath.Join(dir, keysFile)) }
