package bss

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/price"
)

var _ = action.Handle(&actions, "GetPayAsYouGoPrice", (*Service).GetPayAsYouGoPrice)

// GetPayAsYouGoPrice tells what the modules of an ECS instance cost for an hour,
// or with PriceType Usage what a GB of public traffic costs.
func (s *Service) GetPayAsYouGoPrice(c *action.Call, in *api.GetPayAsYouGoPriceRequest) (*api.GetPayAsYouGoPriceResponse, error) {
	if in.SubscriptionType != "PayAsYouGo" {
		return nil, action.Invalid("SubscriptionType")
	}
	m, err := s.modules(c, in.ProductCode, in.ProductType, in.Region, len(in.ModuleList))
	if err != nil {
		return nil, err
	}
	for _, l := range in.ModuleList {
		if !action.OneOf(l.PriceType, "Hour", "Usage") {
			return nil, action.Invalid("ModuleList.N.PriceType")
		}
		if err := m.add(l.ModuleCode, l.Config); err != nil {
			return nil, err
		}
	}
	out := &api.GetPayAsYouGoPriceResponse{Code: "Success", Message: "Successful!", Success: true}
	out.Data.Currency = s.Prices.Currency()
	for _, w := range m.wants {
		line, err := m.line(w, price.Hour)
		if err != nil {
			return nil, action.NoPrice(err)
		}
		out.Data.ModuleDetails.ModuleDetail = append(out.Data.ModuleDetails.ModuleDetail, api.GetPayAsYouGoPriceDataModuleDetail{
			ModuleCode: w.code, OriginalCost: line.Original.Float(), InvoiceDiscount: line.Discount.Float(), CostAfterDiscount: line.Trade().Float(),
			UnitPrice: line.Original.Float(),
		})
	}
	return out, nil
}
