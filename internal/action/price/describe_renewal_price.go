package price

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/pricing"
	"github.com/openecs/openecs/internal/price"
)

var _ = action.Handle(&actions, "DescribeRenewalPrice", (*Service).DescribeRenewalPrice)

// DescribeRenewalPrice tells what it costs to renew a subscription instance with
// its bandwidth and those of its disks that end with it.
func (s *Service) DescribeRenewalPrice(c *action.Call, in *api.DescribeRenewalPriceRequest) (*api.DescribeRenewalPriceResponse, error) {
	if !action.OneOf(in.ResourceType, "instance") {
		return nil, api.Errorf(api.CodeInvalidResourceTypeValueNotSupported, "The specified ResourceType is not valid.").WithStatus(400)
	}
	t, most := price.Term{N: 1, Unit: ecs.Month}, 9
	switch in.PriceUnit {
	case "", "Month":
	case "Year":
		t.Unit, most = ecs.Year, 3
	default:
		return nil, badUnit()
	}
	if in.Period != nil {
		t.N = *in.Period
	}
	if t.N < 1 || t.N > most {
		return nil, api.Errorf(api.CodeInvalidPeriod, "The specified period is not valid.")
	}
	if d := in.ExpectedRenewDay; d != nil {
		if *d < 1 || *d > 28 || in.Period != nil || in.PriceUnit != "" {
			return nil, action.Invalid("ExpectedRenewDay")
		}
		return nil, notYet("ExpectedRenewDay of DescribeRenewalPrice")
	}
	snap := s.DB.Snapshot()
	k, r, err := action.Instance(c, snap, in.ResourceID)
	if err != nil {
		return nil, err
	}
	if r.ChargeType != ecs.PrePaid {
		return nil, chargeType()
	}
	q, err := s.Prices.Quote(pricing.Instance(snap, c.Region.ID, k, r), t)
	if err != nil {
		return nil, action.NoPrice(err)
	}
	out := &api.DescribeRenewalPriceResponse{}
	p := &out.PriceInfo.Price
	p.Currency, p.OriginalPrice, p.DiscountPrice, p.TradePrice = s.Prices.Currency(), q.Original().Float(), q.Discount().Float(), q.Trade().Float()
	for _, l := range q.Lines {
		p.DetailInfos.DetailInfo = append(p.DetailInfos.DetailInfo, api.DescribeRenewalPricePriceInfoPriceDetailInfo{
			Resource: l.Resource, OriginalPrice: l.Original.Float(), DiscountPrice: l.Discount.Float(), TradePrice: l.Trade().Float(),
		})
	}
	return out, nil
}

func chargeType() error {
	return api.Errorf(api.CodeChargeTypeViolation, "The operation is not permitted due to charge type of the instance.").WithStatus(403)
}
