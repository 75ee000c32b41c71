package cli

import (
	"context"
	"fmt"
	"math"
	"net/url"
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/ecs"
)

// price shows what an instance costs before anything is made, and refuses one
// that is dearer than --max-price. Where the service does not tell, that is said;
// only with --max-price it ends the launch.
func (l *launcher) price(ctx context.Context) error {
	shown, trade, err := l.askPrice(ctx)
	if err != nil {
		if l.flags.maxPrice != "" {
			return fmt.Errorf("--max-price: nothing was created, because the price is not known: %w", err)
		}
		l.show.line("the price is not known: %v", err)
		return nil
	}
	most, _ := ecs.ParseMoney(l.flags.maxPrice) // check has read it
	if l.flags.maxPrice != "" && trade > most.Float()+1e-9 {
		return usagef("an instance costs %s, which is more than --max-price %s; nothing was created", shown, l.flags.maxPrice)
	}
	l.priced = "An instance costs " + shown
	l.show.line("an instance costs %s", shown)
	return nil
}

// askPrice asks what one instance of the request costs: for an hour, or for the
// whole period.
func (l *launcher) askPrice(ctx context.Context) (shown string, trade float64, err error) {
	p := new(api.Params)
	l.create.AppendParams(p)
	extra, _ := l.flags.extra()
	for _, x := range extra {
		p.Set(x.Name, x.Value)
	}
	want := new(api.CreateInstanceRequest)
	if err := want.Decode(p); err != nil {
		return "", 0, err
	}
	in := &api.DescribePriceRequest{
		RegionID: l.region, ResourceType: "instance", InstanceType: want.InstanceType, ImageID: want.ImageID, ZoneID: want.ZoneID, IOOptimized: want.IOOptimized,
		InternetChargeType: want.InternetChargeType, InternetMaxBandwidthOut: want.InternetMaxBandwidthOut, SpotStrategy: want.SpotStrategy, SpotDuration: want.SpotDuration,
	}
	in.SystemDisk.Category, in.SystemDisk.Size, in.SystemDisk.PerformanceLevel = want.SystemDisk.Category, want.SystemDisk.Size, want.SystemDisk.PerformanceLevel
	for _, d := range want.DataDisk {
		in.DataDisk = append(in.DataDisk, api.DescribePriceRequestDataDisk{Category: d.Category, Size: d.Size, PerformanceLevel: d.PerformanceLevel})
	}
	term := "an hour"
	if want.InstanceChargeType == "PrePaid" && want.Period != nil {
		in.PriceUnit, in.Period = pricedPeriod(want.PeriodUnit, *want.Period)
		term = "for " + plural(*in.Period, strings.ToLower(in.PriceUnit))
	}
	out, err := l.t.DescribePrice(ctx, in)
	if err != nil {
		return "", 0, err
	}
	price := &out.PriceInfo.Price
	shown = fmt.Sprintf("%s %s %s", amount(price.TradePrice), price.Currency, term)
	if price.DiscountPrice > 0 {
		shown += fmt.Sprintf(" (%s less %s)", amount(price.OriginalPrice), amount(price.DiscountPrice))
	}
	for _, rule := range out.PriceInfo.Rules.Rule {
		shown += " (" + rule.Description + ")"
	}
	return shown, price.TradePrice, nil
}

// pricedPeriod is a period of CreateInstance as DescribePrice takes it: years
// instead of twelve months and more.
func pricedPeriod(unit string, n int) (string, *int) {
	switch {
	case strings.EqualFold(unit, "Week"):
		return "Week", &n
	case n%12 == 0:
		n /= 12
		return "Year", &n
	}
	return "Month", &n
}

// amount shows an amount of money with two decimals, or as many more as it has.
func amount(m float64) string {
	return ecs.Money(math.Round(m * float64(ecs.Unit))).String()
}

// consents asks whether to go on when that may cost money: on the real cloud as
// everywhere (a terminal, or --yes); of another service on another machine where
// there is a terminal to ask on.
func (l *launcher) consents(ctx context.Context) error {
	what := fmt.Sprintf("This creates %s", plural(l.flags.count, "instance"))
	said := ""
	if l.priced != "" {
		said = " " + l.priced + "."
	}
	if l.cloud != "" {
		if !l.changesCloud() {
			return nil
		}
		return l.confirm(ctx, what+" on the real Alibaba Cloud, which costs money."+said)
	}
	u, err := url.Parse(l.endpoint)
	if _, asked := l.terminalIn(); l.endpoint == "" || err != nil || isLoopback(u.Hostname()) || !asked || l.flags.dryRun {
		return nil
	}
	return l.confirm(ctx, what+" at "+l.endpoint+"."+said)
}

// changesCloud tells that the launch changes something on the real cloud. A dry
// run needs a network, and makes one where none is named.
func (l *launcher) changesCloud() bool {
	return l.cloud != "" && !(l.flags.dryRun && l.flags.group != "" && l.flags.vswitch != "")
}
