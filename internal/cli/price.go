package cli

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/catalog"
)

// priced is the price of an instance type as -o json shows it.
type priced struct {
	InstanceType      string
	Hour, Month, Year float64
	Currency          string
	Rules             []string `json:",omitempty"` // OpenECS says here whose prices they are
}

func (a *app) priceCommand() *cobra.Command {
	return &cobra.Command{
		Use: "price [TYPE...]", Short: "Show what instance types cost",
		Long: `price shows what an instance of each type costs for an hour, a month and a year,
without its disks and public bandwidth. Without types it shows ecs.g7.large.
Unless openecs serve --prices says otherwise these are OpenECS's own prices, which
are illustrative and nobody's real ones.`,
		Example: "  openecs price ecs.g7.large ecs.c7.xlarge\n  openecs price n1.small -o json",
		RunE: func(cmd *cobra.Command, types []string) error {
			if len(types) == 0 {
				types = []string{"ecs.g7.large"}
			}
			return a.with(cmd.Context(), func(t *target) error { return a.showPrices(cmd.Context(), t, types) })
		},
	}
}

func (a *app) showPrices(ctx context.Context, t *target, types []string) error {
	all := []priced{}
	for _, typ := range types {
		p := priced{InstanceType: catalog.NormalizeType(typ)}
		for unit, to := range map[string]*float64{"Hour": &p.Hour, "Month": &p.Month, "Year": &p.Year} {
			out, err := t.DescribePrice(ctx, &api.DescribePriceRequest{RegionID: a.region, ResourceType: "instance", InstanceType: p.InstanceType, PriceUnit: unit})
			if err != nil {
				return err
			}
			p.Currency, p.Rules = out.PriceInfo.Price.Currency, nil
			for _, r := range out.PriceInfo.Rules.Rule {
				p.Rules = append(p.Rules, r.Description)
			}
			for _, l := range out.PriceInfo.Price.DetailInfos.DetailInfo {
				if l.Resource == "instanceType" {
					*to = l.TradePrice
				}
			}
		}
		all = append(all, p)
	}
	return a.print(all, func(w io.Writer) {
		row(w, "TYPE", "HOUR", "MONTH", "YEAR", "CURRENCY", "")
		for _, p := range all {
			row(w, p.InstanceType, amount(p.Hour), amount(p.Month), amount(p.Year), p.Currency, dash(first(p.Rules)))
		}
	})
}
