package price

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/pricing"
	"github.com/openecs/openecs/internal/price"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DescribeInstanceModificationPrice", (*Service).DescribeInstanceModificationPrice)

// DescribeInstanceModificationPrice tells what a dearer type of a subscription
// instance, and data disks besides, cost for the rest of what is paid.
func (s *Service) DescribeInstanceModificationPrice(c *action.Call, in *api.DescribeInstanceModificationPriceRequest) (*api.DescribeInstanceModificationPriceResponse, error) {
	if in.InstanceType == "" && len(in.DataDisk) == 0 {
		return nil, api.Errorf(api.CodeMissingParameterInstanceTypeOrDataDisk, "InstanceType or DataDisk must be specified.")
	}
	if !action.OneOf(in.SystemDisk.Category, "cloud_efficiency", "cloud_ssd") {
		return nil, api.Errorf(api.CodeInvalidSystemDiskCategoryValueNotSupported, `The specified parameter "SystemDisk.Category" is not valid.`)
	}
	if in.SystemDisk.Category != "" { // to make an instance I/O optimized, which nothing does here
		return nil, notYet("SystemDisk.Category of DescribeInstanceModificationPrice")
	}
	snap := s.DB.Snapshot()
	_, r, err := action.Instance(c, snap, in.InstanceID)
	switch {
	case err != nil:
		return nil, err
	case r.ChargeType != ecs.PrePaid:
		return nil, chargeType()
	case r.Expires <= c.Now.Unix() || r.Locks&ecs.LockFinancial != 0:
		return nil, api.Errorf(api.CodeInstanceExpired, "The specified instance has expired.").WithStatus(403)
	}
	rest := pricing.Rest(r, c.Now)
	var lines []price.Line
	if in.InstanceType != "" {
		cost, err := s.upgrade(c, snap, r, in.InstanceType, rest)
		if err != nil {
			return nil, err
		}
		lines = append(lines, price.Line{Resource: "instanceType", Original: cost})
	}
	w := price.Want{Region: c.Region.ID}
	for _, d := range in.DataDisk {
		if d.Category == "" {
			return nil, api.Errorf(api.CodeInvalidDiskCategoryMissing, "The DataDisk.N.Category must be specified.").WithStatus(400)
		}
		disk, err := s.dataDisk(&api.DescribePriceRequestDataDisk{Category: d.Category, PerformanceLevel: d.PerformanceLevel, Size: d.Size})
		if err != nil {
			return nil, err
		}
		w.Data = append(w.Data, disk)
	}
	disks, err := s.Prices.Quote(w, rest)
	if err != nil {
		return nil, action.NoPrice(err)
	}
	q := price.Quote{Lines: append(lines, disks.Lines...)}
	out := &api.DescribeInstanceModificationPriceResponse{}
	p := &out.PriceInfo.Price
	p.Currency, p.OriginalPrice, p.DiscountPrice, p.TradePrice = s.Prices.Currency(), q.Original().Float(), q.Discount().Float(), q.Trade().Float()
	for _, l := range q.Lines {
		p.DetailInfos.DetailInfo = append(p.DetailInfos.DetailInfo, api.DescribeInstanceModificationPricePriceInfoPriceDetailInfo{
			Resource: l.Resource, OriginalPrice: l.Original.Float(), DiscountPrice: l.Discount.Float(), TradePrice: l.Trade().Float(),
		})
	}
	return out, nil
}

// upgrade is what a dearer type costs more, as ModifyPrepayInstanceSpec charges it.
func (s *Service) upgrade(c *action.Call, v state.View, r *ecs.Instance, id string, rest price.Term) (ecs.Money, error) {
	typ, ok := s.Catalog.Type(catalog.NormalizeType(id))
	if !ok {
		return 0, badType()
	}
	cost, err := s.Prices.More(pricing.Type(v, c.Region.ID, r), price.Want{Region: c.Region.ID, Type: typ.ID}, rest)
	switch {
	case err != nil:
		return 0, action.NoPrice(err)
	case cost <= 0:
		return 0, api.Errorf(api.CodeInvalidInstanceTypeNotSupportUpgrade, "The specified InstanceType is no upgrade of the instance's.").WithStatus(403)
	}
	return cost, nil
}
