package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestLaunchShowsPrice: what an instance costs is said before anything is made,
// whose price it is too, and a dearer one than --max-price is not made.
func TestLaunchShowsPrice(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct {
		flags []string
		want  string
	}{
		{nil, "an instance costs 0.604 CNY an hour (source: openecs, illustrative)\n"},
		{[]string{"--max-price", "0.604", "--charge-type", "PostPaid"}, "an instance costs 0.604 CNY an hour"},
		{[]string{"--param", "SystemDisk.PerformanceLevel=PL0"}, "an instance costs 0.58 CNY an hour"},
		{[]string{"--charge-type", "PrePaid", "--period", "2"}, "an instance costs 604.00 CNY for 2 months"},
		{[]string{"--charge-type", "PrePaid", "--period", "1", "--period-unit", "Week", "--max-price", "75.5"}, "an instance costs 75.50 CNY for 1 week"},
		{[]string{"--charge-type", "PrePaid", "--period", "12"}, "an instance costs 3080.40 CNY for 1 year (3624.00 less 543.60)"},
		{[]string{"--data-disk", "cloud_essd:100", "--internet-charge-type", "PayByBandwidth"}, "an instance costs 1.044 CNY an hour"},
	} {
		o := run(t, dir, append([]string{"launch", "--dry-run"}, c.flags...)...).want(t, 0, "")
		if !strings.HasPrefix(o.err, c.want) {
			t.Errorf("launch %v says %q, want %q first", c.flags, o.err, c.want)
		}
	}
	fresh := t.TempDir()
	run(t, fresh, "launch", "--max-price", "0.6").want(t, 2, "an instance costs 0.604 CNY an hour (source: openecs, illustrative), which is more than --max-price 0.6; nothing was created")
	run(t, fresh, "launch", "--max-price", "301.99", "--charge-type", "PrePaid", "--period", "1").want(t, 2, "nothing was created")
	run(t, fresh, "launch", "--max-price", "free").want(t, 2, "--max-price free: an amount is digits")
	run(t, fresh, "launch", "--max-price", "1", "--type", "ecs.none").want(t, 1, "InvalidInstanceType.ValueNotSupported")
	if o := run(t, fresh, "call", "DescribeVpcs", "--query", "TotalCount").want(t, 0, ""); o.out != "0\n" {
		t.Errorf("a launch that was refused for its price made %s VPCs", o.out)
	}
}

func TestServeRefusesBadPrices(t *testing.T) {
	file := filepath.Join(t.TempDir(), "prices.yaml")
	if err := os.WriteFile(file, []byte("source: x\ncurrency: CNY\neip: lots\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, t.TempDir(), "serve", "--ephemeral", "--listen", "127.0.0.1:0", "--prices", file).want(t, 2, `prices.yaml:3: eip: is "lots"`)
	run(t, t.TempDir(), "serve", "--ephemeral", "--listen", "127.0.0.1:0", "--prices", "none.yaml").want(t, 2, "the price list cannot be read")
}

func TestPriceCommand(t *testing.T) {
	dir := t.TempDir()
	o := run(t, dir, "price", "g7.large", "ecs.c7.xlarge").want(t, 0, "")
	for _, want := range []string{"ecs.g7.large   0.52  260.00  2652.00  CNY", "ecs.c7.xlarge  0.72  360.00  3672.00  CNY", "source: openecs, illustrative"} {
		if !strings.Contains(o.out, want) {
			t.Errorf("%q has no %q", o.out, want)
		}
	}
	if o := run(t, dir, "price", "--query", "[0].Month").want(t, 0, ""); o.out != "260\n" {
		t.Errorf("%q", o.out)
	}
	run(t, dir, "price", "ecs.none").want(t, 1, "InvalidInstanceType.ValueNotSupported")
}
