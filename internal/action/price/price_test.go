package price_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

func describe(s *actiontest.Service, params ...string) *api.DescribePricePriceInfoPrice {
	s.T.Helper()
	p := &actiontest.Call[api.DescribePriceResponse](s, "DescribePrice", params...).PriceInfo.Price
	var original, discount float64
	for _, l := range p.DetailInfos.DetailInfo {
		original, discount = original+l.OriginalPrice, discount+l.DiscountPrice
		if !equal(l.OriginalPrice-l.DiscountPrice, l.TradePrice) {
			s.T.Errorf("%+v does not add up", l)
		}
	}
	if !equal(p.OriginalPrice-p.DiscountPrice, p.TradePrice) || p.Currency != "CNY" {
		s.T.Errorf("%v: %+v does not add up", params, p)
	}
	if len(p.DetailInfos.DetailInfo) > 0 && (!equal(original, p.OriginalPrice) || !equal(discount, p.DiscountPrice)) {
		s.T.Errorf("%v: the details of %+v are %v less %v", params, p, original, discount)
	}
	return p
}

func equal(a, b float64) bool { return math.Abs(a-b) < 1e-9 }

func TestDescribePrice(t *testing.T) {
	s := actiontest.Start(t)
	for _, c := range []struct {
		params []string
		trade  float64
	}{
		{[]string{"InstanceType", "ecs.g7.large", "SystemDisk.Category", "cloud_essd"}, 0.604},
		{[]string{"ResourceType", "instance", "InstanceType", "ecs.g7.large", "SystemDisk.Category", "cloud_essd", "SystemDisk.Size", "100", "Amount", "3"}, 2.19},
		{[]string{"InstanceType", "ecs.g7.large", "SystemDisk.Category", "cloud_essd", "PriceUnit", "Month", "InternetChargeType", "PayByBandwidth", "InternetMaxBandwidthOut", "5"}, 417},
		{[]string{"InstanceType", "ecs.g7.large", "SystemDisk.Category", "cloud_essd", "PriceUnit", "Year", "Period", "2"}, 5073.6}, // 302 × 24, less 30 %
		{[]string{"InstanceType", "ecs.g7.large", "SystemDisk.Category", "cloud_essd", "PriceUnit", "Week"}, 75.5},
		{[]string{"InstanceType", "ecs.g7.large", "SystemDisk.Category", "cloud_essd", "InternetMaxBandwidthOut", "5", "DataDisk.1.Category", "cloud_essd", "DataDisk.1.Size", "100",
			"DataDisk.1.PerformanceLevel", "PL0", "ImageId", actiontest.Image, "ZoneId", "cn-hangzhou-h", "Platform", "Linux", "InstanceNetworkType", "vpc", "IoOptimized", "optimized"}, 0.754},
		{[]string{"ResourceType", "disk", "DataDisk.1.Category", "cloud_essd", "DataDisk.1.Size", "100"}, 0.21},
		{[]string{"ResourceType", "diskperformance", "DataDisk.1.Category", "cloud_auto", "DataDisk.1.ProvisionedIops", "1000"}, 0.06},
		{[]string{"ResourceType", "bandwidth", "InternetMaxBandwidthOut", "5"}, 0.8},
		{[]string{"ResourceType", "ddh", "DedicatedHostType", "ddh.g6"}, 25.76},
		{[]string{"ResourceType", "ddh", "DedicatedHostType", "ddh.g6", "PriceUnit", "Month"}, 12880},
	} {
		if p := describe(s, c.params...); !equal(p.TradePrice, c.trade) {
			t.Errorf("%v: %v, want %v", c.params, p.TradePrice, c.trade)
		}
	}
	p := describe(s, "InstanceType", "ecs.g7.large", "DataDisk.1.Size", "100", "InternetMaxBandwidthOut", "1")
	var resources []string
	for _, l := range p.DetailInfos.DetailInfo {
		resources = append(resources, l.Resource)
	}
	if !slices.Equal(resources, []string{"instanceType", "systemDisk", "dataDisk", "bandwidth", "image"}) {
		t.Errorf("%v", resources)
	}
}

