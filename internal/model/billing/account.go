// Package billing is the money of accounts: what they have, what moved it, what
// they ordered. Every movement is a transaction of the ledger whose postings come
// to nothing; whoever sells something calls Buy or Charge in the transaction that
// makes it, so that what cannot be paid is not made.
//
// Layer 7: the groups of actions, the reconciler and the models to its right call it.
package billing

import (
	"errors"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// What the operator asked of an account that cannot be done. What a customer
// asked is refused with the codes of the API.
var (
	ErrNoAccount = errors.New("billing: there is no such account")
	ErrAmount    = errors.New("billing: the amount is not above zero, or more than an account can hold")
	ErrCurrency  = errors.New("billing: the currency is settled with the first purchase or charge")
)

// Open gives an account its row and posts what it starts with, where it has no
// row yet. What it starts with is settled then, for good.
func Open(tx *state.Tx, account uint64, balance ecs.Money) error {
	if _, ok := state.Accounts.Get(tx, ecs.AccountKey(account)); ok {
		return nil
	}
	a := ecs.Account{Opened: tx.Now().Unix()}
	if balance == 0 {
		state.Accounts.Put(tx, ecs.AccountKey(account), &a)
		return nil
	}
	return post(tx, account, a, &ecs.Transaction{Kind: ecs.TransactionOpening}, ecs.BookFunding, balance)
}

// Find is the account. One that was never opened has nothing: it cannot buy.
func Find(v state.View, account uint64) (ecs.Account, bool) {
	if a, ok := state.Accounts.Get(v, ecs.AccountKey(account)); ok {
		return *a, true
	}
	return ecs.Account{}, false
}

// Solvent is what creating or starting something that is paid as it is used
// needs: 400 Account.Arrearage where the account is in arrears, 403
// InsufficientBalance where nothing is left to spend, 404 PaymentMethodNotFound
// where there is nothing to pay with. It reads one row.
func Solvent(v state.View, account uint64) error {
	a, _ := Find(v, account)
	if err := good(&a); err != nil {
		return err
	}
	if a.Available() <= 0 {
		return api.Errorf(api.CodeInsufficientBalance, "Your account does not have enough balance.")
	}
	return nil
}

// Affordable is what buying something at a price needs: 400 Account.Arrearage
// and 404 PaymentMethodNotFound as with Solvent, and 403
// InvalidAccountStatus.NotEnoughBalance where the price is above balance and
// credit line.
func Affordable(v state.View, account uint64, price ecs.Money) error {
	a, _ := Find(v, account)
	if err := good(&a); err != nil {
		return err
	}
	if price > ecs.MaxMoney || price > a.Available() {
		return api.Errorf(api.CodeInvalidAccountStatusNotEnoughBalance, "Your account does not have enough balance.")
	}
	return nil
}

// Something is a price for Affordable where what will be used has none yet:
// something must be left. It is for actions that refuse with the code of
// Affordable; others ask Solvent.
const Something ecs.Money = 1

// Times is the price of n things of one price, and above ecs.MaxMoney where it
// would be more than that.
func Times(price ecs.Money, n int) ecs.Money {
	if n > 0 && price > ecs.MaxMoney/ecs.Money(n) {
		return ecs.MaxMoney + 1
	}
	return price * ecs.Money(n)
}

// good checks that the account may order at all.
func good(a *ecs.Account) error {
	switch {
	case a.NoPayment:
		return api.Errorf(api.CodePaymentMethodNotFound, "No payment method is specified for your account. We recommend that you add a payment method.")
	case a.Available() < 0:
		return api.Errorf(api.CodeAccountArrearage, "Your account has an outstanding payment.")
	}
	return nil
}

// TopUp adds to the balance of an account: ErrNoAccount, ErrAmount.
func TopUp(tx *state.Tx, account uint64, amount ecs.Money, note string) error {
	a, ok := Find(tx, account)
	switch {
	case !ok:
		return ErrNoAccount
	case amount <= 0 || amount > ecs.MaxMoney:
		return ErrAmount
	}
	return post(tx, account, a, &ecs.Transaction{Kind: ecs.TransactionTopUp, Note: note}, ecs.BookFunding, amount)
}

// Charge takes what something that is paid as it is used has come to, billed as
// an item such as "instance". The account may go into arrears by it.
// ErrNoAccount, ErrAmount.
func Charge(tx *state.Tx, account uint64, item string, amount ecs.Money) error {
	t := &ecs.Transaction{Kind: ecs.TransactionUsage, Item: tx.Sym(item)}
	return take(tx, account, t, ecs.BookUsage, amount)
}

// Post is Charge for what was metered up to an instant, after which carry, in
// 3,600ths of a Money, remains to be charged.
func Post(tx *state.Tx, account uint64, item ecs.Sym, amount ecs.Money, until int64, carry int16) error {
	return take(tx, account, &ecs.Transaction{Kind: ecs.TransactionUsage, Item: item, Until: until, Carry: carry}, ecs.BookUsage, amount)
}

// Adjust takes an amount by the operator's hand. ErrNoAccount, ErrAmount.
func Adjust(tx *state.Tx, account uint64, amount ecs.Money, note string) error {
	return take(tx, account, &ecs.Transaction{Kind: ecs.TransactionAdjustment, Note: note}, ecs.BookAdjustment, amount)
}

func take(tx *state.Tx, account uint64, t *ecs.Transaction, book ecs.Book, amount ecs.Money) error {
	a, ok := Find(tx, account)
	switch {
	case !ok:
		return ErrNoAccount
	case amount <= 0 || amount > ecs.MaxMoney:
		return ErrAmount
	}
	return post(tx, account, a, t, book, -amount)
}

// Set changes the terms of an account: its credit line, its currency, whether it
// has a method of payment; nil leaves one as it is. ErrNoAccount; ErrAmount for a
// credit line out of range; ErrCurrency once amounts in another currency stand in
// orders or bills.
func Set(tx *state.Tx, account uint64, credit *ecs.Money, currency *ecs.Currency, payment *bool) error {
	a, ok := Find(tx, account)
	if !ok {
		return ErrNoAccount
	}
	if credit != nil {
		if *credit < 0 || *credit > ecs.MaxMoney {
			return ErrAmount
		}
		a.Credit = *credit
	}
	if currency != nil && *currency != a.Currency {
		if used(tx, account) {
			return ErrCurrency
		}
		a.Currency = *currency
	}
	if payment != nil {
		a.NoPayment = !*payment
	}
	settle(tx, account, &a)
	state.Accounts.Put(tx, ecs.AccountKey(account), &a)
	return nil
}

// used tells whether anything was ever ordered or charged.
func used(v state.View, account uint64) bool {
	if state.OrdersByAccount.Count(v, account) > 0 {
		return true
	}
	for _, t := range state.TransactionsByAccount.Descend(v, account, 0) {
		if t.Kind != ecs.TransactionOpening && t.Kind != ecs.TransactionTopUp {
			return true
		}
	}
	return false
}

// post writes a transaction of account a, as it is now: amount to the customer,
// from a book. Nothing is written where the balance would leave MaxMoney.
func post(tx *state.Tx, account uint64, a ecs.Account, t *ecs.Transaction, book ecs.Book, amount ecs.Money) error {
	balance := a.Balance + amount // both are within MaxMoney
	if balance > ecs.MaxMoney || balance < -ecs.MaxMoney {
		return ErrAmount
	}
	a.Balance = balance
	settle(tx, account, &a)
	t.Account, t.Created, t.Balance = account, tx.Now().Unix(), balance
	t.Postings = []ecs.Posting{{Book: ecs.BookCustomer, Amount: amount}, {Book: book, Amount: -amount}}
	state.Accounts.Put(tx, ecs.AccountKey(account), &a)
	state.Transactions.Put(tx, tx.NewKey(0), t)
	return nil
}

// DueArrears is the kind of the due row of an account's next step in arrears, or
// out of them; package arrears takes it.
const DueArrears = '='

// The grace of an account in arrears: so long what it pays as it is used runs on,
// and so long it is stopped before it is released.
const (
	StopAfter    = 15 * 24 * time.Hour
	ReleaseAfter = 15 * 24 * time.Hour
)

// settle notes since when the account is in arrears, and has what follows happen.
func settle(tx *state.Tx, account uint64, a *ecs.Account) {
	k := ecs.AccountKey(account)
	switch {
	case a.Available() >= 0 && a.Arrears != 0:
		a.Arrears = 0
		tx.Cancel(DueArrears, k)
		if a.Suspended != 0 {
			StepNext(tx, k, tx.Now())
		}
	case a.Available() < 0 && a.Arrears == 0:
		a.Arrears = tx.Now().Unix()
		StepNext(tx, k, tx.Now().Add(StopAfter))
	}
}

// StepNext has an account's next step in arrears come at an instant.
func StepNext(tx *state.Tx, k ecs.Key, at time.Time) {
	tx.Reschedule(at, DueArrears, k)
	tx.Wake('D', 0)
}
