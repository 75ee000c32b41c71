package state

import "github.com/openecs/openecs/internal/ecs"

// Money. An account's row is under ecs.AccountKey; orders and transactions are of
// no region, so their keys order them by time.
var (
	Accounts = Define[ecs.Account](schema, '$', "account")

	Transactions = Define[ecs.Transaction](schema, '%', "transaction")
	// TransactionsByAccount is each account's ledger, in the order of its making.
	TransactionsByAccount = Transactions.Index("account", func(_ ecs.Key, r *ecs.Transaction, add func(uint64)) { add(r.Account) })

	// Accruals are what runs and is not posted yet, a row for each account and billing item.
	Accruals          = Define[ecs.Accrual](schema, '&', "accrual")
	AccrualsByAccount = Accruals.Index("account", func(_ ecs.Key, r *ecs.Accrual, add func(uint64)) { add(r.Account) })

	// Usages are what ran at a rate that holds no more. Their keys order them by their ends.
	Usages          = Define[ecs.Usage](schema, ';', "usage")
	UsagesByAccount = Usages.Index("account", func(_ ecs.Key, r *ecs.Usage, add func(uint64)) { add(r.Account) })

	Orders          = Define[ecs.Order](schema, byte(ecs.KindOrder), "order")
	OrdersByNumber  = Orders.Index("number", func(k ecs.Key, _ *ecs.Order, add func(uint64)) { add(ecs.OrderNumber(k)) }).Sparse()
	OrdersByAccount = Orders.Index("account", func(_ ecs.Key, r *ecs.Order, add func(uint64)) { add(r.Account) })
	// OrdersByItem finds what was paid for a resource.
	OrdersByItem = Orders.Index("item", func(_ ecs.Key, r *ecs.Order, add func(uint64)) {
		for _, k := range r.Items {
			add(uint64(k))
		}
	}).Sparse()
)
