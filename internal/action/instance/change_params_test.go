package instance_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

// TestChangeParametersAreNotDropped sends each parameter of the actions that
// change an instance, with a value that says little. It is refused, or it is one
// of those whose effect the action's own test looks at.
func TestChangeParametersAreNotDropped(t *testing.T) {
	s := actiontest.Start(t)
	id, subscribed, moved := s.Stopped(), s.Stopped(paid...), s.Running()
	s.Do("StopInstance", "InstanceId", moved)
	s.Settle()
	n := s.Network()
	of := func(id string, more ...string) []string {
		return append([]string{"RegionId", "cn-hangzhou", "InstanceId", id}, more...)
	}
	for _, c := range []struct {
		request api.Request
		good    []string
		kept    string // by the tests of the action
	}{
		{&api.ModifyInstanceSpecRequest{}, of(id), "Async ClientToken InternetMaxBandwidthIn InternetMaxBandwidthOut"},
		{&api.ModifyPrepayInstanceSpecRequest{}, of(subscribed, "InstanceType", larger), "AutoPay ClientToken RebootWhenFinished"},
		{&api.ModifyInstanceNetworkSpecRequest{}, of(id, "InternetMaxBandwidthOut", "3"), "AllocatePublicIp AutoPay ClientToken InternetMaxBandwidthIn InternetMaxBandwidthOut"},
		{&api.ModifyInstanceVpcAttributeRequest{}, of(moved, "VSwitchId", n.VSwitch), ""},
		{&api.ModifyInstanceAutoReleaseTimeRequest{}, of(id), ""},
		{&api.ModifyInstanceMetadataOptionsRequest{}, of(id, "HttpEndpoint", "enabled"), "HttpPutResponseHopLimit"},
		{&api.ModifyInstanceMaintenanceAttributesRequest{}, []string{"RegionId", "cn-hangzhou", "InstanceId.1", id}, "NotifyOnMaintenance"},
		{&api.ModifyInstanceAttachmentAttributesRequest{}, of(id, "PrivatePoolOptions.MatchCriteria", "Open"), ""},
		{&api.ModifyInstanceDeploymentRequest{}, of(id), ""},
		{&api.ModifyInstanceVncPasswdRequest{}, of(id, "VncPassword", "abc123"), ""},
		{&api.AttachInstanceRamRoleRequest{}, []string{"RegionId", "cn-hangzhou", "InstanceIds", list(id), "RamRoleName", "a"}, "RamRoleName"},
		{&api.DetachInstanceRamRoleRequest{}, []string{"RegionId", "cn-hangzhou", "InstanceIds", list(id)}, "RamRoleName"},
	} {
		action := strings.TrimSuffix(reflect.TypeOf(c.request).Elem().Name(), "Request")
		kept := strings.Fields(c.kept)
		for name, value := range parameters(t, c.request) {
			if _, err := s.Send(action, append(c.good[:len(c.good):len(c.good)], name, value)...); err == nil && !slices.Contains(kept, name) {
				t.Errorf("%s took %s=%s and no test says what became of it", action, name, value)
			}
			s.Settle()
		}
	}
}
