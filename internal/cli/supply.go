package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"github.com/spf13/cobra"
)

// checkBound checks a number that is not below 0, or none.
func checkBound(what, s string) error {
	if n, err := strconv.ParseInt(s, 10, 64); s != "none" && (err != nil || n < 0) {
		return usagef("%s is no %s: it is a whole number, or none", s, what)
	}
	return nil
}

// own asks a page of a service of one's own, and reads its answer twice: into v, and
// as it is for -o json.
func (a *app) own(ctx context.Context, method, page string, q url.Values, v any) (all map[string]any, err error) {
	if a.cloud != "" {
		return nil, usagef("%s is for a service of your own; --cloud is not for it", page)
	}
	body, err := a.administer(ctx, method, page+"?"+q.Encode())
	if err != nil {
		return nil, err
	}
	if err := errors.Join(json.Unmarshal(body, v), json.Unmarshal(body, &all)); err != nil {
		return nil, fmt.Errorf("the service's answer is not understood: %w", err)
	}
	return all, nil
}

func (a *app) accountQuota(id *string) *cobra.Command {
	place := ""
	cmd := &cobra.Command{
		Use: "quota [NAME LIMIT]", Short: "Show or set how much the account may have",
		Long: `quota shows what the account may have of instances, vcpus, spot-vcpus and
disk-gib in each region. With a name and a number it sets a limit, with none it
takes it away again; --in is for one region or zone. What there is stays.`,
		Example: "  openecs account quota\n  openecs account quota spot-vcpus 16\n  openecs account quota instances 2 --in cn-hangzhou-h",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 0 && len(args) != 2 {
				return usagef("account quota takes a name and a limit, or nothing")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			method, q := http.MethodGet, url.Values{}
			if *id != "" {
				q.Set("account", *id)
			}
			if len(args) == 2 {
				if err := checkBound("limit", args[1]); err != nil {
					return err
				}
				method = http.MethodPost
				q.Set("quota", args[0])
				q.Set("limit", args[1])
				q.Set("place", place)
			}
			var answer struct {
				Quotas []struct {
					Quota, Place string
					Limit        int64
					Used         *int64
				}
			}
			all, err := a.own(cmd.Context(), method, "quota", q, &answer)
			if err != nil {
				return err
			}
			return a.print(all, func(w io.Writer) {
				row(w, "QUOTA", "IN", "LIMIT", "USED")
				for _, l := range answer.Quotas {
					in, used := l.Place, "-"
					if in == "" {
						in = "each region"
					}
					if l.Used != nil {
						used = strconv.FormatInt(*l.Used, 10)
					}
					row(w, l.Quota, in, strconv.FormatInt(l.Limit, 10), used)
				}
			})
		},
	}
	cmd.Flags().StringVar(&place, "in", "", "a region or a zone")
	return cmd
}

func (a *app) stockCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "stock", Short: "Show and bound how many instances zones have room for", Args: noArgs,
		Long: `stock shows and bounds how many instances of a type a zone has room for, those
included that it has. What is not bounded never runs out. These commands are for a
service of your own: they need its data directory, or OPENECS_ADMIN_TOKEN.`,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		&cobra.Command{
			Use: "show", Short: "Show what is bounded, and what is left", Args: noArgs, Example: "  openecs stock show",
			RunE: func(cmd *cobra.Command, _ []string) error {
				return a.stock(cmd.Context(), http.MethodGet, url.Values{})
			},
		},
		&cobra.Command{
			Use: "set ZONE TYPE NUMBER", Short: "Bound a zone's room for an instance type, or with none take the bound away", Args: cobra.ExactArgs(3),
			Example: "  openecs stock set cn-hangzhou-h ecs.g7.large 5\n  openecs stock set cn-hangzhou-h ecs.g7.large none",
			RunE: func(cmd *cobra.Command, args []string) error {
				if err := checkBound("stock", args[2]); err != nil {
					return err
				}
				return a.stock(cmd.Context(), http.MethodPost, url.Values{"zone": {args[0]}, "type": {args[1]}, "stock": {args[2]}})
			},
		},
	)
	return cmd
}

// stock asks the service's page of the stock, and shows it.
func (a *app) stock(ctx context.Context, method string, q url.Values) error {
	var answer struct {
		Stocks []struct {
			Zone, Type  string
			Stock, Held int64
		}
	}
	all, err := a.own(ctx, method, "stock", q, &answer)
	if err != nil {
		return err
	}
	return a.print(all, func(w io.Writer) {
		row(w, "ZONE", "TYPE", "ROOM FOR", "HELD", "LEFT")
		for _, e := range answer.Stocks {
			row(w, e.Zone, e.Type, strconv.FormatInt(e.Stock, 10), strconv.FormatInt(e.Held, 10), strconv.FormatInt(max(e.Stock-e.Held, 0), 10))
		}
	})
}

func (a *app) spotCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "spot", Short: "Try out how spot instances are interrupted", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(&cobra.Command{
		Use: "interrupt ID", Short: "Interrupt a spot instance as if the market had passed its limit", Args: cobra.ExactArgs(1),
		Long: `interrupt has a spot instance reclaimed: once its protection is over it is locked
as Recycling, and five minutes later released or stopped, as it was made. It is
for a service of your own, and needs its data directory or OPENECS_ADMIN_TOKEN.`,
		Example: "  openecs spot interrupt i-bp1abc\n  openecs clock advance 1h5m",
		RunE: func(cmd *cobra.Command, args []string) error {
			var answer struct{ Instance, Locked string }
			all, err := a.own(cmd.Context(), http.MethodPost, "spot", url.Values{"interrupt": {args[0]}}, &answer)
			if err != nil {
				return err
			}
			return a.print(all, func(w io.Writer) {
				row(w, "INSTANCE", "LOCKED AT")
				row(w, answer.Instance, answer.Locked)
			})
		},
	})
	return cmd
}
