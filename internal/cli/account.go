package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/spf13/cobra"

	"github.com/openecs/openecs/internal/ecs"
)

func (a *app) accountCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "account", Short: "Show and change the money and the quotas of the account", Args: noArgs,
		Long: `account shows what the account of the service has, and changes it. Fees of
subscriptions are deducted when they are bought; an account that owes more than
its credit line is in arrears and can buy nothing. These commands are for a
service of your own: they need its data directory, or OPENECS_ADMIN_TOKEN.`,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	id := ""
	cmd.PersistentFlags().StringVar(&id, "account", "", "another account than that of the service's own key")
	cmd.AddCommand(
		&cobra.Command{
			Use: "show", Short: "Show balance, credit line and currency", Args: noArgs,
			Example: "  openecs account show\n  openecs account show -o json --query Balance",
			RunE: func(cmd *cobra.Command, _ []string) error {
				return a.account(cmd.Context(), http.MethodGet, id, url.Values{})
			},
		},
		a.accountAmount(&id, "top-up", "topUp", "Add to the balance", "  openecs account top-up 500\n  openecs account top-up 99.50 --note \"for the workshop\""),
		a.accountAmount(&id, "charge", "charge", "Take from the balance, below zero if need be", "  openecs account charge 12.30 --note \"what a test needs\""),
		a.accountCredit(&id),
		&cobra.Command{
			Use: "pay ORDER", Short: "Pay an order that was left unpaid (AutoPay=false)", Args: cobra.ExactArgs(1),
			Example: "  openecs account pay 200000012345678",
			RunE: func(cmd *cobra.Command, args []string) error {
				return a.account(cmd.Context(), http.MethodPost, id, url.Values{"pay": {args[0]}})
			},
		},
		a.accountQuota(&id),
	)
	return cmd
}

// accountAmount is a command that moves an amount.
func (a *app) accountAmount(id *string, name, param, short, example string) *cobra.Command {
	note := ""
	cmd := &cobra.Command{
		Use: name + " AMOUNT", Short: short, Example: example, Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			m, err := ecs.ParseMoney(args[0])
			if err != nil || m == 0 {
				return usagef("%s is no amount to %s: it is above 0, digits with at most five decimals, as 500 or 99.50", args[0], name)
			}
			return a.account(cmd.Context(), http.MethodPost, *id, url.Values{param: {args[0]}, "note": {note}})
		},
	}
	cmd.Flags().StringVar(&note, "note", "", "why, for the ledger")
	return cmd
}

func (a *app) accountCredit(id *string) *cobra.Command {
	currency, payment := "", ""
	cmd := &cobra.Command{
		Use: "credit [AMOUNT]", Short: "Set the credit line, the currency or the method of payment", Args: cobra.MaximumNArgs(1),
		Long: `credit sets how far below zero the balance may go. --currency says what amounts
are in, until the first order or charge; --payment off takes the method of
payment away, so that whatever is bought is refused with PaymentMethodNotFound.`,
		Example: "  openecs account credit 1000\n  openecs account credit --currency USD\n  openecs account credit --payment off",
		RunE: func(cmd *cobra.Command, args []string) error {
			q := url.Values{}
			if len(args) == 1 {
				if _, err := ecs.ParseMoney(args[0]); err != nil {
					return usagef("%s is no credit line: %v", args[0], err)
				}
				q.Set("credit", args[0])
			}
			if currency != "" {
				q.Set("currency", currency)
			}
			if payment != "" {
				q.Set("payment", payment)
			}
			if len(q) == 0 {
				return usagef("account credit needs an amount, --currency or --payment")
			}
			return a.account(cmd.Context(), http.MethodPost, *id, q)
		},
	}
	cmd.Flags().StringVar(&currency, "currency", "", "CNY or USD")
	cmd.Flags().StringVar(&payment, "payment", "", "on or off")
	return cmd
}

// account asks the service's page of an account, and shows what it has then.
func (a *app) account(ctx context.Context, method, id string, q url.Values) error {
	if a.cloud != "" {
		return usagef("account is for a service of your own; --cloud is not for it")
	}
	if id != "" {
		q.Set("account", id)
	}
	body, err := a.administer(ctx, method, "account?"+q.Encode())
	if err != nil {
		return err
	}
	var s struct {
		Account, Currency, Balance, Credit, Available, ArrearsSince string
		Payment                                                     bool
	}
	var all map[string]any
	if err := errors.Join(json.Unmarshal(body, &s), json.Unmarshal(body, &all)); err != nil {
		return fmt.Errorf("the service's answer is not understood: %w", err)
	}
	return a.print(all, func(w io.Writer) {
		row(w, "ACCOUNT", "CURRENCY", "BALANCE", "CREDIT", "AVAILABLE", "IN ARREARS SINCE", "PAYMENT")
		row(w, s.Account, s.Currency, s.Balance, s.Credit, s.Available, dash(s.ArrearsSince), map[bool]string{true: "on", false: "off"}[s.Payment])
	})
}
