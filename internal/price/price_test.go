package price

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/ecs"
)

func ours(t testing.TB) *List {
	t.Helper()
	cat, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	return Own(cat)
}

// sample is an ecs.g7.large (2 vCPUs, 8 GiB) with disks and bandwidth.
func sample() Want {
	return Want{
		Region: "cn-hangzhou", Type: "ecs.g7.large", System: Disk{Category: "cloud_essd", GiB: 40},
		Data:     []Disk{{Category: "cloud_essd", Level: "PL2", GiB: 500}, {Category: "cloud_auto", GiB: 100, IOPS: 1000}},
		Internet: ecs.PayByBandwidth, Mbits: 5, Image: true,
	}
}

// TestOwn reckons what the formula of the embedded file says by hand.
func TestOwn(t *testing.T) {
	l := ours(t)
	if l.Source() != "openecs, illustrative" || l.Currency() != "CNY" {
		t.Errorf("%q, %q", l.Source(), l.Currency())
	}
	for _, c := range []struct {
		term Term
		want string
	}{
		{Hour, "instanceType 0.52, systemDisk 0.084, dataDisk 2.10, dataDisk 0.27, bandwidth 0.23, image 0.00"},
		{Term{N: 1, Unit: ecs.Month}, "instanceType 260.00, systemDisk 42.00, dataDisk 1050.00, dataDisk 135.00, bandwidth 115.00, image 0.00"},
		{Term{N: 3, Unit: ecs.Week}, "instanceType 195.00, systemDisk 31.50, dataDisk 787.50, dataDisk 101.25, bandwidth 86.25, image 0.00"},
		{Term{N: 1, Unit: ecs.Year}, "instanceType 2652.00, systemDisk 428.40, dataDisk 10710.00, dataDisk 1377.00, bandwidth 1173.00, image 0.00"},
		{Term{N: 12, Unit: ecs.Month}, "instanceType 2652.00, systemDisk 428.40, dataDisk 10710.00, dataDisk 1377.00, bandwidth 1173.00, image 0.00"},
		{Term{Rest: 15*24*time.Hour - time.Minute}, "instanceType 130.00, systemDisk 21.00, dataDisk 525.00, dataDisk 67.50, bandwidth 57.50, image 0.00"},
		{Term{N: 3, Unit: ecs.Year}, "instanceType 4680.00, systemDisk 756.00, dataDisk 18900.00, dataDisk 2430.00, bandwidth 2070.00, image 0.00"},
	} {
		q, err := l.Quote(sample(), c.term)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		var sum ecs.Money
		for _, line := range q.Lines {
			got = append(got, line.Resource+" "+line.Trade().String())
			sum += line.Trade()
		}
		if s := strings.Join(got, ", "); s != c.want {
			t.Errorf("%v:\n got %s\nwant %s", c.term, s, c.want)
		}
		if sum != q.Trade() || q.Original()-q.Discount() != q.Trade() || q.Times(3).Trade() != 3*sum {
			t.Errorf("%v: %v of %v less %v, lines %v", c.term, q.Trade(), q.Original(), q.Discount(), sum)
		}
	}
	if q, err := l.Quote(Want{Host: "ddh.g6"}, Term{N: 1, Unit: ecs.Month}); err != nil || q.Trade().String() != "12880.00" { // 104 vCPUs, 384 GiB
		t.Errorf("a dedicated host: %v, %v", q, err)
	}
	for what, f := range map[string]func() (ecs.Money, error){"0.80": l.Traffic, "0.12": l.Snapshots, "0.02": l.EIP} {
		if m, err := f(); err != nil || m.String() != what {
			t.Errorf("%v, %v, want %s", m, err, what)
		}
	}
}

// TestEverythingHasAPrice: nothing in the catalogue is missing from our list.
func TestEverythingHasAPrice(t *testing.T) {
	l := ours(t)
	for _, term := range []Term{Hour, {N: 1, Unit: ecs.Month}} {
		for _, typ := range l.catalog.Types() {
			if m, err := l.Trade(Want{Region: "cn-hangzhou", Type: typ.ID}, term); err != nil || m <= 0 {
				t.Errorf("%s: %v, %v", typ.ID, m, err)
			}
		}
		for _, category := range l.catalog.DiskCategories() {
			for _, level := range []string{"", "PL0", "PL1", "PL2", "PL3"} {
				if m, err := l.Trade(Want{System: Disk{Category: category, Level: level, GiB: 1}}, term); err != nil || m <= 0 {
					t.Errorf("%s %s: %v, %v", category, level, m, err)
				}
			}
		}
	}
}

