package bss

import (
	"slices"
	"strconv"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/block"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "QueryAccountTransactions", (*Service).QueryAccountTransactions)

// The names that the documentation has for what moves money. A filter for one
// that nothing here is finds nothing, and so does any other.
const (
	payment, consumption, refund, adjust = "Payment", "Consumption", "Refund", "Adjust"
	income, expense                      = "Income", "Expense"
	fromBalance, fromOutside             = "AccountBalance", "BankTransfer"
)

// QueryAccountTransactions lists what moved the account's money in a range of
// time, by default the last month, the newest first.
func (s *Service) QueryAccountTransactions(c *action.Call, in *api.QueryAccountTransactionsRequest) (*api.QueryAccountTransactionsResponse, error) {
	page, err := pageOf(in.PageNum, in.PageSize)
	if err != nil {
		return nil, err
	}
	w, err := windowOf(c.Now, in.CreateTimeStart, in.CreateTimeEnd, func(t time.Time) time.Time { return t.AddDate(0, -1, 0) })
	if err != nil {
		return nil, err
	}
	snap := s.DB.Snapshot()
	seq, total := rows(snap, state.TransactionsByAccount, c.Caller.Account, w)
	match := transactionMatcher(in)
	if match != nil {
		total = -1
	}
	found, total, _ := action.List(page, seq, match, total)
	out := &api.QueryAccountTransactionsResponse{Code: "200", Message: "success", Success: true}
	out.Data.AccountName = strconv.FormatUint(c.Caller.Account, 10)
	out.Data.PageNum, out.Data.PageSize, out.Data.TotalCount = page.Number, page.Size, total
	list := &out.Data.AccountTransactionsList.AccountTransactionsList
	for _, r := range found {
		*list = append(*list, showTransaction(snap, r.Key, r.Record))
	}
	return out, nil
}

// transactionMatcher joins the conditions on single transactions; nil when there
// are none.
func transactionMatcher(in *api.QueryAccountTransactionsRequest) func(ecs.Key, *ecs.Transaction) bool {
	type condition struct {
		want string
		of   func(ecs.Key, *ecs.Transaction) string
	}
	conditions := slices.DeleteFunc([]condition{
		{in.TransactionType, func(_ ecs.Key, t *ecs.Transaction) string { return transactionType(t) }},
		{in.TransactionFlow, func(_ ecs.Key, t *ecs.Transaction) string { return transactionFlow(t) }},
		{in.TransactionChannel, func(_ ecs.Key, t *ecs.Transaction) string { return transactionChannel(t) }},
		{in.TransactionChannelSN, transactionSerial},
		{in.TransactionNumber, func(k ecs.Key, _ *ecs.Transaction) string { return transactionNumber(k) }},
		{in.RecordID, recordID},
	}, func(c condition) bool { return c.want == "" })
	if len(conditions) == 0 {
		return nil
	}
	return func(k ecs.Key, t *ecs.Transaction) bool {
		return !slices.ContainsFunc(conditions, func(c condition) bool { return c.of(k, t) != c.want })
	}
}

func showTransaction(v state.View, k ecs.Key, t *ecs.Transaction) api.QueryAccountTransactionsDataAccountTransactionsList {
	amount := t.Sum(ecs.BookCustomer)
	remarks := t.Note
	if t.Item != 0 {
		remarks = v.Str(t.Item)
	}
	return api.QueryAccountTransactionsDataAccountTransactionsList{
		Amount: max(amount, -amount).String(), Balance: t.Balance.String(), BillingCycle: time.Unix(t.Created, 0).In(ecs.Beijing).Format("2006-01"),
		FundType: "Cash", RecordID: recordID(k, t), Remarks: remarks, TransactionAccount: strconv.FormatUint(t.Account, 10),
		TransactionChannel: transactionChannel(t), TransactionChannelSN: transactionSerial(k, t), TransactionFlow: transactionFlow(t),
		TransactionNumber: transactionNumber(k), TransactionTime: ecs.Second(t.Created), TransactionType: transactionType(t),
	}
}

func transactionType(t *ecs.Transaction) string {
	switch t.Kind {
	case ecs.TransactionOpening, ecs.TransactionTopUp:
		return payment
	case ecs.TransactionRefund:
		return refund
	case ecs.TransactionAdjustment:
		return adjust
	}
	return consumption
}

func transactionFlow(t *ecs.Transaction) string {
	if t.Sum(ecs.BookCustomer) > 0 {
		return income
	}
	return expense
}

// transactionChannel is where money came from or went: the outside, for what an
// account starts with and is topped up by, else its balance.
func transactionChannel(t *ecs.Transaction) string {
	if transactionType(t) == payment {
		return fromOutside
	}
	return fromBalance
}

// transactionSerial is the number that the outside has for a transaction.
func transactionSerial(k ecs.Key, t *ecs.Transaction) string {
	if transactionChannel(t) == fromOutside {
		return transactionNumber(k)
	}
	return ""
}

func transactionNumber(k ecs.Key) string { return strconv.FormatUint(uint64(k), 10) }

// recordID is the number of the order or, of what has none, of the transaction.
func recordID(k ecs.Key, t *ecs.Transaction) string {
	if t.Order != 0 {
		return block.OrderID(t.Order)
	}
	return transactionNumber(k)
}
