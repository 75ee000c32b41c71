package service

import (
	"context"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/billing"
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
