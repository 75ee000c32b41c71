package bss

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/model/billing"
)

var _ = action.Handle(&actions, "QueryAccountBalance", (*Service).QueryAccountBalance)

// QueryAccountBalance shows what the account has: its balance as the cash, its
// credit line, and the sum of the two as what is available.
func (s *Service) QueryAccountBalance(c *action.Call, _ *api.QueryAccountBalanceRequest) (*api.QueryAccountBalanceResponse, error) {
	a, _ := billing.Find(s.DB.Snapshot(), c.Caller.Account)
	out := &api.QueryAccountBalanceResponse{Code: "200", Message: "success", Success: true}
	out.Data = api.QueryAccountBalanceData{
		AvailableAmount: a.Available().String(), AvailableCashAmount: a.Balance.String(), CreditAmount: a.Credit.String(),
		Currency: a.Currency.String(), MybankCreditAmount: "0.00",
	}
	return out, nil
}
