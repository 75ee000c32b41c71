package networkinterface_test

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

func make1(s *actiontest.Service, params ...string) string {
	s.T.Helper()
	n := s.Network()
	return actiontest.Call[api.CreateNetworkInterfaceResponse](s, "CreateNetworkInterface", append([]string{"VSwitchId", n.VSwitch, "SecurityGroupId", n.Group}, params...)...).NetworkInterfaceID
}

func attribute(s *actiontest.Service, id string, params ...string) *api.DescribeNetworkInterfaceAttributeResponse {
	s.T.Helper()
	return actiontest.Call[api.DescribeNetworkInterfaceAttributeResponse](s, "DescribeNetworkInterfaceAttribute", append([]string{"NetworkInterfaceId", id}, params...)...)
}

// TestPermissions lets another account attach an interface to an instance of its
// own, and takes that back.
func TestPermissions(t *testing.T) {
	s := actiontest.Start(t)
	id := make1(s)
	other := s.As(s.Other)
	vpc := other.VPC("CidrBlock", "192.168.0.0/16")
	i := other.Running("VSwitchId", other.VSwitch(vpc, "192.168.0.0/24"), "SecurityGroupId", other.Group("VpcId", vpc))
	account := strconv.Itoa(actiontest.OtherAccount)
	attach := []string{"NetworkInterfaceId", id, "InstanceId", i}
	other.Refuse(404, "InvalidEniId.NotFound", "", "AttachNetworkInterface", attach...)
	grant := func(to string) string {
		return actiontest.Call[api.CreateNetworkInterfacePermissionResponse](s, "CreateNetworkInterfacePermission", "NetworkInterfaceId", id, "AccountId", to, "Permission", "InstanceAttach").
			NetworkInterfacePermission.NetworkInterfacePermissionID
	}
	p := grant(account)
	if again := grant(account); again != p {
		t.Errorf("the account has %s and %s", p, again)
	}
	second := grant("77")
	list := func(params ...string) []string {
		out := actiontest.Call[api.DescribeNetworkInterfacePermissionsResponse](s, "DescribeNetworkInterfacePermissions", params...)
		ids := []string{strconv.Itoa(out.TotalCount)}
		for _, p := range out.NetworkInterfacePermissions.NetworkInterfacePermission {
			ids = append(ids, p.NetworkInterfacePermissionID)
		}
		return ids
	}
	for _, c := range []struct {
		params []string
		want   []string
	}{
		{[]string{"NetworkInterfaceId", id}, []string{"2", p, second}},
		{[]string{"NetworkInterfaceId", id, "PageSize", "1", "PageNumber", "2"}, []string{"2", second}},
		{[]string{"NetworkInterfaceId", id, "PageSize", "1", "PageNumber", "3"}, []string{"2"}},
		{[]string{"NetworkInterfacePermissionId.1", second}, []string{"1", second}},
		{[]string{"NetworkInterfacePermissionId.1", second, "NetworkInterfaceId", "eni-none"}, []string{"0"}},
	} {
		if got := list(c.params...); fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%v: %v, want %v", c.params, got, c.want)
		}
	}
	other.Do("AttachNetworkInterface", attach...)
	s.Settle()
	if got := attribute(s, id); got.InstanceID != i || got.Status != "InUse" {
		t.Fatalf("%+v", got)
	}
	s.Refuse(400, "InvalidOperation.InvalidEniState", "", "DeleteNetworkInterfacePermission", "NetworkInterfacePermissionId", p)
	s.Do("DeleteNetworkInterfacePermission", "NetworkInterfacePermissionId", p, "Force", "true")
	other.Do("DetachNetworkInterface", attach...)
	s.Settle()
	other.Refuse(404, "InvalidEniId.NotFound", "", "AttachNetworkInterface", attach...)
	s.Do("DeleteNetworkInterfacePermission", "NetworkInterfacePermissionId", second)
	s.Do("DeleteNetworkInterface", "NetworkInterfaceId", id)
	other.Do("DeleteInstance", "InstanceId", i, "Force", "true")
	s.Settle()
	s.NothingLeft()
}

func TestPermissionRefusals(t *testing.T) {
	s := actiontest.Start(t)
	id, i := make1(s), s.Running()
	primary := ecs.ID(ecs.KindNetworkInterface, actiontest.Record(s, state.Instances, i).Interface)
	s.Refusals(t, "CreateNetworkInterfacePermission", []string{"NetworkInterfaceId", id, "AccountId", "77", "Permission", "InstanceAttach"}, []actiontest.Refusal{
		{"permission", []string{"Permission", "x"}, 400, "InvalidParameter", ""},
		{"account", []string{"AccountId", "0"}, 400, "InvalidParameter", ""},
		{"own account", []string{"AccountId", strconv.Itoa(actiontest.Account)}, 400, "InvalidParameter", ""},
		{"interface", []string{"NetworkInterfaceId", "eni-none"}, 404, "InvalidEniId.NotFound", ""},
		{"primary interface", []string{"NetworkInterfaceId", primary}, 403, "InvalidOperation.InvalidEniType", ""},
	})
	s.Refuse(400, "MissingParameter", "", "DescribeNetworkInterfacePermissions")
	s.Refuse(400, "InvalidParameter", "", "DescribeNetworkInterfacePermissions", "NetworkInterfaceId", id, "PageSize", "101")
	s.Refuse(404, "InvalidEniId.NotFound", "", "DescribeNetworkInterfacePermissions", "NetworkInterfaceId", "eni-none")
	s.Refuse(400, "InvalidParameter", "", "DeleteNetworkInterfacePermission", "NetworkInterfacePermissionId", "eni-perm-none")
}