const operator = `
source: ACME 2026
currency: USD
instances:
  "*":
    ecs.g7.large: {hour: 0.5, month: 200}
  cn-beijing:
    ecs.g7.large: {hour: 0.4}
disks:
  cloud_essd: {hour: 0.001, month: 0.5}
  cloud_essd PL3: {hour: 0.01}
bandwidth: {payByTraffic: "0.1"}
hosts:
  ddh.g6: {month: 9000}
spot: {seed: 7}
`

func TestOperatorsList(t *testing.T) {
	cat := ours(t).catalog
	l, err := read("acme.yaml", []byte(operator), cat)
	if err != nil {
		t.Fatal(err)
	}
	month := Term{N: 1, Unit: ecs.Month}
	for _, c := range []struct {
		w    Want
		term Term
		want string
	}{
		{Want{Region: "cn-hangzhou", Type: "ecs.g7.large"}, Hour, "0.50"},
		{Want{Region: "cn-hangzhou", Type: "ecs.g7.large"}, month, "200.00"},
		{Want{Region: "cn-beijing", Type: "ecs.g7.large"}, Hour, "0.40"},
		{Want{Region: "cn-beijing", Type: "ecs.g7.large"}, month, "the price list has no price for the instance type ecs.g7.large in cn-beijing paid by the month"},
		{Want{Region: "cn-hangzhou", Type: "ecs.g7.xlarge"}, Hour, "the price list has no price for the instance type ecs.g7.xlarge in cn-hangzhou paid by the hour"},
		{Want{System: Disk{Category: "cloud_essd", Level: "PL2", GiB: 100}}, Hour, "0.10"},
		{Want{System: Disk{Category: "cloud_essd", Level: "PL3", GiB: 100}}, Hour, "1.00"},
		{Want{System: Disk{Category: "cloud_essd", Level: "PL3", GiB: 100}}, month, "the price list has no price for cloud_essd paid by the month"},
		{Want{Data: []Disk{{Category: "cloud_ssd", GiB: 100}}}, Hour, "the price list has no price for disks of the category cloud_ssd paid by the hour"},
		{Want{Data: []Disk{{Category: "cloud_auto", GiB: 100, IOPS: 1}}}, Hour, "the price list has no price for disks of the category cloud_auto or provisioned IOPS paid by the hour"},
		{Want{Mbits: 5}, Hour, "0.00"},
		{Want{Mbits: 5, Internet: ecs.PayByBandwidth}, Hour, "the price list has no price for bandwidth paid by bandwidth paid by the hour"},
		{Want{Host: "ddh.g6"}, month, "9000.00"},
		{Want{Host: "ddh.g7"}, month, "the price list has no price for the dedicated host type ddh.g7 paid by the month"},
	} {
		m, err := l.Trade(c.w, c.term)
		got := m.String()
		if err != nil {
			got = err.Error()
			if _, ok := errors.AsType[*Missing](err); !ok {
				t.Errorf("%v is no *Missing", err)
			}
		}
		if got != c.want {
			t.Errorf("%+v for %v: %s, want %s", c.w, c.term, got, c.want)
		}
	}
	for _, f := range []func() (ecs.Money, error){l.Snapshots, l.EIP} {
		if m, err := f(); err == nil {
			t.Errorf("%v for what has no price", m)
		}
	}
}

