package billing_test

import (
	"context"
	"errors"
	"testing"

	"pgregory.net/rapid"

	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/billing"
	"github.com/openecs/openecs/internal/state"
)

// books is what the ledger must come to, kept by the simplest means.
type books struct {
	balance, credit ecs.Money
	noPayment       bool
	paid            map[ecs.Key]ecs.Money // what can be refunded, by resource
	unpaid          map[ecs.Key]*purchase // orders that wait
	transactions    int
	orders          int
}

type purchase struct {
	resources []ecs.Key
	prices    []ecs.Money
}

func (b *books) buyable(price ecs.Money) bool {
	return !b.noPayment && b.balance+b.credit >= 0 && price <= b.balance+b.credit
}

// TestLedger: whatever is bought, refunded, charged, topped up, paid and
// cancelled, and whatever of it is refused, each transaction sums to zero, each
// balance is the sum of what was posted to it, to the last unit, and a refusal
// leaves no trace; also after restarts.
func TestLedger(t *testing.T) {
	s := actiontest.Start(t, actiontest.Balance("50"))
	next := uint64(7_000_000) // accounts of their own for each check
	rapid.Check(t, func(rt *rapid.T) {
		var accounts []uint64
		model := map[uint64]*books{}
		must := func(err error) {
			rt.Helper()
			if err != nil {
				rt.Fatal(err)
			}
		}
		for range 3 {
			next++
			account, opening := next, ecs.Money(rapid.Int64Range(0, 100*int64(ecs.Unit)).Draw(rt, "opening"))
			must(s.DB().Update(context.Background(), func(tx *state.Tx) error { return billing.Open(tx, account, opening) }))
			must(s.DB().Update(context.Background(), func(tx *state.Tx) error { return billing.Open(tx, account, opening+1) })) // once only
			b := &books{balance: opening, paid: map[ecs.Key]ecs.Money{}, unpaid: map[ecs.Key]*purchase{}}
			if opening > 0 {
				b.transactions = 1
			}
			model[account], accounts = b, append(accounts, account)
		}
		amounts := rapid.OneOf(rapid.Int64Range(1, 60*int64(ecs.Unit)), rapid.SampledFrom([]int64{0, 1, int64(ecs.MaxMoney), int64(ecs.MaxMoney) + 1}))
		money := func(name string) ecs.Money { return ecs.Money(amounts.Draw(rt, name)) }
		pick := func(of map[ecs.Key]ecs.Money) ecs.Key {
			var keys []ecs.Key
			for k := range of {
				keys = append(keys, k)
			}
			if len(keys) == 0 {
				return 1
			}
			least := keys[0]
			for _, k := range keys {
				least = min(least, k)
			}
			return least
		}
		// do runs one operation, and checks that it is refused when the model says so, and then writes nothing.
		do := func(name string, want bool, f func(tx *state.Tx) error) bool {
			rt.Helper()
			rev := s.DB().Snapshot().Rev()
			err := s.DB().Update(context.Background(), f)
			if (err == nil) != want {
				rt.Fatalf("%s: %v, want success %v", name, err, want)
			}
			if err != nil && s.DB().Snapshot().Rev() != rev {
				rt.Fatalf("%s was refused and wrote something", name)
			}
			return err == nil
		}
		step := func(rt *rapid.T) {
			account := rapid.SampledFrom(accounts).Draw(rt, "account")
			b := model[account]
			switch rapid.SampledFrom([]string{"buy", "buy", "leave unpaid", "pay", "cancel", "refund", "refund", "charge", "charge", "top up", "credit", "payment", "restart"}).Draw(rt, "operation") {
			case "buy", "leave unpaid":
				later := rapid.Bool().Draw(rt, "later")
				p := &billing.Purchase{Account: account, Action: "create", Unpaid: later}
				bought := &purchase{}
				var total, sum ecs.Money
				fits := true
				for range rapid.IntRange(1, 4).Draw(rt, "lines") {
					price := money("price")
					discount := ecs.Money(rapid.Int64Range(0, 2).Draw(rt, "discount"))
					fits = fits && discount <= price && price <= ecs.MaxMoney
					next++
					p.Lines = append(p.Lines, billing.Line{Kind: ecs.KindInstance, Resource: ecs.Key(next), Price: price, Discount: discount})
					bought.resources, bought.prices = append(bought.resources, ecs.Key(next)), append(bought.prices, price-discount)
					total, sum = total+price-discount, sum+price
				}
				due := total
				if later {
					due = 0
				}
				var k ecs.Key
				if do("buy", fits && sum <= ecs.MaxMoney && b.buyable(due), func(tx *state.Tx) (err error) { k, err = billing.Buy(tx, p); return err }) {
					b.orders++
					if later {
						b.unpaid[k] = bought
						return
					}
					b.take(bought, total)
				}
			case "pay", "cancel":
				var k ecs.Key = 1
				for o := range b.unpaid {
					k = max(k, o)
				}
				o := b.unpaid[k]
				if rapid.Bool().Draw(rt, "pay") {
					var total ecs.Money
					if o != nil {
						for _, p := range o.prices {
							total += p
						}
					}
					if do("pay", o != nil && b.buyable(total), func(tx *state.Tx) error { _, err := billing.Pay(tx, account, k); return err }) {
						delete(b.unpaid, k)
						b.take(o, total)
					}
				} else if do("cancel", o != nil, func(tx *state.Tx) error { return billing.Cancel(tx, account, k) }) {
					delete(b.unpaid, k)
				}
				other := accounts[0]
				if other == account {
					other = accounts[1]
				}
				do("cancel another's", false, func(tx *state.Tx) error { return billing.Cancel(tx, other, k) })
			case "refund":
				resource := pick(b.paid)
				amount := b.paid[resource]
				switch rapid.IntRange(0, 2).Draw(rt, "how much") {
				case 0:
					amount /= 3
				case 1:
					amount++
				}
				p := &billing.Purchase{Account: account, Kind: ecs.OrderRefund, Lines: billing.Lines(ecs.KindInstance, amount, resource)}
				if do("refund", amount <= b.paid[resource] && b.balance+amount <= ecs.MaxMoney, func(tx *state.Tx) error { _, err := billing.Refund(tx, p); return err }) {
					b.orders++
					if amount > 0 {
						b.transactions++
						b.balance += amount
						if b.paid[resource] -= amount; b.paid[resource] == 0 {
							delete(b.paid, resource)
						}
					}
				}
			case "charge":
				amount := money("charge")
				if do("charge", amount > 0 && amount <= ecs.MaxMoney && b.balance-amount >= -ecs.MaxMoney, func(tx *state.Tx) error { return billing.Charge(tx, account, "instance", amount) }) {
					b.balance, b.transactions = b.balance-amount, b.transactions+1
				}
			case "top up":
				amount := money("top-up")
				if do("top up", amount > 0 && amount <= ecs.MaxMoney && b.balance+amount <= ecs.MaxMoney, func(tx *state.Tx) error { return billing.TopUp(tx, account, amount, "") }) {
					b.balance, b.transactions = b.balance+amount, b.transactions+1
				}
			case "credit":
				amount := money("credit")
				if do("credit", amount <= ecs.MaxMoney, func(tx *state.Tx) error { return billing.Set(tx, account, &amount, nil, nil) }) {
					b.credit = amount
				}
			case "payment":
				on := rapid.Bool().Draw(rt, "on")
				do("payment", true, func(tx *state.Tx) error { return billing.Set(tx, account, nil, nil, &on) })
				b.noPayment = !on
			case "restart":
				if rapid.IntRange(0, 3).Draw(rt, "restart") == 0 {
					s.Restart()
				}
			}
		}
		rt.Repeat(map[string]func(*rapid.T){"": func(rt *rapid.T) {
			for account, b := range model {
				check(rt, s.DB().Snapshot(), account, b)
			}
		}, "step": step})
		s.Restart()
		for account, b := range model {
			check(rt, s.DB().Snapshot(), account, b)
		}
	})
}

