package bss_test

import (
	"math"
	"slices"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

// machine is the modules of an ecs.g7.large as clients send them.
var machine = []string{
	"ModuleList.1.ModuleCode", "InstanceType", "ModuleList.1.Config", "InstanceType:ecs.g7.large,IoOptimized:IoOptimized,ImageOs:linux,InstanceTypeFamily:ecs.g7",
	"ModuleList.2.ModuleCode", "SystemDisk", "ModuleList.2.Config", "SystemDisk.Category:cloud_essd,SystemDisk.Size:40",
	"ModuleList.3.ModuleCode", "DataDisk", "ModuleList.3.Config", "DataDisk.Category:cloud_essd,DataDisk.Size:100,DataDisk.PerformanceLevel:PL0",
	"ModuleList.4.ModuleCode", "InternetMaxBandwidthOut", "ModuleList.4.Config", "InternetMaxBandwidthOut:5120,InternetMaxBandwidthOut.IsFlowType:5,NetworkType:1",
	"ModuleList.5.ModuleCode", "ImageOs", "ModuleList.5.Config", "ImageOs:linux",
}

func used(params ...string) []string {
	p := append([]string{"ProductCode", "ecs", "SubscriptionType", "PayAsYouGo", "Region", "cn-hangzhou"}, params...)
	for i, name := range params {
		if i%2 == 0 && name[len(name)-len("ModuleCode"):] == "ModuleCode" {
			p = append(p, name[:len(name)-len("ModuleCode")]+"PriceType", "Hour")
		}
	}
	return p
}

func ordered(params ...string) []string {
	return append([]string{"ProductCode", "ecs", "ProductType", "ecs", "SubscriptionType", "Subscription", "OrderType", "NewOrder", "Region", "cn-hangzhou"}, params...)
}

func near(a, b float64) bool { return math.Abs(a-b) < 1e-9 }

func TestGetPayAsYouGoPrice(t *testing.T) {
	s := actiontest.Start(t)
	out := actiontest.Call[api.GetPayAsYouGoPriceResponse](s, "GetPayAsYouGoPrice", used(machine...)...)
	want := []float64{0.52, 0.084, 0.15, 0.23, 0}
	if !out.Success || out.Code != "Success" || out.Data.Currency != "CNY" || len(out.Data.ModuleDetails.ModuleDetail) != len(want) {
		t.Fatalf("%+v", out)
	}
	for i, m := range out.Data.ModuleDetails.ModuleDetail {
		if m.ModuleCode != machine[4*i+1] || !near(m.CostAfterDiscount, want[i]) || !near(m.OriginalCost-m.InvoiceDiscount, m.CostAfterDiscount) {
			t.Errorf("%+v, want %v", m, want[i])
		}
	}
	traffic := actiontest.Call[api.GetPayAsYouGoPriceResponse](s, "GetPayAsYouGoPrice", "ProductCode", "ecs", "SubscriptionType", "PayAsYouGo",
		"ModuleList.1.ModuleCode", "InternetTrafficOut", "ModuleList.1.Config", "Region:cn-beijing", "ModuleList.1.PriceType", "Usage")
	if m := traffic.Data.ModuleDetails.ModuleDetail; len(m) != 1 || m[0].OriginalCost != 0.8 {
		t.Errorf("%+v", m)
	}
}

// TestGetSubscriptionPrice: the modules add up to the whole.
func TestGetSubscriptionPrice(t *testing.T) {
	s := actiontest.Start(t)
	for _, c := range []struct {
		params []string
		trade  float64
	}{
		{[]string{"ServicePeriodUnit", "Month", "ServicePeriodQuantity", "1"}, 492}, // 260 + 42 + 75 + 115
		{[]string{"ServicePeriodUnit", "Month", "ServicePeriodQuantity", "1", "Quantity", "3"}, 1476},
		{[]string{"ServicePeriodUnit", "Week"}, 123},
		{nil, 5018.4}, // a year, less 15 %
	} {
		d := actiontest.Call[api.GetSubscriptionPriceResponse](s, "GetSubscriptionPrice", ordered(append(c.params, machine...)...)...).Data
		var sum float64
		for _, m := range d.ModuleDetails.ModuleDetail {
			sum += m.CostAfterDiscount
		}
		if !near(d.TradePrice, c.trade) || !near(sum, c.trade) || !near(d.OriginalPrice-d.DiscountPrice, d.TradePrice) {
			t.Errorf("%v: %+v, want %v", c.params, d, c.trade)
		}
	}
}

func TestPriceRefusals(t *testing.T) {
	s := actiontest.Start(t)
	for _, c := range []struct{ name, value string }{
		{"ProductCode", "rds"}, {"ProductType", "x"}, {"SubscriptionType", "Free"}, {"Region", "mars"}, {"ModuleList.1.ModuleCode", "Soul"},
		{"ModuleList.1.Config", "InstanceType"}, {"ModuleList.1.Config", "InstanceType:ecs.x"}, {"ModuleList.1.Config", "InstanceType:ecs.g7.large,InstanceTypeFamily:ecs.c7"},
		{"ModuleList.1.Config", "InstanceType:ecs.g7.large,Region:mars"}, {"ModuleList.2.Config", "SystemDisk.Category:tape,SystemDisk.Size:40"},
		{"ModuleList.2.Config", "SystemDisk.Category:cloud_essd,SystemDisk.Size:x"}, {"ModuleList.3.Config", "DataDisk.Category:cloud_essd,DataDisk.Size:1"},
		{"ModuleList.4.Config", "InternetMaxBandwidthOut:-1"}, {"ModuleList.4.Config", "InternetMaxBandwidthOut:1024,InternetMaxBandwidthOut.IsFlowType:9"},
		{"OrderType", "Gift"}, {"ServicePeriodUnit", "Day"}, {"ServicePeriodQuantity", "0"}, {"ServicePeriodQuantity", "6"}, {"Quantity", "0"}, {"InstanceId", "i-none"},
		{"ModuleList.1.PriceType", "Day"},
	} {
		try := func(action string, params []string) {
			t.Helper()
			if i := slices.Index(params, c.name); i >= 0 {
				params[i+1] = c.value
			} else {
				params = append(params, c.name, c.value)
			}
			s.Refuse(400, api.CodeInvalidParameter, "", action, params...)
		}
		switch c.name {
		case "OrderType", "ServicePeriodUnit", "ServicePeriodQuantity", "Quantity", "InstanceId":
		default:
			try("GetPayAsYouGoPrice", used(machine...))
		}
		if c.name != "ModuleList.1.PriceType" {
			try("GetSubscriptionPrice", ordered(machine...))
		}
	}
	upgrade := ordered(machine...)
	upgrade[slices.Index(upgrade, "OrderType")+1] = "Upgrade"
	s.Refuse(400, api.CodeUnsupportedOperationNotImplemented, "", "GetSubscriptionPrice", upgrade...)
	s.Refuse(400, api.CodeUnsupportedOperationNotImplemented, "", "GetSubscriptionPrice", ordered(append(machine[:4:4], "ModuleList.1.Tag", "x")...)...)
}
