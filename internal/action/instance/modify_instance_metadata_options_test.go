package instance_test

import (
	"context"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

func TestModifyInstanceMetadataOptions(t *testing.T) {
	s := actiontest.Start(t, actiontest.Stepped())
	const action = "ModifyInstanceMetadataOptions"
	id := s.Running()
	see := func() api.DescribeInstancesInstanceMetadataOptions {
		t.Helper()
		out, err := s.Client.DescribeInstances(context.Background(), &api.DescribeInstancesRequest{
			RegionID: "cn-hangzhou", InstanceIDs: `["` + id + `"]`, AdditionalAttributes: []string{"META_OPTIONS"},
		})
		if err != nil {
			t.Fatal(err)
		}
		return out.Instances.Instance[0].MetadataOptions
	}
	good := []string{"RegionId", "cn-hangzhou", "InstanceId", id, "HttpEndpoint", "enabled"}
	s.Do(action, append(good, "HttpEndpoint", "disabled", "HttpTokens", "required", "HttpPutResponseHopLimit", "64", "InstanceMetadataTags", "disabled")...)
	if got := see(); got.HTTPEndpoint != "disabled" || got.HTTPTokens != "required" || got.HTTPPutResponseHopLimit != 64 {
		t.Errorf("%+v", got)
	}
	s.Do(action, good...) // the rest stays
	if got := see(); got.HTTPEndpoint != "enabled" || got.HTTPTokens != "required" || got.HTTPPutResponseHopLimit != 64 {
		t.Errorf("%+v", got)
	}
	s.Do(action, append(good, "HttpTokens", "optional")...)
	if got := see(); got.HTTPTokens != "optional" {
		t.Errorf("%+v", got)
	}
	s.Refusals(t, action, good, []actiontest.Refusal{
		{"endpoint", []string{"HttpEndpoint", "on"}, 400, "InvalidHttpEndpoint.NotSupported", ""},
		{"tokens", []string{"HttpTokens", "maybe"}, 400, "InvalidHttpTokens.NotSupported", ""},
		{"no hops", []string{"HttpPutResponseHopLimit", "0"}, 400, "InvalidHttpPutResponseHopLimit.NotSupported", ""},
		{"hops", []string{"HttpPutResponseHopLimit", "65"}, 400, "InvalidHttpPutResponseHopLimit.NotSupported", ""},
		{"tags", []string{"InstanceMetadataTags", "some"}, 400, "InvalidParameter", ""},
		{"tags on", []string{"InstanceMetadataTags", "enabled"}, 400, "UnsupportedOperation.NotImplemented", ""},
		{"no instance", []string{"InstanceId", ""}, 400, "MissingParameter", ""},
		{"going", []string{"InstanceId", s.InState("Deleting")}, 403, "IncorrectInstanceStatus", wrongStatus},
	})
	absent(s, id, action, "RegionId", "cn-hangzhou", "HttpEndpoint", "enabled")
}