func TestDescribePriceOfSpot(t *testing.T) {
	s := actiontest.Start(t)
	spot := describe(s, "InstanceType", "ecs.g7.large", "ZoneId", "cn-hangzhou-h", "SpotStrategy", "SpotAsPriceGo", "SpotDuration", "1")
	history := actiontest.Call[api.DescribeSpotPriceHistoryResponse](s, "DescribeSpotPriceHistory", "InstanceType", "ecs.g7.large", "NetworkType", "vpc", "ZoneId", "cn-hangzhou-h")
	rows := history.SpotPrices.SpotPriceType
	last := rows[len(rows)-1]
	if line := spot.DetailInfos.DetailInfo[0]; line.Resource != "instanceType" || !equal(line.TradePrice, last.SpotPrice) || !equal(line.OriginalPrice, last.OriginPrice) {
		t.Errorf("%+v, the market has %+v", line, last)
	}
	if spot.TradePrice >= spot.OriginalPrice {
		t.Errorf("%+v", spot)
	}
}

func TestDescribePriceRefusals(t *testing.T) {
	s := actiontest.Start(t)
	g7 := func(params ...string) []string { return append([]string{"InstanceType", "ecs.g7.large"}, params...) }
	ours := api.CodeUnsupportedOperationNotImplemented
	for _, c := range []struct {
		status int
		code   string
		params []string
	}{
		{400, api.CodeInvalidResourceTypeValueNotSupported, []string{"ResourceType", "x"}},
		{400, ours, []string{"ResourceType", "ElasticityAssurance", "InstanceType", "ecs.g7.large"}},
		{400, ours, []string{"ResourceType", "CapacityReservation", "InstanceType", "ecs.g7.large"}},
		{400, ours, g7("InstanceAmount", "1")},
		{400, ours, g7("SchedulerOptions.DedicatedHostId", "dh-1")},
		{400, ours, g7("Scope", "Zone")},
		{400, ours, g7("Isp", "cmcc")},
		{404, api.CodeInvalidInstanceTypeMissing, nil},
		{400, api.CodeInvalidInstanceTypeValueNotSupported, []string{"InstanceType", "ecs.x"}},
		{403, api.CodeInvalidAmountMalformed, g7("Amount", "0")},
		{403, api.CodeInvalidAmountMalformed, g7("Amount", "1001")},
		{400, api.CodeInvalidPriceUnitValueNotSupported, g7("PriceUnit", "Day")},
		{400, api.CodeInvalidPeriod, g7("Period", "2")},
		{400, api.CodeInvalidPeriod, g7("PriceUnit", "Month", "Period", "10")},
		{400, api.CodeInvalidPeriod, g7("PriceUnit", "Month", "Period", "-1")},
		{400, api.CodeInvalidPeriod, g7("PriceUnit", "Year", "Period", "6")},
		{400, api.CodeInvalidPeriod, g7("PriceUnit", "Week", "Period", "5")},
		{404, api.CodeInvalidZoneIdNotFound, g7("ZoneId", "cn-beijing-h")},
		{404, api.CodeInvalidImageIdNotFound, g7("ImageId", "none.vhd")},
		{404, api.CodeInvalidNetworkTypeValueNotSupported, g7("InstanceNetworkType", "x")},
		{400, api.CodeInvalidNetworkTypeMismatch, g7("InstanceNetworkType", "classic")},
		{400, api.CodeInvalidIoOptimizedValueValueNotSupported, g7("IoOptimized", "x")},
		{404, api.CodeDependencyViolationIoOptimized, g7("IoOptimized", "none")},
		{400, api.CodeInvalidParameter, g7("Platform", "BeOS")},
		{400, api.CodeInvalidSystemDiskCategoryValueNotSupported, g7("SystemDisk.Category", "tape")},
		{404, api.CodeInvalidSystemDiskSizeLessThanMinSize, g7("SystemDisk.Size", "1")},
		{404, api.CodeInvalidSystemDiskSizeMoreThanMaxSize, g7("SystemDisk.Size", "100000")},
		{404, api.CodeInvalidSystemDiskSizeLessThanImageSize, g7("SystemDisk.Size", "20", "ImageId", "win2008r2_64_ent_sp1_en-us_40G_alibase_20190318.vhd")},
		{400, api.CodeInvalidParameter, g7("SystemDisk.Category", "cloud_essd", "SystemDisk.PerformanceLevel", "PL9")},
		{400, api.CodeInvalidDataDiskCategoryValueNotSupported, g7("DataDisk.1.Category", "tape", "DataDisk.1.Size", "20")},
		{400, api.CodeInvalidDataDiskSizeValueNotSupported, g7("DataDisk.1.Category", "cloud_essd", "DataDisk.1.Size", "1")},
		{403, api.CodeInvalidDiskCategoryNotSupported, g7("DataDisk.1.Category", "cloud", "DataDisk.1.Size", "20")},
		{400, api.CodeInvalidParameter, g7("DataDisk.1.Category", "cloud_ssd", "DataDisk.1.Size", "20", "DataDisk.1.ProvisionedIops", "5")},
		{400, api.CodeInvalidInternetChargeTypeValueNotSupported, g7("InternetChargeType", "x")},
		{400, api.CodeInvalidInternetMaxBandwidthOutValueNotSupported, g7("InternetMaxBandwidthOut", "101")},
		{400, api.CodeInvalidInternetMaxBandwidthOutValueNotSupported, g7("InternetMaxBandwidthOut", "-1")},
		{400, api.CodeInvalidSpotStrategy, g7("SpotStrategy", "x")},
		{400, api.CodeInvalidSpotDuration, g7("SpotStrategy", "SpotAsPriceGo", "SpotDuration", "7")},
		{400, api.CodeInvalidParameterConflict, g7("SpotStrategy", "SpotAsPriceGo", "PriceUnit", "Month")},
		{404, api.CodeInvalidDiskCategoryMissing, []string{"ResourceType", "disk"}},
		{400, api.CodeInvalidPriceUnitValueNotSupported, []string{"ResourceType", "disk", "PriceUnit", "Month", "DataDisk.1.Category", "cloud_essd", "DataDisk.1.Size", "20"}},
		{404, api.CodeInvalidDiskCategoryMissing, []string{"ResourceType", "diskperformance"}},
		{400, api.CodeInvalidDataDiskCategoryValueNotSupported, []string{"ResourceType", "diskperformance", "DataDisk.1.Category", "cloud_ssd", "DataDisk.1.ProvisionedIops", "5"}},
		{400, api.CodeInvalidParameter, []string{"ResourceType", "diskperformance", "DataDisk.1.Category", "cloud_auto"}},
		{400, api.CodeInvalidInternetChargeTypeValueNotSupported, []string{"ResourceType", "bandwidth", "InternetChargeType", "PayByBandwidth"}},
		{400, api.CodeInvalidPriceUnitValueNotSupported, []string{"ResourceType", "bandwidth", "PriceUnit", "Month"}},
		{400, api.CodeMissingParameter, []string{"ResourceType", "ddh"}},
		{400, api.CodeInvalidDedicatedHostTypeValueNotSupported, []string{"ResourceType", "ddh", "DedicatedHostType", "ddh.x"}},
	} {
		s.Refuse(c.status, c.code, "", "DescribePrice", c.params...)
	}
}