// TestQoS limits an interface, changes the limits and takes them away.
func TestQoS(t *testing.T) {
	s := actiontest.Start(t)
	id, i := make1(s), s.Running()
	s.Do("AttachNetworkInterface", "NetworkInterfaceId", id, "InstanceId", i)
	s.Settle()
	s.Do("EnableNetworkInterfaceQoS", "NetworkInterfaceId", id, "QoS.BandwidthTx", "50000", "QoS.PpsRx", "9", "QoS.ConcurrentConnections", "7")
	q := attribute(s, id).QoSConfig
	if !q.EnableQoS || q.QoS.BandwidthTx != 50000 || q.QoS.BandwidthRx != 0 || q.QoS.PpsRx != 9 || q.QoS.ConcurrentConnections != 7 {
		t.Errorf("%+v", q)
	}
	s.Settle()
	s.Restart()
	s.Do("EnableNetworkInterfaceQoS", "NetworkInterfaceId", id, "QoS.BandwidthRx", "51000")
	if q := attribute(s, id).QoSConfig; q.QoS.BandwidthRx != 51000 || q.QoS.BandwidthTx != 0 {
		t.Errorf("%+v", q)
	}
	s.Settle()
	s.Do("DisableNetworkInterfaceQoS", "NetworkInterfaceId", id)
	if q := attribute(s, id).QoSConfig; q.EnableQoS || q.QoS.BandwidthRx != 0 {
		t.Errorf("%+v", q)
	}
	s.Settle()
	good := []string{"NetworkInterfaceId", id, "QoS.BandwidthTx", "60000"}
	s.Refusals(t, "EnableNetworkInterfaceQoS", good, []actiontest.Refusal{
		{"nothing", []string{"QoS.BandwidthTx", ""}, 400, "MissingParameter", ""},
		{"little", []string{"QoS.BandwidthTx", "49000"}, 400, "InvalidParameter", ""},
		{"step", []string{"QoS.BandwidthRx", "50500"}, 400, "InvalidParameter", ""},
		{"packets", []string{"QoS.PpsTx", "0"}, 400, "InvalidParameter", ""},
		{"connections", []string{"QoS.ConcurrentConnections", "-1"}, 400, "InvalidParameter", ""},
		{"interface", []string{"NetworkInterfaceId", "eni-none"}, 404, "InvalidEniId.NotFound", ""},
	})
	s.Refuse(404, "InvalidEniId.NotFound", "", "DisableNetworkInterfaceQoS", "NetworkInterfaceId", "eni-none")
	s.Do("DetachNetworkInterface", "NetworkInterfaceId", id, "InstanceId", i)
	s.Refuse(400, "InvalidOperation.InvalidEniState", "", "EnableNetworkInterfaceQoS", good...)
}

// TestMonitorData is told of secondary interfaces only, the same each time, and of
// none that does nothing.
func TestMonitorData(t *testing.T) {
	s := actiontest.Start(t)
	id, i := make1(s), s.Running()
	s.Do("AttachNetworkInterface", "NetworkInterfaceId", id, "InstanceId", i)
	s.Settle()
	from := s.Clock.Now().UTC()
	s.Advance(2 * time.Hour)
	at := func(d time.Duration) string { return from.Add(d).Format("2006-01-02T15:04:05Z") }
	ask := func(params ...string) *api.DescribeEniMonitorDataResponse {
		t.Helper()
		return actiontest.Call[api.DescribeEniMonitorDataResponse](s, "DescribeEniMonitorData", append([]string{"InstanceId", i, "StartTime", at(0), "EndTime", at(time.Hour)}, params...)...)
	}
	got := ask("Period", "600")
	data := got.MonitorData.ENIMonitorData
	if got.TotalCount != 6 || len(data) != 6 {
		t.Fatalf("%+v", got)
	}
	for _, p := range data[1:] {
		if p.ENIID != id || p.IntranetRx == "0" || p.PacketTx == "0" || p.DropPacketRx != "0" {
			t.Errorf("%+v", p)
		}
	}
	if again := ask("Period", "600", "EniId", id); fmt.Sprint(again.MonitorData) != fmt.Sprint(got.MonitorData) {
		t.Errorf("%+v, before %+v", again, got)
	}
	if n := ask().TotalCount; n != 60 {
		t.Errorf("%d minutes", n)
	}
	if n := ask("EniId", "eni-none").TotalCount; n != 0 {
		t.Errorf("%d points of no interface", n)
	}
	if n := ask("EndTime", at(1000*time.Hour), "Period", "3600", "StartTime", at(601*time.Hour)).TotalCount; n != 0 {
		t.Errorf("%d points of the future", n)
	}
	s.Do("StopInstance", "InstanceId", i)
	s.Settle()
	for _, p := range ask("Period", "600").MonitorData.ENIMonitorData {
		if p.IntranetRx != "0" || p.PacketTx != "0" {
			t.Errorf("a stopped instance did %+v", p)
		}
	}
	s.Refusals(t, "DescribeEniMonitorData", []string{"InstanceId", i, "StartTime", at(0), "EndTime", at(time.Hour)}, []actiontest.Refusal{
		{"instance", []string{"InstanceId", "i-none"}, 404, "InvalidInstanceId.NotFound", ""},
		{"period", []string{"Period", "61"}, 400, "InvalidPeriod.ValueNotSupported", ""},
		{"start", []string{"StartTime", "x"}, 400, "InvalidStartTime.Malformed", ""},
		{"end", []string{"EndTime", "x"}, 400, "InvalidEndTime.Malformed", ""},
		{"early", []string{"StartTime", at(-31 * 24 * time.Hour)}, 400, "InvalidStartTime.TooEarly", ""},
		{"reversed", []string{"EndTime", at(-time.Hour)}, 403, "InvalidParameter.EndTime", ""},
		{"much", []string{"EndTime", at(7 * time.Hour)}, 400, "InvalidParameter.TooManyDataQueried", ""},
	})
}

