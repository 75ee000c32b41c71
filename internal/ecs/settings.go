package ecs

// Settings are an account's own in a region: SettingsKey.
type Settings struct {
	_ struct{} `cbor:",toarray"`

	EncryptDisks bool // what is created from now on is encrypted
	DiskKey      Sym  // with that key; 0: with the service's
}

// SettingsKey is the key of an account's settings in a region. Accounts have at
// most 16 decimal digits, which fit below the region.
func SettingsKey(account uint64, region uint8) Key {
	return Key(uint64(region)<<regionShift | account&(1<<regionShift-1))
}
