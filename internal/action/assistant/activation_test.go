package assistant_test

import (
	"context"
	"strings"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/state"
)

func activations(s *actiontest.Service, params ...string) []api.DescribeActivationsActivationList {
	s.T.Helper()
	return actiontest.Call[api.DescribeActivationsResponse](s, "DescribeActivations", params...).ActivationList
}

// An activation is made once for its token, shown without its code, disabled and deleted, by the generated client.
func TestActivationLifecycle(t *testing.T) {
	s := actiontest.Start(t)
	ctx := context.Background()
	req := &api.CreateActivationRequest{RegionID: "cn-hangzhou", InstanceName: "shop", Description: "the shops' tills", InstanceCount: new(5),
		TimeToLiveInHours: new(int64(8)), IPAddressRange: "10.0.0.0/8", ClientToken: "once", Tag: []api.Tag{{Key: "k", Value: "v"}}}
	made, err := s.Client.CreateActivation(ctx, req)
	if err != nil {
		t.Fatal(err)
	}
	again, err := s.Client.CreateActivation(ctx, req)
	if err != nil || again.ActivationID != made.ActivationID || again.ActivationCode != made.ActivationCode || !strings.HasPrefix(made.ActivationCode, "a-") {
		t.Fatalf("%+v, then %+v: %v", made, again, err)
	}
	id := made.ActivationID
	all := activations(s, "ActivationId", id)
	if len(all) != 1 || len(id) != 36 {
		t.Fatalf("%q: %+v", id, all)
	}
	a := all[0]
	if a.ActivationID != id || a.InstanceName != "shop" || a.InstanceCount != 5 || a.TimeToLiveInHours != 8 || a.IPAddressRange != "10.0.0.0/8" ||
		a.Disabled || a.CreationTime == "" || len(a.Tags) != 1 || a.Description != "the shops' tills" {
		t.Errorf("%+v", a)
	}
	plain := actiontest.Call[api.CreateActivationResponse](s, "CreateActivation").ActivationID
	for name, c := range map[string]struct {
		params []string
		want   int
	}{
		"all": {nil, 2}, "name": {[]string{"InstanceName", "shop"}, 1}, "tag": {[]string{"Tag.1.Key", "k"}, 1}, "other id": {[]string{"ActivationId", "x"}, 0},
		"group": {[]string{"ResourceGroupId", "rg-none"}, 0}, "page": {[]string{"PageSize", "1", "PageNumber", "2"}, 1}, "elsewhere": {[]string{"RegionId", "cn-beijing"}, 0},
	} {
		if got := activations(s, c.params...); len(got) != c.want {
			t.Errorf("%s: %d, want %d", name, len(got), c.want)
		}
	}
	if got := activations(s, "InstanceName", ""); got[0].ActivationID != plain || got[0].InstanceCount != 10 || got[0].TimeToLiveInHours != 4 {
		t.Errorf("by default: %+v", got)
	}
	if out := actiontest.Call[api.DisableActivationResponse](s, "DisableActivation", "ActivationId", id); !out.Activation.Disabled || !activations(s, "ActivationId", id)[0].Disabled {
		t.Error("it is not disabled")
	}
	for _, id := range []string{id, plain} {
		if out := actiontest.Call[api.DeleteActivationResponse](s, "DeleteActivation", "ActivationId", id); out.Activation.ActivationID != id {
			t.Errorf("deleted: %+v", out)
		}
	}
	if n := state.Activations.Len(s.DB().Snapshot()); n != 0 {
		t.Errorf("%d are left", n)
	}
}