// TestBadLists: each mistake is told with its line and key.
func TestBadLists(t *testing.T) {
	cat := ours(t).catalog
	const head = "source: x\ncurrency: CNY\n"
	for text, want := range map[string]string{
		"":                                    "p.yaml: the price list is empty",
		"[1":                                  "p.yaml: line 1: did not find expected ',' or ']'",
		"[1]":                                 "p.yaml:1: wanted keys with values below them",
		"currency: CNY":                       "p.yaml:1: it needs a source and a currency",
		head + "disks: 3":                     "p.yaml:3: disks: wanted keys with values below them",
		head + "prices: {}":                   "p.yaml:3: prices: is not known; here are bandwidth, currency, discounts, disks, eip, hosts, instances, iops, snapshots, source, spot",
		head + "eip: -1":                      `p.yaml:3: eip: is "-1": an amount is digits with at most five decimals, such as 100 or 0.25`,
		head + "eip: 1e3":                     `p.yaml:3: eip: is "1e3": an amount is digits with at most five decimals, such as 100 or 0.25`,
		head + "eip: 1000.1":                  `p.yaml:3: eip: is "1000.1": the most is 1000.00`,
		head + "eip:":                         "p.yaml:3: eip: wanted one value",
		head + "eip: [1]":                     "p.yaml:3: eip: wanted one value",
		head + "eip: 1\neip: 1":               "p.yaml:4: eip: is there twice",
		head + "iops: {}":                     "p.yaml:3: iops: has neither hour nor month",
		head + "iops: {week: 1}":              "p.yaml:3: iops.week: is not known; here are hour, month",
		head + "disks:\n  cloud_x: {hour: 1}": "p.yaml:4: disks.cloud_x: there is no disk category cloud_x",
		head + "disks:\n  cloud_essd PL9: {hour: 1}":                     "p.yaml:4: disks.cloud_essd PL9: there is no disk category cloud_essd PL9",
		head + "disks:\n  cloud_ssd PL1: {hour: 1}":                      "p.yaml:4: disks.cloud_ssd PL1: there is no disk category cloud_ssd PL1",
		head + "instances:\n  mars: {}":                                  "p.yaml:4: instances.mars: there is no region mars",
		head + "instances:\n  cn-beijing:\n    ecs.x: {hour: 1}":         "p.yaml:5: instances.cn-beijing.ecs.x: there is no instance type ecs.x",
		head + "instances:\n  '*':\n    ecs.g7.large:\n      hour: free": `p.yaml:6: instances.*.ecs.g7.large.hour: is "free": an amount is digits with at most five decimals, such as 100 or 0.25`,
		head + "hosts: {ddh.x: {hour: 1}}":                               "p.yaml:3: hosts.ddh.x: there is no dedicated host type ddh.x",
		head + "discounts: {0: 5}":                                       `p.yaml:3: discounts.0: "0" is no number of months from 1 to 60`,
		head + "discounts: {12: 100}":                                    `p.yaml:3: discounts.12: is "100", wanted whole percent from 0 to 99`,
		head + "spot: {seed: -1}":                                        `p.yaml:3: spot.seed: is "-1", wanted a whole number`,
	} {
		if _, err := read("p.yaml", []byte(text), cat); err == nil || err.Error() != want {
			t.Errorf("%q:\n got %v\nwant %s", text, err, want)
		}
	}
	if _, err := Load("no such file", cat); err == nil || !strings.HasPrefix(err.Error(), "the price list cannot be read: ") {
		t.Error(err)
	}
	if l, err := read("p.json", []byte(`{"source": "x", "currency": "CNY", "eip": 0.5}`), cat); err != nil || l.eip != ecs.Unit/2 {
		t.Errorf("JSON: %v", err)
	}
}

// TestMetered: however a stretch of time is cut, its parts add up to the whole.
func TestMetered(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rate := ecs.Money(rapid.Int64Range(0, int64(maxPiece)*65536).Draw(t, "rate"))
		var sum Amount
		var seconds int64
		for _, s := range rapid.SliceOfN(rapid.Int64Range(0, 5*365*86400), 1, 20).Draw(t, "parts") {
			sum, seconds = sum.Add(Metered(rate, s)), seconds+s
		}
		if whole := Metered(rate, seconds); sum != whole {
			t.Fatalf("%v in parts, %v in one", sum, whole)
		}
		if m := Metered(rate, 3600*7); m != (Amount{Money: rate * 7}) {
			t.Fatalf("seven hours of %v are %v", rate, m)
		}
	})
	for seconds, want := range map[int64]ecs.Money{1799: 0, 1800: 1, 5399: 1, 5400: 2} {
		if got := Metered(1, seconds).Rounded(); got != want {
			t.Errorf("%d s at one an hour: %d, want %d", seconds, got, want)
		}
	}
}