// TestModify changes each attribute, and leaves what is not named.
func TestModify(t *testing.T) {
	s := actiontest.Start(t)
	n := s.Network()
	group := s.Group("VpcId", n.VPC)
	id := make1(s, "NetworkInterfaceName", "one", "Description", "first", "SourceDestCheck", "true")
	modify := func(params ...string) *api.DescribeNetworkInterfaceAttributeResponse {
		t.Helper()
		s.Do("ModifyNetworkInterfaceAttribute", append([]string{"NetworkInterfaceId", id}, params...)...)
		return attribute(s, id, "Attribute", "connectionTrackingConfiguration")
	}
	if got := modify("Description", ""); got.Description != "" || got.NetworkInterfaceName != "one" || !got.SourceDestCheck || got.DeleteOnRelease {
		t.Errorf("%+v", got)
	}
	if got := modify("NetworkInterfaceName", "two", "DeleteOnRelease", "true", "SourceDestCheck", "false", "QueueNumber", "2"); got.NetworkInterfaceName != "two" || !got.DeleteOnRelease || got.SourceDestCheck || got.QueueNumber != 2 {
		t.Errorf("%+v", got)
	}
	if got := modify("SecurityGroupId.1", group).SecurityGroupIDs.SecurityGroupID; len(got) != 1 || got[0] != group {
		t.Errorf("%v", got)
	}
	c := modify("ConnectionTrackingConfiguration.TcpEstablishedTimeout", "60", "ConnectionTrackingConfiguration.UdpTimeout", "80").ConnectionTrackingConfiguration
	if c.TcpEstablishedTimeout != 60 || c.UdpTimeout != 80 || c.TcpClosedAndTimeWaitTimeout != 3 {
		t.Errorf("%+v", c)
	}
}

// TestPaging goes through interfaces by numbers and by tokens.
func TestPaging(t *testing.T) {
	s := actiontest.Start(t)
	want := map[string]bool{}
	for range 25 {
		want[make1(s)] = true
	}
	type response = api.DescribeNetworkInterfacesResponse
	count := func(got map[string]int, r *response) {
		for _, n := range r.NetworkInterfaceSets.NetworkInterfaceSet {
			got[n.NetworkInterfaceID]++
		}
	}
	byNumber, byToken := map[string]int{}, map[string]int{}
	for page := 1; page <= 4; page++ {
		r := actiontest.Call[response](s, "DescribeNetworkInterfaces", "PageNumber", strconv.Itoa(page), "PageSize", "10")
		if r.TotalCount != 25 {
			t.Errorf("%d in all", r.TotalCount)
		}
		count(byNumber, r)
	}
	for token, pages := "", 0; ; pages++ {
		r := actiontest.Call[response](s, "DescribeNetworkInterfaces", "MaxResults", "10", "NextToken", token)
		count(byToken, r)
		if token = r.NextToken; token == "" {
			if pages != 2 {
				t.Errorf("%d pages", pages+1)
			}
			break
		}
	}
	for _, got := range []map[string]int{byNumber, byToken} {
		if len(got) != len(want) {
			t.Errorf("%d interfaces", len(got))
		}
		for id, n := range got {
			if n != 1 || !want[id] {
				t.Errorf("%s came %d times", id, n)
			}
		}
	}
	s.Refuse(400, "InvalidParameter", "", "DescribeNetworkInterfaces", "MaxResults", "10", "NextToken", "x")
	s.Refuse(400, "InvalidParameter", "", "DescribeNetworkInterfaces", "PageSize", "1001")
}