func TestActivationRefusals(t *testing.T) {
	s := actiontest.Start(t)
	id := actiontest.Call[api.CreateActivationResponse](s, "CreateActivation").ActivationID
	s.Refusals(t, "CreateActivation", nil, []actiontest.Refusal{
		{"a name of one", []string{"InstanceName", "a"}, 400, api.CodeInstanceNameExceedLimit, ""},
		{"a name of 51", []string{"InstanceName", strings.Repeat("a", 51)}, 400, api.CodeInstanceNameExceedLimit, ""},
		{"a name that begins with a digit", []string{"InstanceName", "1a"}, 400, api.CodeInstanceNameInvalidPattern, ""},
		{"an address as name", []string{"InstanceName", "http://a"}, 400, api.CodeInstanceNameInvalidPattern, ""},
		{"a long description", []string{"Description", strings.Repeat("x", 101)}, 400, api.CodeActivationDescExceedLimit, ""},
		{"no instances", []string{"InstanceCount", "0"}, 400, api.CodeActivationLimitationInvalid, ""},
		{"too many instances", []string{"InstanceCount", "1001"}, 400, api.CodeActivationLimitationInvalid, ""},
		{"no time", []string{"TimeToLiveInHours", "0"}, 400, api.CodeActivationTTLExceedLimit, ""},
		{"too much time", []string{"TimeToLiveInHours", "876577"}, 400, api.CodeActivationTTLExceedLimit, ""},
		{"no range", []string{"IpAddressRange", "10.0.0.0/33"}, 400, api.CodeAddressRangeInvalidPattern, ""},
		{"a tag without a key", []string{"Tag.1.Value", "v"}, 400, api.CodeMissingParameterTagKey, ""},
		{"too many tags", actiontest.Tags(21), 400, api.CodeNumberExceedTags, ""},
		{"a bad token", []string{"ClientToken", strings.Repeat("x", 65)}, 400, api.CodeInvalidClientTokenMalformed, ""},
		{"no such group", []string{"ResourceGroupId", "rg-none"}, 404, api.CodeInvalidResourceGroupNotFound, ""},
	})
	for range 9 {
		s.Do("CreateActivation")
	}
	s.Refuse(400, api.CodeActivationCountExceedLimit, "", "CreateActivation")
	for _, a := range []string{"DeleteActivation", "DisableActivation"} {
		s.Refuse(404, api.CodeInvalidActivationIdNotFound, "", a, "ActivationId", "none")
		s.Refuse(404, api.CodeInvalidActivationIdNotFound, "", a, "ActivationId", id, "RegionId", "cn-beijing")
		s.As(s.Other).Refuse(404, api.CodeInvalidActivationIdNotFound, "", a, "ActivationId", id)
	}
	s.Refuse(400, api.CodeInvalidParamPageSize, "", "DescribeActivations", "PageSize", "51")
	s.Refuse(400, api.CodeInvalidParamPageNumber, "", "DescribeActivations", "PageNumber", "0")
	if len(activations(s.As(s.Other))) != 0 {
		t.Error("another account sees them")
	}
}

// There are no managed instances: lists of them are empty, and one that is named is not found.
func TestManagedInstances(t *testing.T) {
	s := actiontest.Start(t)
	if out := actiontest.Call[api.DescribeManagedInstancesResponse](s, "DescribeManagedInstances"); len(out.Instances) != 0 || out.TotalCount != 0 || out.PageSize != 10 {
		t.Errorf("%+v", out)
	}
	s.Refuse(400, api.CodeInvalidParamPageSize, "", "DescribeManagedInstances", "PageSize", "51")
	s.Refuse(404, api.CodeInvalidInstanceNotFound, "", "DeregisterManagedInstance", "InstanceId", "mi-none")
	s.Refuse(400, api.CodeInvalidClientTokenMalformed, "", "DeregisterManagedInstance", "InstanceId", "mi-none", "ClientToken", strings.Repeat("x", 65))
	s.Refuse(404, api.CodeInvalidInstanceNotFound, "", "ModifyManagedInstance", "InstanceId", "mi-none", "InstanceName", "till")
	s.Refuse(400, api.CodeInstanceNameExceedLimit, "", "ModifyManagedInstance", "InstanceId", "mi-none", "InstanceName", "t")
}