// take is that a purchase was paid.
func (b *books) take(p *purchase, total ecs.Money) {
	if total > 0 {
		b.transactions++
	}
	b.balance -= total
	for i, k := range p.resources {
		if p.prices[i] > 0 {
			b.paid[k] = p.prices[i]
		}
	}
}

func check(rt *rapid.T, v state.View, account uint64, b *books) {
	rt.Helper()
	a, ok := billing.Find(v, account)
	if !ok || a.Balance != b.balance || a.Credit != b.credit || a.NoPayment != b.noPayment {
		rt.Fatalf("account %d: %+v, want balance %s and credit %s", account, a, b.balance, b.credit)
	}
	if (a.Arrears != 0) != (b.balance+b.credit < 0) {
		rt.Fatalf("account %d with %s available is in arrears since %d", account, a.Available(), a.Arrears)
	}
	var sum ecs.Money
	n := 0
	for _, tr := range state.TransactionsByAccount.Ascend(v, account, 0) {
		var all ecs.Money
		for _, p := range tr.Postings {
			all += p.Amount
		}
		if sum += tr.Sum(ecs.BookCustomer); all != 0 || tr.Balance != sum || len(tr.Postings) < 2 {
			rt.Fatalf("transaction %+v: sums to %s, and the balance was %s", tr, all, sum)
		}
		n++
	}
	if sum != a.Balance || n != b.transactions {
		rt.Fatalf("account %d: %d transactions come to %s, want %d and %s", account, n, sum, b.transactions, a.Balance)
	}
	if n := state.OrdersByAccount.Count(v, account); n != b.orders {
		rt.Fatalf("account %d has %d orders, want %d", account, n, b.orders)
	}
	for k, want := range b.paid {
		if got := billing.Refundable(v, account, k); got != want {
			rt.Fatalf("resource %d: %s can be refunded, want %s", k, got, want)
		}
	}
	if err := billing.Solvent(v, account); (err == nil) != (!b.noPayment && b.balance+b.credit > 0) {
		rt.Fatalf("account %d with %s available: %v", account, a.Available(), err)
	}
}

// TestCurrency: what amounts are in is settled with the first order or charge.
func TestCurrency(t *testing.T) {
	s := actiontest.Start(t, actiontest.Balance("10"))
	set := func(c ecs.Currency) error {
		return s.DB().Update(context.Background(), func(tx *state.Tx) error { return billing.Set(tx, actiontest.Account, nil, &c, nil) })
	}
	if err := set(ecs.USD); err != nil {
		t.Fatal(err)
	}
	if err := s.DB().Update(context.Background(), func(tx *state.Tx) error { return billing.Charge(tx, actiontest.Account, "disk", 1) }); err != nil {
		t.Fatal(err)
	}
	if err := set(ecs.CNY); !errors.Is(err, billing.ErrCurrency) {
		t.Errorf("%v", err)
	}
	if err := set(ecs.USD); err != nil {
		t.Errorf("the same one: %v", err)
	}
	unknown := s.DB().Update(context.Background(), func(tx *state.Tx) error { return billing.TopUp(tx, 12345, 1, "") })
	if !errors.Is(unknown, billing.ErrNoAccount) {
		t.Errorf("%v", unknown)
	}
}