// TestShownIsCharged: what DescribePrice shows is what a subscription costs.
func TestShownIsCharged(t *testing.T) {
	s := actiontest.Start(t)
	n := s.Network()
	for _, params := range [][]string{
		{"SystemDisk.Category", "cloud_essd", "SystemDisk.Size", "60"},
		{"DataDisk.1.Size", "100", "DataDisk.1.Category", "cloud_essd", "DataDisk.1.PerformanceLevel", "PL1"},
		{"SystemDisk.Category", "cloud_essd", "InternetChargeType", "PayByBandwidth", "InternetMaxBandwidthOut", "7"},
	} {
		p := append([]string{"InstanceType", actiontest.InstanceType, "ImageId", actiontest.Image}, params...)
		shown := describe(s, append(p, "PriceUnit", "Month", "Period", "3")...)
		bought := actiontest.Call[api.CreateInstanceResponse](s, "CreateInstance", append(p, "SecurityGroupId", n.Group, "VSwitchId", n.VSwitch,
			"InstanceChargeType", "PrePaid", "Period", "3")...)
		if bought.OrderID == "" || !equal(bought.TradePrice, shown.TradePrice) {
			t.Errorf("%v: %v was shown, order %s cost %v", params, shown.TradePrice, bought.OrderID, bought.TradePrice)
		}
	}
}

