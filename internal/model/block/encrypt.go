package block

import (
	"strconv"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// ServiceKey is the identifier of the key that the service itself encrypts an
// account's disks in a region with.
func ServiceKey(account uint64, region uint8) string {
	return ecs.UUID("service key of disks " + strconv.FormatUint(account, 10) + " " + strconv.Itoa(int(region)))
}

// DefaultKey tells whether the disks that an account creates in a region are
// encrypted though it does not ask, and with which key.
func DefaultKey(v state.View, account uint64, region uint8) (key string, on bool) {
	s, ok := state.Settings.Get(v, ecs.SettingsKey(account, region))
	if ok && s.DiskKey != 0 {
		return v.Str(s.DiskKey), s.EncryptDisks
	}
	return ServiceKey(account, region), ok && s.EncryptDisks
}

// Encrypt settles whether a new disk is encrypted, and gives one that is a key.
func Encrypt(tx *state.Tx, region uint8, d *ecs.Disk) {
	if !d.Encrypted {
		s, ok := state.Settings.Get(tx, ecs.SettingsKey(d.Account, region))
		d.Encrypted = ok && s.EncryptDisks
	}
	if d.Encrypted && d.KMSKey == 0 {
		key, _ := DefaultKey(tx, d.Account, region)
		d.KMSKey = tx.Sym(key)
	}
}
