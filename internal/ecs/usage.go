package ecs

// Metering is what something costs now that is paid as it is used. It is small,
// for each instance and disk has one. Package meter keeps it; a record that is
// put with another is priced anew.
type Metering struct {
	_ struct{} `cbor:",toarray"`

	Since uint32 // Unix seconds since when the rate holds
	Rate  uint32 // Money for an hour, at most MaxHourly; 0: it costs nothing
}

// MaxHourly is the most that one thing may cost for an hour.
const MaxHourly Money = 1<<32 - 1

// Accrual is what an account owes for one billing item and was not charged yet:
// it grows by the second at the sum of the rates of all that runs.
type Accrual struct {
	_ struct{} `cbor:",toarray"`

	Account uint64
	Item    Sym
	Rate    Money // for an hour: the sum
	Since   int64 // Unix seconds from when on Rate is not in Owed yet
	Owed    Money // exactly: Owed, and Part of one more in 3,600ths
	Part    int16
}

// Usage is a stretch of time in which something cost the same, and which is over.
// That which still goes on is in the resource's own record (Metering).
type Usage struct {
	_ struct{} `cbor:",toarray"`

	Account  uint64
	Item     Sym
	Kind     Kind
	Resource Key
	Rate     Money // for an hour
	From, To int64 // Unix seconds
	Zone     Sym
	Spec     Sym // the type or category, as it was
}