// paid is a subscription instance that ends 30 days from now.
func paid(s *actiontest.Service) string {
	id := s.Running("InstanceChargeType", "PrePaid", "Period", "1", "SystemDisk.Category", "cloud_essd")
	actiontest.Edit(s, state.Instances, id, func(r *ecs.Instance) { r.Expires = s.Clock.Now().Add(30 * 24 * time.Hour).Unix() })
	return id
}

func TestDescribeRenewalPrice(t *testing.T) {
	s := actiontest.Start(t)
	id := paid(s)
	for _, c := range []struct {
		params []string
		trade  float64
	}{
		{nil, 302}, {[]string{"Period", "3", "ResourceType", "instance"}, 906}, {[]string{"PriceUnit", "Year"}, 3080.4},
	} {
		p := actiontest.Call[api.DescribeRenewalPriceResponse](s, "DescribeRenewalPrice", append(c.params, "ResourceId", id)...).PriceInfo.Price
		var sum float64
		for _, l := range p.DetailInfos.DetailInfo {
			sum += l.TradePrice
		}
		if !equal(p.TradePrice, c.trade) || !equal(sum, c.trade) || !equal(p.OriginalPrice-p.DiscountPrice, p.TradePrice) {
			t.Errorf("%v: %+v, want %v", c.params, p, c.trade)
		}
	}
	used := s.Running()
	refuse := func(status int, code string, params ...string) {
		t.Helper()
		s.Refuse(status, code, "", "DescribeRenewalPrice", params...)
	}
	refuse(403, api.CodeChargeTypeViolation, "ResourceId", used)
	refuse(404, api.CodeInvalidInstanceIdNotFound, "ResourceId", "i-none")
	refuse(400, api.CodeInvalidResourceTypeValueNotSupported, "ResourceId", id, "ResourceType", "disk")
	refuse(400, api.CodeInvalidPriceUnitValueNotSupported, "ResourceId", id, "PriceUnit", "Hour")
	refuse(400, api.CodeInvalidPeriod, "ResourceId", id, "Period", "10")
	refuse(400, api.CodeInvalidPeriod, "ResourceId", id, "PriceUnit", "Year", "Period", "4")
	refuse(400, api.CodeInvalidParameter, "ResourceId", id, "ExpectedRenewDay", "29")
	refuse(400, api.CodeUnsupportedOperationNotImplemented, "ResourceId", id, "ExpectedRenewDay", "5")
	s.As(s.Other).Refuse(404, api.CodeInvalidInstanceIdNotFound, "", "DescribeRenewalPrice", "ResourceId", id)
}

