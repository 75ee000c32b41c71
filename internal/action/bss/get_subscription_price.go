package bss

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/price"
)

var _ = action.Handle(&actions, "GetSubscriptionPrice", (*Service).GetSubscriptionPrice)

// maxQuantity is how many of the same may be priced at once, as in DescribePrice.
const maxQuantity = 1000

// GetSubscriptionPrice tells what the modules of ECS instances cost that are paid
// in advance: one year of one instance unless the request says otherwise. Of
// order types there are NewOrder and Renewal; an upgrade is priced by
// DescribeInstanceModificationPrice.
func (s *Service) GetSubscriptionPrice(c *action.Call, in *api.GetSubscriptionPriceRequest) (*api.GetSubscriptionPriceResponse, error) {
	switch in.OrderType {
	case "NewOrder", "Renewal":
	case "Upgrade":
		return nil, api.Errorf(api.CodeUnsupportedOperationNotImplemented, "OpenECS does not support OrderType=Upgrade of GetSubscriptionPrice yet.")
	default:
		return nil, action.Invalid("OrderType")
	}
	if in.SubscriptionType != "Subscription" {
		return nil, action.Invalid("SubscriptionType")
	}
	if in.InstanceID != "" {
		if _, _, err := action.Instance(c, s.DB.Snapshot(), in.InstanceID); err != nil {
			return nil, action.Invalid("InstanceId")
		}
	}
	term, err := servicePeriod(in)
	if err != nil {
		return nil, err
	}
	n := 1
	if in.Quantity != nil {
		n = *in.Quantity
	}
	if n < 1 || n > maxQuantity {
		return nil, action.Invalid("Quantity")
	}
	m, err := s.modules(c, in.ProductCode, in.ProductType, in.Region, len(in.ModuleList))
	if err != nil {
		return nil, err
	}
	for _, l := range in.ModuleList {
		if l.ModuleStatus != nil || l.Tag != "" {
			return nil, api.Errorf(api.CodeUnsupportedOperationNotImplemented, "OpenECS does not support ModuleStatus and Tag of GetSubscriptionPrice yet.")
		}
		if err := m.add(l.ModuleCode, l.Config); err != nil {
			return nil, err
		}
	}
	out := &api.GetSubscriptionPriceResponse{Code: "Success", Message: "Successful!", Success: true}
	var all price.Quote
	d := &out.Data
	for _, w := range m.wants {
		line, err := m.line(w, term)
		if err != nil {
			return nil, action.NoPrice(err)
		}
		line = price.Line{Original: line.Original * ecs.Money(n), Discount: line.Discount * ecs.Money(n)}
		all.Lines = append(all.Lines, line)
		d.ModuleDetails.ModuleDetail = append(d.ModuleDetails.ModuleDetail, api.GetSubscriptionPriceDataModuleDetail{
			ModuleCode: w.code, OriginalCost: line.Original.Float(), InvoiceDiscount: line.Discount.Float(), CostAfterDiscount: line.Trade().Float(),
			UnitPrice: (line.Original / ecs.Money(n)).Float(),
		})
	}
	d.Currency, d.Quantity = s.Prices.Currency(), n
	d.OriginalPrice, d.DiscountPrice, d.TradePrice = all.Original().Float(), all.Discount().Float(), all.Trade().Float()
	return out, nil
}

// servicePeriod is how long is paid for: a year unless the request says otherwise.
func servicePeriod(in *api.GetSubscriptionPriceRequest) (price.Term, error) {
	t, most := price.Term{N: 1, Unit: ecs.Year}, 5
	switch in.ServicePeriodUnit {
	case "", "Year":
	case "Month":
		t.Unit, most = ecs.Month, 60
	case "Week":
		t.Unit, most = ecs.Week, 4
	default:
		return t, action.Invalid("ServicePeriodUnit")
	}
	if in.ServicePeriodQuantity != nil {
		t.N = *in.ServicePeriodQuantity
	}
	if t.N < 1 || t.N > most {
		return t, action.Invalid("ServicePeriodQuantity")
	}
	return t, nil
}
