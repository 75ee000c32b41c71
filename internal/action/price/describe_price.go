package price

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/price"
)

var _ = action.Handle(&actions, "DescribePrice", (*Service).DescribePrice)

// maxAmount is how many of the same may be priced at once.
const maxAmount = 1000

// DescribePrice tells what instances, disks, the performance of disks, public
// traffic and dedicated hosts cost. An instance is priced with the system disk
// that it would get: of the same request RunInstances charges what this shows.
func (s *Service) DescribePrice(c *action.Call, in *api.DescribePriceRequest) (*api.DescribePriceResponse, error) {
	term, err := term(in.PriceUnit, in.Period)
	if err != nil {
		return nil, err
	}
	amount := 1
	if in.Amount != nil {
		amount = *in.Amount
	}
	if amount < 1 || amount > maxAmount {
		return nil, api.Errorf(api.CodeInvalidAmountMalformed, "The specified parameter Amount is not valid.")
	}
	if err := reservation(in); err != nil {
		return nil, err
	}
	var q price.Quote
	instance := false
	switch in.ResourceType {
	case "", "instance":
		q, err = s.instance(c, in, term)
		instance = true
	case "disk":
		q, err = s.disk(in, term)
	case "diskperformance":
		q, err = s.performance(in, term)
	case "bandwidth":
		q, err = s.traffic(in, term)
	case "ddh":
		q, err = s.host(in, term)
	case "ElasticityAssurance", "CapacityReservation":
		return nil, notYet("prices of " + in.ResourceType)
	default:
		return nil, api.Errorf(api.CodeInvalidResourceTypeValueNotSupported, "The specified ResourceType is not valid.").WithStatus(400)
	}
	if err != nil {
		return nil, action.NoPrice(err)
	}
	q = q.Times(amount)
	out := &api.DescribePriceResponse{}
	p := &out.PriceInfo.Price
	p.Currency, p.OriginalPrice, p.DiscountPrice, p.TradePrice = s.Prices.Currency(), q.Original().Float(), q.Discount().Float(), q.Trade().Float()
	// Whose prices these are is a rule: the one field of the answer that is text.
	out.PriceInfo.Rules.Rule = []api.DescribePricePriceInfoRule{{RuleID: 1, Description: "source: " + s.Prices.Source()}}
	for _, l := range q.Lines {
		if instance {
			p.DetailInfos.DetailInfo = append(p.DetailInfos.DetailInfo, api.DescribePricePriceInfoPriceDetailInfo{
				Resource: l.Resource, OriginalPrice: l.Original.Float(), DiscountPrice: l.Discount.Float(), TradePrice: l.Trade().Float(),
			})
		}
	}
	return out, nil
}

// term reads how long something is to be paid for: an hour when nothing is said.
func term(unit string, period *int) (price.Term, error) {
	t, most := price.Term{N: 1}, 0
	if period != nil {
		t.N = *period
	}
	switch unit {
	case "", "Hour":
		t.Unit, most = ecs.Month, 1
	case "Week": // not documented here, but sold
		t.Unit, most = ecs.Week, 4
	case "Month":
		t.Unit, most = ecs.Month, 9
	case "Year":
		t.Unit, most = ecs.Year, 5
	default:
		return t, badUnit()
	}
	if t.N < 1 || t.N > most {
		return t, api.Errorf(api.CodeInvalidPeriod, "The specified period is not valid.")
	}
	if unit == "" || unit == "Hour" {
		return price.Hour, nil
	}
	return t, nil
}

func badUnit() error {
	return api.Errorf(api.CodeInvalidPriceUnitValueNotSupported, "The specified PriceUnit is not valid.")
}

func notYet(what string) error {
	return api.Errorf(api.CodeUnsupportedOperationNotImplemented, "OpenECS does not support %s yet.", what)
}

// reservation refuses what belongs to reserved capacity, which is not built.
func reservation(in *api.DescribePriceRequest) error {
	for name, given := range map[string]bool{
		"AssuranceTimes": in.AssuranceTimes != "", "Capacity": in.Capacity != nil, "InstanceAmount": in.InstanceAmount != nil,
		"InstanceCpuCoreCount": in.InstanceCPUCoreCount != nil, "InstanceTypeList": len(in.InstanceTypeList) > 0, "OfferingType": in.OfferingType != "",
		"RecurrenceRules": len(in.RecurrenceRules) > 0, "Scope": in.Scope != "", "StartTime": in.StartTime != "",
		"SchedulerOptions": in.SchedulerOptions != api.DescribePriceRequestSchedulerOptions{},
	} {
		if given {
			return notYet(name + " of DescribePrice")
		}
	}
	return nil
}