func TestDescribeInstanceModificationPrice(t *testing.T) {
	s := actiontest.Start(t)
	id := paid(s)
	s.Advance(15 * 24 * time.Hour)
	for _, c := range []struct {
		params []string
		trade  float64
	}{
		{[]string{"InstanceType", "ecs.g7.xlarge"}, 130}, // half a month of 520 less 260
		{[]string{"DataDisk.1.Category", "cloud_essd", "DataDisk.1.Size", "100"}, 52.5},
		{[]string{"InstanceType", "ecs.g7.xlarge", "DataDisk.1.Category", "cloud_essd", "DataDisk.1.Size", "100"}, 182.5},
	} {
		p := actiontest.Call[api.DescribeInstanceModificationPriceResponse](s, "DescribeInstanceModificationPrice", append(c.params, "InstanceId", id)...).PriceInfo.Price
		if !equal(p.TradePrice, c.trade) || !equal(p.OriginalPrice, c.trade) || len(p.DetailInfos.DetailInfo) != len(c.params)/2-len(c.params)/4 {
			t.Errorf("%v: %+v, want %v", c.params, p, c.trade)
		}
	}
	refuse := func(status int, code string, params ...string) {
		t.Helper()
		s.Refuse(status, code, "", "DescribeInstanceModificationPrice", params...)
	}
	refuse(400, api.CodeMissingParameterInstanceTypeOrDataDisk, "InstanceId", id)
	refuse(404, api.CodeInvalidInstanceIdNotFound, "InstanceId", "i-none", "InstanceType", "ecs.g7.xlarge")
	refuse(400, api.CodeInvalidInstanceTypeValueNotSupported, "InstanceId", id, "InstanceType", "ecs.x")
	refuse(403, api.CodeInvalidInstanceTypeNotSupportUpgrade, "InstanceId", id, "InstanceType", "ecs.g7.large")
	refuse(400, api.CodeInvalidDiskCategoryMissing, "InstanceId", id, "DataDisk.1.Size", "100")
	refuse(400, api.CodeInvalidDataDiskCategoryValueNotSupported, "InstanceId", id, "DataDisk.1.Size", "100", "DataDisk.1.Category", "tape")
	refuse(400, api.CodeInvalidDataDiskSizeValueNotSupported, "InstanceId", id, "DataDisk.1.Size", "1", "DataDisk.1.Category", "cloud_essd")
	refuse(400, api.CodeInvalidSystemDiskCategoryValueNotSupported, "InstanceId", id, "InstanceType", "ecs.g7.xlarge", "SystemDisk.Category", "cloud_essd")
	refuse(400, api.CodeUnsupportedOperationNotImplemented, "InstanceId", id, "InstanceType", "ecs.g7.xlarge", "SystemDisk.Category", "cloud_ssd")
	refuse(403, api.CodeChargeTypeViolation, "InstanceId", s.Running(), "InstanceType", "ecs.g7.xlarge")
	actiontest.Edit(s, state.Instances, id, func(r *ecs.Instance) { r.Expires = s.Clock.Now().Unix() })
	refuse(403, api.CodeInstanceExpired, "InstanceId", id, "InstanceType", "ecs.g7.xlarge")
}

func TestDescribeSpotPriceHistory(t *testing.T) {
	s := actiontest.Start(t)
	see := func(params ...string) *api.DescribeSpotPriceHistoryResponse {
		t.Helper()
		return actiontest.Call[api.DescribeSpotPriceHistoryResponse](s, "DescribeSpotPriceHistory", append(params, "InstanceType", "ecs.g7.large", "NetworkType", "vpc")...)
	}
	all := see("StartTime", "2026-07-10T05:00:00Z", "EndTime", "2026-08-09T05:00:00Z", "ZoneId", "cn-hangzhou-h")
	rows := all.SpotPrices.SpotPriceType
	if len(rows) < 200 || rows[0].Timestamp != "2026-07-10T05:00:00Z" || all.Currency != "CNY" {
		t.Fatalf("%d rows, %+v", len(rows), rows[0])
	}
	for i, r := range rows {
		if r.SpotPrice < 0.052-1e-9 || r.SpotPrice > 0.208+1e-9 || r.OriginPrice != 0.52 || r.ZoneID != "cn-hangzhou-h" || r.IOOptimized != "optimized" || r.NetworkType != "vpc" {
			t.Fatalf("%+v", r)
		}
		if i > 0 && (r.Timestamp <= rows[i-1].Timestamp || r.SpotPrice == rows[i-1].SpotPrice) {
			t.Fatalf("%+v after %+v", r, rows[i-1])
		}
	}
	if later := see("StartTime", "2026-07-10T05:00:00Z", "EndTime", "2026-08-09T05:00:00Z", "ZoneId", "cn-hangzhou-h", "Offset", "10"); !slices.Equal(later.SpotPrices.SpotPriceType, rows[10:]) {
		t.Error("Offset does not go on where it says")
	}
	every := see("StartTime", "2026-07-10T05:00:00Z")
	if len(every.SpotPrices.SpotPriceType) != 1000 || every.NextOffset != 1000 {
		t.Errorf("%d rows of all zones, next %d", len(every.SpotPrices.SpotPriceType), every.NextOffset)
	}
	s.Advance(24 * time.Hour)
	if again := see("StartTime", "2026-07-11T06:00:00Z", "EndTime", "2026-08-09T05:00:00Z", "ZoneId", "cn-hangzhou-h").SpotPrices.SpotPriceType; !slices.Equal(again[1:], rows[len(rows)-len(again)+1:]) {
		t.Error("the past has changed")
	}
	good := []string{"InstanceType", "ecs.g7.large", "NetworkType", "vpc"}
	for _, c := range []struct{ code, name, value string }{
		{api.CodeInvalidParamsInstanceType, "InstanceType", "ecs.x"}, {api.CodeInvalidParamsNetworkType, "NetworkType", "x"}, {api.CodeInvalidParamsNetworkType, "NetworkType", "classic"},
		{api.CodeInvalidParamsOSType, "OSType", "BeOS"}, {api.CodeInvalidParamsOffset, "Offset", "-1"}, {api.CodeInvalidSpotDuration, "SpotDuration", "7"},
		{api.CodeInvalidParamsIoOptimized, "IoOptimized", "x"}, {api.CodeDependencyViolationIoOptimized, "IoOptimized", "none"},
		{api.CodeInvalidParamsStartTime, "StartTime", "yesterday"}, {api.CodeInvalidParamsStartTime, "StartTime", "2026-01-01T00:00:00Z"},
		{api.CodeInvalidParamsStartTime, "StartTime", "2027-01-01T00:00:00Z"}, {api.CodeInvalidParamsEndTime, "EndTime", "x"}, {api.CodeInvalidParamsZoneId, "ZoneId", "cn-beijing-h"},
	} {
		params := slices.Clone(good)
		if i := slices.Index(params, c.name); i >= 0 {
			params[i+1] = c.value
		} else {
			params = append(params, c.name, c.value)
		}
		s.Refuse(400, c.code, "", "DescribeSpotPriceHistory", params...)
	}
}

