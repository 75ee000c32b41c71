package instance_test

import (
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

func TestDescribeUserData(t *testing.T) {
	s := actiontest.Start(t)
	const action = "DescribeUserData"
	want := func(id, data string) {
		t.Helper()
		got := actiontest.Call[api.DescribeUserDataResponse](s, action, "InstanceId", id)
		if got.InstanceID != id || got.RegionID != "cn-hangzhou" || got.UserData != data {
			t.Errorf("%+v, want the user data %q", got, data)
		}
	}
	want(s.Running(), "")
	id := s.Running("UserData", "IyEvYmluL3No", "Password", "Secret-123")
	want(id, "IyEvYmluL3No")
	s.Do("StopInstance", "InstanceId", id)
	s.Settle()
	s.Do("ModifyInstanceAttribute", "InstanceId", id, "UserData", "Kg==")
	want(id, "Kg==")
	s.Do("ModifyInstanceAttribute", "InstanceId", id, "UserData", "")
	want(id, "")
	absent(s, id, action)
}
