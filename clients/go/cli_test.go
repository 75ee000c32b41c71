package clients

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/openecs/openecs/ecstest"
)

// TestReplayCLI makes and removes what is around an instance with requests in the
// form of the aliyun CLI's recorded ones: POST, signed V1, all parameters in the
// query. A line of testdata is version, action and parameters, as in TestReplay.
func TestReplayCLI(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("testdata", "cli", "network.txt"))
	if err != nil {
		t.Fatal(err)
	}
	r := &replay{t: t, s: ecstest.Start(t), names: map[string]string{}, known: map[string]bool{}, count: map[string]int{}, cli: true}
	for _, line := range strings.Split(strings.TrimSpace(string(b)), "\n") {
		part := strings.SplitN(line, " ", 3)
		r.until(part[0], part[1], part[2])
	}
	for _, call := range [][2]string{
		{"2014-05-26", "DescribeNetworkInterfaces"}, {"2014-05-26", "DescribeSecurityGroups"}, {"2016-04-28", "DescribeEipAddresses"}, {"2016-04-28", "DescribeNatGateways"},
		{"2016-04-28", "DescribeHaVips"}, {"2016-04-28", "DescribeVSwitches"}, {"2016-04-28", "DescribeVpcs"},
	} {
		r.gone(call[0], call[1])
	}
}
