package ecs

// Currency is what an account pays in.
type Currency uint8

// The currencies.
const (
	CNY Currency = iota
	USD
)

func (c Currency) String() string { return [...]string{"CNY", "USD"}[c] }

// ParseCurrency finds a currency by its ISO 4217 code.
func ParseCurrency(s string) (Currency, bool) {
	switch s {
	case "CNY":
		return CNY, true
	case "USD":
		return USD, true
	}
	return 0, false
}

// DefaultBalance is what a fresh account has, so that everything can be tried at
// once.
const DefaultBalance = 1_000_000 * Unit

// Account is the money of an account, in all regions. Its balance is the sum of
// what its transactions post to BookCustomer.
type Account struct {
	_ struct{} `cbor:",toarray"`

	Balance   Money // negative: it owes
	Credit    Money // how far below zero the balance may go
	Currency  Currency
	NoPayment bool  // it has no method of payment: nothing can be bought
	Arrears   int64 // Unix seconds since when nothing is Available any more but debt; 0: it is not in arrears
	Opened    int64
	Suspended int64 // since when, being in arrears for too long, what it pays as it is used is stopped; 0: it is not
}

// Available is what can be spent: the balance and the credit line. Below zero
// the account is in arrears.
func (a *Account) Available() Money { return a.Balance + a.Credit }

// AccountKey is the key of an account's row. Accounts have at most 16 decimal
// digits, which fit below the region, of which an account has none.
func AccountKey(account uint64) Key { return SettingsKey(account, 0) }
