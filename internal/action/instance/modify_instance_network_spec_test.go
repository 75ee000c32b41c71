package instance_test

import (
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
)

func TestModifyInstanceNetworkSpec(t *testing.T) {
	s := actiontest.Start(t)
	const action = "ModifyInstanceNetworkSpec"
	change := func(id string, params ...string) (*api.DescribeInstancesInstance, string) {
		t.Helper()
		out := actiontest.Call[api.ModifyInstanceNetworkSpecResponse](s, action, append([]string{"InstanceId", id}, params...)...)
		return s.See(id), out.OrderID
	}
	id := s.Running()
	got, order := change(id, "InternetMaxBandwidthOut", "20", "NetworkChargeType", "PayByBandwidth", "AutoPay", "false", "ISP", "BGP")
	if got.InternetMaxBandwidthOut != 20 || got.InternetMaxBandwidthIn != 20 || got.InternetChargeType != "PayByBandwidth" || len(got.PublicIPAddress.IPAddress) != 0 || order != "" {
		t.Errorf("%d %d %s %v, order %q", got.InternetMaxBandwidthOut, got.InternetMaxBandwidthIn, got.InternetChargeType, got.PublicIPAddress.IPAddress, order)
	}
	got, _ = change(id, "AllocatePublicIp", "true", "InternetMaxBandwidthIn", "5", "ClientToken", "t")
	if got.InternetMaxBandwidthOut != 20 || got.InternetMaxBandwidthIn != 5 || len(got.PublicIPAddress.IPAddress) != 1 {
		t.Errorf("%d %d %v", got.InternetMaxBandwidthOut, got.InternetMaxBandwidthIn, got.PublicIPAddress.IPAddress)
	}
	address := got.PublicIPAddress.IPAddress[0]
	s.Do(action, "InstanceId", id, "InternetMaxBandwidthOut", "7")
	if got, _ = change(id, "AllocatePublicIp", "true", "InternetMaxBandwidthIn", "5", "ClientToken", "t"); got.InternetMaxBandwidthOut != 7 || got.InternetMaxBandwidthIn != 10 {
		t.Error("a token took effect twice")
	}
	if got, _ = change(id, "AllocatePublicIp", "true"); got.PublicIPAddress.IPAddress[0] != address {
		t.Error("the address changed")
	}

	subscribed := s.Running(paid...)
	if got, order = change(subscribed, "InternetMaxBandwidthOut", "200", "NetworkChargeType", "PayByBandwidth"); len(got.PublicIPAddress.IPAddress) != 1 || order == "" || got.InternetMaxBandwidthOut != 200 {
		t.Errorf("%v, order %q", got.PublicIPAddress.IPAddress, order)
	}
	if got, order = change(subscribed, "InternetMaxBandwidthOut", "10"); got.InternetMaxBandwidthOut != 10 || order == "" {
		t.Errorf("%d, order %q", got.InternetMaxBandwidthOut, order)
	}
}

func TestModifyInstanceNetworkSpecRefusals(t *testing.T) {
	s := actiontest.Start(t, actiontest.Stepped())
	const action = "ModifyInstanceNetworkSpec"
	classic := s.Classic()
	s.Do("StartInstance", "RegionId", "cn-beijing", "InstanceId", classic)
	s.Quiet()
	s.Step(classic)
	ids := map[string]string{"classic": classic, "prepaid": s.Stopped(paid...)}
	for _, status := range states {
		ids[status] = s.InState(status)
	}
	for _, c := range []struct {
		id            string
		params        []string
		status        int
		code, message string
	}{
		{"Running", nil, 400, "MissingParameter", ""},
		{"Running", []string{"InternetMaxBandwidthOut", "101"}, 400, "InvalidInternetMaxBandwidthOut.ValueNotSupported", ""},
		{"Running", []string{"InternetMaxBandwidthOut", "-1"}, 400, "InvalidInternetMaxBandwidthOut.ValueNotSupported", ""},
		{"prepaid", []string{"InternetMaxBandwidthOut", "201", "NetworkChargeType", "PayByBandwidth"}, 400, "InvalidInternetMaxBandwidthOut.ValueNotSupported", ""},
		{"Running", []string{"InternetMaxBandwidthIn", "201"}, 400, "InvalidInternetMaxBandwidthIn.ValueNotSupported", ""},
		{"Running", []string{"InternetMaxBandwidthIn", "0"}, 400, "InvalidInternetMaxBandwidthIn.ValueNotSupported", ""},
		{"Running", []string{"NetworkChargeType", "PayBySong"}, 400, "InvalidInternetChargeType.ValueNotSupported", ""},
		{"Running", []string{"AllocatePublicIp", "true"}, 400, "InvalidParam.AllocatePublicIp", "The specified param AllocatePublicIp is invalid."},
		{"Running", []string{"StartTime", "soon"}, 400, "InvalidStartTime.ValueNotSupported", ""},
		{"Running", []string{"StartTime", "2026-09-02T00:00Z", "EndTime", "2026-09-01T00:00Z"}, 400, "InvalidStartTime.ValueNotSupported", ""},
		{"Running", []string{"StartTime", "2026-09-01T00:00Z", "EndTime", "2026-09-02T00:00Z"}, 400, "UnsupportedOperation.NotImplemented", ""},
		{"Running", []string{"ISP", "ChinaTelecom", "InternetMaxBandwidthOut", "1"}, 400, "UnsupportedOperation.NotImplemented", ""},
		{"classic", []string{"InternetMaxBandwidthOut", "1"}, 400, "InvalidInstanceStatus.NotStopped", ""},
		{"Pending", []string{"InternetMaxBandwidthOut", "1"}, 403, "IncorrectInstanceStatus", wrongStatus},
		{"Starting", []string{"InternetMaxBandwidthOut", "1"}, 403, "IncorrectInstanceStatus", wrongStatus},
		{"Stopping", []string{"InternetMaxBandwidthOut", "1"}, 403, "IncorrectInstanceStatus", wrongStatus},
		{"Deleting", []string{"InternetMaxBandwidthOut", "1"}, 403, "IncorrectInstanceStatus", wrongStatus},
		{"Stopped", []string{"InternetMaxBandwidthOut", "1", "ClientToken", "é"}, 400, "InvalidClientToken.ValueNotSupported", ""},
	} {
		s.Refuse(c.status, c.code, c.message, action, append([]string{"RegionId", s.Region(ids[c.id]), "InstanceId", ids[c.id]}, c.params...)...)
	}
	absent(s, ids["Running"], action, "InternetMaxBandwidthOut", "1")
	lockAs(s, ids["Running"], ecs.LockSecurity)
	s.Refuse(403, "InstanceLockedForSecurity", locked, action, "InstanceId", ids["Running"], "InternetMaxBandwidthOut", "1")
	lockAs(s, ids["Running"], ecs.LockFinancial)
	s.Refuse(403, "InstanceExpiredOrInArrears", arrears, action, "InstanceId", ids["Running"], "InternetMaxBandwidthOut", "1")
}
