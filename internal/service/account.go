package service

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/billing"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/state"
)

// openAccounts opens the accounts that have keys and no row yet. What an account
// starts with is written with the row, not computed where there is none, so that
// it stands in the ledger, and another --balance later changes no account that
// there is.
func openAccounts(ctx context.Context, db *state.DB, c *Config) error {
	known, ok := c.Keys.(interface{ Accounts() []uint64 })
	if !ok {
		return nil
	}
	balance := ecs.Money(ecs.DefaultBalance)
	if c.Balance != nil {
		balance = *c.Balance
	}
	var fresh []uint64
	for _, account := range known.Accounts() {
		if _, ok := billing.Find(db.Snapshot(), account); !ok {
			fresh = append(fresh, account)
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	return db.Update(ctx, func(tx *state.Tx) error {
		for _, account := range fresh {
			if err := billing.Open(tx, account, balance); err != nil {
				return err
			}
		}
		return nil
	})
}

// OpenAccounts opens the accounts of another service, with what they have there
// and on the same terms, where this one has none.
func (s *Service) OpenAccounts(like *Service) error {
	return s.DB.Update(context.Background(), func(tx *state.Tx) error {
		for k, a := range state.Accounts.Ascend(like.DB.Snapshot(), 0, 0) {
			account := uint64(k)
			if err := billing.Open(tx, account, a.Balance); err != nil {
				return err
			}
			payment := !a.NoPayment
			if err := billing.Set(tx, account, &a.Credit, &a.Currency, &payment); err != nil {
				return err
			}
		}
		return nil
	})
}

// Empty reports whether there is nothing here but accounts that have done nothing
// yet.
func (s *Service) Empty() bool {
	v := s.DB.Snapshot()
	return v.Rows() == state.Accounts.Len(v)+state.Transactions.Len(v)
}

// Account is the money of an account, as it is shown to those who run the
// service. Amounts are decimal; ArrearsSince is empty where nothing is owed
// beyond the credit line.
type Account struct {
	Account      string
	Currency     string
	Balance      string
	Credit       string
	Available    string
	ArrearsSince string
	Payment      bool
	Transactions int
	Orders       int
}

// Account shows an account; false for one that was never opened.
func (s *Service) Account(account uint64) (*Account, bool) {
	v := s.DB.Snapshot()
	a, ok := billing.Find(v, account)
	return &Account{
		Account: strconv.FormatUint(account, 10), Currency: a.Currency.String(), Balance: a.Balance.String(), Credit: a.Credit.String(),
		Available: a.Available().String(), ArrearsSince: ecs.Second(a.Arrears), Payment: !a.NoPayment,
		Transactions: state.TransactionsByAccount.Count(v, account), Orders: state.OrdersByAccount.Count(v, account),
	}, ok
}

// AccountChange is what those who run the service change of an account. What is
// "" stays.
type AccountChange struct {
	TopUp, Charge, Credit string // amounts, as 500 or 99.50
	Currency              string // CNY or USD, until the first order or charge
	Payment               string // on or off: whether there is a method of payment
	Note                  string // why, for the ledger
}

// Refusal is a sentence about a change that is no good.
type Refusal string

func (r Refusal) Error() string { return string(r) }

// maxNote is how long the note of a transaction may be, in bytes.
const maxNote = 256

// PayOrder pays an order of an account that was left unpaid, by its number, and
// does what it was for. What is no good is a Refusal.
func (s *Service) PayOrder(ctx context.Context, account uint64, number string) error {
	n, err := strconv.ParseUint(number, 10, 64)
	if err != nil {
		return Refusal("The order " + strconv.Quote(number) + " is no number.")
	}
	return s.DB.Update(ctx, func(tx *state.Tx) error {
		for k := range state.OrdersByNumber.Ascend(tx, n, 0) {
			switch err := compute.PayOrder(tx, account, k); {
			case errors.Is(err, billing.ErrNoOrder):
			case err != nil:
				return Refusal("The order " + number + " cannot be paid: " + err.Error())
			default:
				return nil
			}
		}
		return Refusal("The account has no order " + number + " that waits to be paid.")
	})
}

// ChangeAccount changes an account, all or nothing. What is no good is a Refusal.
func (s *Service) ChangeAccount(ctx context.Context, account uint64, c AccountChange) error {
	var topUp, charge, credit *ecs.Money
	for _, f := range []struct {
		name, value string
		to          **ecs.Money
	}{{"top-up", c.TopUp, &topUp}, {"charge", c.Charge, &charge}, {"credit", c.Credit, &credit}} {
		if f.value == "" {
			continue
		}
		m, err := ecs.ParseMoney(f.value)
		if err != nil {
			return Refusal("The " + f.name + " " + strconv.Quote(f.value) + " is no amount: " + err.Error() + ".")
		}
		*f.to = &m
	}
	var currency *ecs.Currency
	if c.Currency != "" {
		v, ok := ecs.ParseCurrency(c.Currency)
		if !ok {
			return Refusal("The currency " + strconv.Quote(c.Currency) + " is neither CNY nor USD.")
		}
		currency = &v
	}
	var payment *bool
	switch on := c.Payment == "on"; c.Payment {
	case "":
	case "on", "off":
		payment = &on
	default:
		return Refusal("The payment " + strconv.Quote(c.Payment) + " is neither on nor off.")
	}
	if topUp == nil && charge == nil && credit == nil && currency == nil && payment == nil {
		return Refusal("Nothing is to be changed: give topUp, charge, credit, currency or payment.")
	}
	if len(c.Note) > maxNote {
		return Refusal("The note is longer than " + strconv.Itoa(maxNote) + " bytes.")
	}
	note := strings.Clone(c.Note)
	err := s.DB.Update(ctx, func(tx *state.Tx) error {
		if err := billing.Set(tx, account, credit, currency, payment); err != nil {
			return err
		}
		if topUp != nil {
			if err := billing.TopUp(tx, account, *topUp, note); err != nil {
				return err
			}
		}
		if charge != nil {
			return billing.Adjust(tx, account, *charge, note)
		}
		return nil
	})
	switch {
	case errors.Is(err, billing.ErrNoAccount):
		return Refusal("There is no account " + strconv.FormatUint(account, 10) + " here.")
	case errors.Is(err, billing.ErrAmount):
		return Refusal("An amount must be above 0, and an account holds at most " + ecs.MaxMoney.String() + ".")
	case errors.Is(err, billing.ErrCurrency):
		return Refusal("The currency stands in orders or bills already: it can only be changed before the first.")
	}
	return err
}
