package instance_test

import (
	"strconv"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

// TestBandwidthIn: up to 200 may be asked for inbound, and no more is had than 10
// or what is outbound, however an instance comes by it.
func TestBandwidthIn(t *testing.T) {
	s := actiontest.Start(t)
	n := s.Network()
	changed := s.Running()
	make := []string{"InstanceType", actiontest.InstanceType, "ImageId", actiontest.Image, "SecurityGroupId", n.Group, "VSwitchId", n.VSwitch,
		"SystemDisk.Category", "cloud_essd"}
	for _, c := range []struct{ out, in, have int }{
		{5, 200, 10}, {5, 11, 10}, {5, 10, 10}, {5, 1, 1}, {10, 11, 10}, {11, 11, 11}, {11, 200, 11}, {50, 50, 50}, {50, 51, 50}, {50, 49, 49},
		{100, 200, 100}, {0, 200, -1}, {0, 1, -1},
	} {
		params := []string{"InternetMaxBandwidthOut", strconv.Itoa(c.out), "InternetMaxBandwidthIn", strconv.Itoa(c.in)}
		run := func(params ...string) string {
			return actiontest.Call[api.RunInstancesResponse](s, "RunInstances", params...).InstanceIDSets.InstanceIDSet[0]
		}
		template := actiontest.Call[api.CreateLaunchTemplateResponse](s, "CreateLaunchTemplate",
			append([]string{"LaunchTemplateName", "t-" + strconv.Itoa(c.out) + "-" + strconv.Itoa(c.in)}, append(params, make...)...)...).LaunchTemplateID
		ids := []string{changed, s.Instance(params...), run(append(params, make...)...), run("LaunchTemplateId", template)}
		s.Do("ModifyInstanceNetworkSpec", append([]string{"InstanceId", changed}, params...)...)
		for _, id := range ids {
			if got := s.See(id); got.InternetMaxBandwidthOut != c.out || got.InternetMaxBandwidthIn != c.have {
				t.Errorf("%d out and %d in asked for: %d and %d, want %d in", c.out, c.in, got.InternetMaxBandwidthOut, got.InternetMaxBandwidthIn, c.have)
			}
		}
	}
}
