package ecs

// Disk is a cloud disk.
type Disk struct {
	_ struct{} `cbor:",toarray"`

	Account            uint64
	Instance           Key // 0: attached to none
	Zone               Sym
	Category           Sym
	Performance        Sym   // performance level of an ESSD, else ""
	Size               int32 // GiB
	System             bool
	Device             Sym
	Name               string
	Description        string
	Image              Sym // system disks: what it was made from
	Snapshot           Sym
	DeleteWithInstance bool
	Encrypted          bool
	KMSKey             Sym
	ChargeType         ChargeType
	Expires            int64
	Order              Key
	ResourceGroup      Sym
	Created            int64
	Attached           int64
	Tags               []Tag
}

// Secret is what an instance carries that no Describe action shows whole: its
// user data (raw, decoded) and its password. It has a table of its own, so that
// it costs nothing where there is none and is never logged with a record.
type Secret struct {
	_ struct{} `cbor:",toarray"`

	UserData []byte
	Password string
}

// Order is a purchase: what a subscription cost and for how long.
type Order struct {
	_ struct{} `cbor:",toarray"`

	Account uint64
	Created int64
	Action  Sym
	Items   []Key // the instances bought
	Price   int64 // hundred-thousandths of the currency unit, for all items
	Period  uint8
	Unit    PeriodUnit
	Zone    Sym
}