func TestDescribeSpotAdvice(t *testing.T) {
	s := actiontest.Start(t)
	see := func(params ...string) (n int, types []string) {
		t.Helper()
		for _, z := range actiontest.Call[api.DescribeSpotAdviceResponse](s, "DescribeSpotAdvice", params...).AvailableSpotZones.AvailableSpotZone {
			last := 0
			for _, r := range z.AvailableSpotResources.AvailableSpotResource {
				if r.AverageSpotDiscount < 10 || r.AverageSpotDiscount > 40 || r.AverageSpotDiscount < last || r.InterruptRateDesc != "0-3%" {
					t.Errorf("%s: %+v after %d", z.ZoneID, r, last)
				}
				last, n = r.AverageSpotDiscount, n+1
				if !slices.Contains(types, r.InstanceType) {
					types = append(types, r.InstanceType)
				}
			}
		}
		return n, types
	}
	if n, types := see("ZoneId", "cn-hangzhou-h", "InstanceTypes.1", "ecs.g7.large", "InstanceTypes.2", "ecs.c7.large"); n != 2 || len(types) != 2 {
		t.Errorf("%d, %v", n, types)
	}
	if _, types := see("Cores", "2", "Memory", "8", "InstanceTypeFamily", "ecs.g7", "InstanceFamilyLevel", "EnterpriseLevel"); !slices.Equal(types, []string{"ecs.g7.large"}) {
		t.Errorf("%v", types)
	}
	if n, _ := see("GpuAmount", "3"); n != 0 {
		t.Errorf("%d types with three GPUs", n)
	}
	if n, _ := see("MinCores", "64", "MinMemory", "256"); n == 0 {
		t.Error("no large types")
	}
	s.Refuse(403, api.CodeInvalidParamTypeAndCpuMemConflict, "", "DescribeSpotAdvice", "InstanceTypes.1", "ecs.g7.large", "Cores", "2")
	for _, p := range [][]string{
		{"InstanceTypes.1", "ecs.x"}, {"InstanceFamilyLevel", "x"}, {"InstanceTypeFamily", "x"}, {"ZoneId", "cn-beijing-h"},
	} {
		s.Refuse(400, api.CodeInvalidParam, "", "DescribeSpotAdvice", p...)
	}
}
