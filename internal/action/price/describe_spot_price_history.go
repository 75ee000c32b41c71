package price

import (
	"cmp"
	"slices"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/price"
)

var _ = action.Handle(&actions, "DescribeSpotPriceHistory", (*Service).DescribeSpotPriceHistory)

const (
	historyDefault = 3 * time.Hour
	historyMost    = 30 * 24 * time.Hour
	historyPage    = 1000
)

// DescribeSpotPriceHistory tells what an instance type cost on the spot market of
// one zone or of all zones that sell it: what held at the start, then each change,
// oldest first. NextOffset is 0 when that is all.
func (s *Service) DescribeSpotPriceHistory(c *action.Call, in *api.DescribeSpotPriceHistoryRequest) (*api.DescribeSpotPriceHistoryResponse, error) {
	typ, ok := s.Catalog.Type(catalog.NormalizeType(in.InstanceType))
	if !ok {
		return nil, api.Errorf(api.CodeInvalidParamsInstanceType, "The specified InstanceType is not valid.")
	}
	io, err := historyParams(in, typ)
	if err != nil {
		return nil, err
	}
	from, to, err := span(in, c.Now)
	if err != nil {
		return nil, err
	}
	zones := s.Catalog.Zones(c.Region.ID)
	if in.ZoneID != "" {
		z, ok := s.Catalog.Zone(in.ZoneID)
		if !ok || z.Region != c.Region {
			return nil, api.Errorf(api.CodeInvalidParamsZoneId, "The specified ZoneId is not valid.")
		}
		zones = []*catalog.Zone{z}
	}
	list, err := s.Prices.Trade(price.Want{Region: c.Region.ID, Type: typ.ID}, price.Hour)
	if err != nil {
		return nil, action.NoPrice(err)
	}
	out := &api.DescribeSpotPriceHistoryResponse{Currency: s.Prices.Currency()}
	rows := &out.SpotPrices.SpotPriceType
	for _, z := range zones {
		if !z.SellsFamily(typ.Family) {
			continue
		}
		for _, change := range s.Prices.Market().Changes(typ.ID, z.ID, from, to) {
			*rows = append(*rows, api.DescribeSpotPriceHistorySpotPriceType{
				InstanceType: typ.ID, IOOptimized: io, NetworkType: in.NetworkType, ZoneID: z.ID, Timestamp: ecs.Second(change.At.Unix()),
				OriginPrice: list.Float(), SpotPrice: s.Prices.SpotOf(list, change.Percent).Float(),
			})
		}
	}
	slices.SortStableFunc(*rows, func(a, b api.DescribeSpotPriceHistorySpotPriceType) int { return cmp.Compare(a.Timestamp, b.Timestamp) })
	offset := 0
	if in.Offset != nil {
		offset = *in.Offset
	}
	*rows = (*rows)[min(offset, len(*rows)):]
	if len(*rows) > historyPage {
		*rows, out.NextOffset = (*rows)[:historyPage], offset+historyPage
	}
	return out, nil
}

// historyParams checks what does not depend on the time; io is how the instances
// are optimized.
func historyParams(in *api.DescribeSpotPriceHistoryRequest, typ *catalog.Type) (io string, err error) {
	switch {
	case !slices.Contains([]string{"vpc", "classic"}, in.NetworkType), in.NetworkType == "classic" && !typ.Family.Classic:
		return "", api.Errorf(api.CodeInvalidParamsNetworkType, "The specified NetworkType is not valid.")
	case !action.OneOf(in.OSType, "linux", "windows"):
		return "", api.Errorf(api.CodeInvalidParamsOSType, "The specified OSType is not valid.")
	case in.Offset != nil && *in.Offset < 0:
		return "", api.Errorf(api.CodeInvalidParamsOffset, "The specified Offset is not valid.")
	case in.SpotDuration != nil && (*in.SpotDuration < 0 || *in.SpotDuration > 6):
		return "", api.Errorf(api.CodeInvalidSpotDuration, "The specified SpotDuration is not valid.")
	case !action.OneOf(in.IOOptimized, "optimized", "none"):
		return "", api.Errorf(api.CodeInvalidParamsIoOptimized, "The specified IoOptimized is not valid.")
	case in.IOOptimized == "none" && typ.IOOptimized == catalog.IORequired, in.IOOptimized == "optimized" && typ.IOOptimized == catalog.IONone:
		return "", api.Errorf(api.CodeDependencyViolationIoOptimized, "The specified IoOptimized and InstanceType do not go together.").WithStatus(400)
	}
	io = in.IOOptimized
	if io == "" {
		io = "optimized"
		if typ.Family.Generation == "ecs-1" && typ.IOOptimized != catalog.IORequired {
			io = "none"
		}
	}
	return io, nil
}

// span is the time asked for: to now and from three hours before, unless it says
// otherwise. What is to come is not told.
func span(in *api.DescribeSpotPriceHistoryRequest, now time.Time) (from, to time.Time, err error) {
	to = now
	var ok bool
	if in.EndTime != "" {
		if to, ok = ecs.ParseTime(in.EndTime); !ok {
			return from, to, api.Errorf(api.CodeInvalidParamsEndTime, "The specified EndTime is not valid.")
		}
	}
	from = to.Add(-historyDefault)
	if in.StartTime != "" {
		from, ok = ecs.ParseTime(in.StartTime)
		if !ok || from.After(to) || from.After(now) || to.Sub(from) > historyMost {
			return from, to, api.Errorf(api.CodeInvalidParamsStartTime, "The specified StartTime is not valid.")
		}
	}
	if to.After(now) {
		to = now
	}
	return from, to, nil
}
