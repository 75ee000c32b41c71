package price_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

// TestMissingPrices: what the operator's list has no price for is refused
// everywhere, and nothing is made of it.
func TestMissingPrices(t *testing.T) {
	file := filepath.Join(t.TempDir(), "prices.yaml")
	list := `
source: ACME
currency: USD
instances:
  "*":
    ecs.g7.large: {hour: 0.5}
disks:
  cloud_essd: {hour: 0.001, month: 0.5}
`
	if err := os.WriteFile(file, []byte(list), 0o600); err != nil {
		t.Fatal(err)
	}
	s := actiontest.Start(t, actiontest.Prices(file))
	p := actiontest.Call[api.DescribePriceResponse](s, "DescribePrice", "InstanceType", "ecs.g7.large", "SystemDisk.Category", "cloud_essd").PriceInfo.Price
	if p.TradePrice != 0.54 || p.Currency != "USD" {
		t.Errorf("%+v", p)
	}
	month := []string{"InstanceType", "ecs.g7.large", "SystemDisk.Category", "cloud_essd", "PriceUnit", "Month"}
	for action, params := range map[string][]string{
		"DescribePrice":            month,
		"DescribeSpotPriceHistory": {"InstanceType", "ecs.g7.xlarge", "NetworkType", "vpc"},
		"GetPayAsYouGoPrice": {"ProductCode", "ecs", "SubscriptionType", "PayAsYouGo", "ModuleList.1.ModuleCode", "InternetTrafficOut",
			"ModuleList.1.Config", "Region:cn-beijing", "ModuleList.1.PriceType", "Usage"},
		"GetSubscriptionPrice": {"ProductCode", "ecs", "SubscriptionType", "Subscription", "OrderType", "NewOrder", "ModuleList.1.ModuleCode", "InstanceType",
			"ModuleList.1.Config", "InstanceType:ecs.g7.large"},
	} {
		s.Refuse(400, api.CodePriceNotFound, "", action, params...)
	}
	n := s.Network()
	for _, action := range []string{"CreateInstance", "RunInstances"} {
		params := []string{"ImageId", actiontest.Image, "SecurityGroupId", n.Group, "VSwitchId", n.VSwitch, "SystemDisk.Category", "cloud_essd"}
		s.Refuse(400, api.CodePriceNotFound, "", action, append(params, "InstanceType", "ecs.g7.xlarge")...)
		s.Refuse(400, api.CodePriceNotFound, "", action, append(params, "InstanceType", "ecs.g7.large", "InternetMaxBandwidthOut", "5")...)
		s.Refuse(400, api.CodePriceNotFound, "", action, append(params, "InstanceType", "ecs.g7.large", "InstanceChargeType", "PrePaid", "Period", "1")...)
	}
	if all := actiontest.Call[api.DescribeInstancesResponse](s, "DescribeInstances"); all.TotalCount != 0 {
		t.Errorf("%d instances were made", all.TotalCount)
	}
	if id := s.Running("SystemDisk.Category", "cloud_essd"); id == "" {
		t.Error("what has a price is not to be had")
	}
}
