package clients

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/client"
	ecs "github.com/alibabacloud-go/ecs-20140526/v7/client"
	"github.com/alibabacloud-go/tea/tea"

	"github.com/openecs/openecs/ecstest"
)

// v2 is ecs-20140526/v7 pointed at a service: signature V3.
func v2(t *testing.T, s *ecstest.Server, secret string) *ecs.Client {
	t.Helper()
	c, err := ecs.NewClient(&openapi.Config{
		AccessKeyId: &s.AccessKeyID, AccessKeySecret: &secret, RegionId: new(region),
		Endpoint: new(hostPort(s)), Protocol: new("http"),
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func v2Refused(t *testing.T, err error, code string, status int) {
	t.Helper()
	var e *tea.SDKError
	if !errors.As(err, &e) {
		t.Errorf("got %T %v, want %s", err, err, code)
		return
	}
	var body struct{ RequestId string }
	if err := json.Unmarshal([]byte(tea.StringValue(e.Data)), &body); err != nil {
		t.Errorf("%s: the body %q: %v", code, tea.StringValue(e.Data), err)
	}
	refusal{tea.StringValue(e.Code), tea.IntValue(e.StatusCode), body.RequestId}.check(t, code, status)
}

func v2Instances(t *testing.T, c *ecs.Client, id string) []*ecs.DescribeInstancesResponseBodyInstancesInstance {
	t.Helper()
	got, err := c.DescribeInstances(&ecs.DescribeInstancesRequest{RegionId: new(region), InstanceIds: new(fmt.Sprintf("[%q]", id))})
	if err != nil {
		t.Fatal(err)
	}
	return got.Body.Instances.Instance
}

func v2Wait(t *testing.T, c *ecs.Client, id, status string) {
	t.Helper()
	until(t, id+" "+status, func() bool {
		found := v2Instances(t, c, id)
		return len(found) == 1 && *found[0].Status == status
	})
}

func v2Create(n network) *ecs.CreateInstanceRequest {
	return &ecs.CreateInstanceRequest{
		RegionId: new(region), ImageId: new(image), InstanceType: new(instanceType), SecurityGroupId: &n.group, VSwitchId: &n.vswitch,
		SystemDisk:              &ecs.CreateInstanceRequestSystemDisk{Category: new("cloud_essd"), Size: new(int32(40))},
		InternetMaxBandwidthOut: new(int32(5)), InstanceName: new("go-v2"), Description: new(description),
		Tag: []*ecs.CreateInstanceRequestTag{{Key: new("sdk"), Value: new("go v2")}},
	}
}

func TestV2DescribeRegions(t *testing.T) {
	s := ecstest.Start(t)
	got, err := v2(t, s, s.AccessKeySecret).DescribeRegions(&ecs.DescribeRegionsRequest{})
	if err != nil {
		t.Fatal(err)
	}
	all := got.Body.Regions.Region
	if len(all) < 20 || !slices.ContainsFunc(all, func(r *ecs.DescribeRegionsResponseBodyRegionsRegion) bool { return *r.RegionId == region }) {
		t.Errorf("%d regions", len(all))
	}
	if !requestID.MatchString(tea.StringValue(got.Body.RequestId)) || tea.StringValue(got.Headers["x-acs-request-id"]) != *got.Body.RequestId {
		t.Errorf("request id %q, in the header %q", tea.StringValue(got.Body.RequestId), tea.StringValue(got.Headers["x-acs-request-id"]))
	}
}

func TestV2MainJob(t *testing.T) {
	s, n := start(t)
	c := v2(t, s, s.AccessKeySecret)
	made, err := c.CreateInstance(v2Create(n))
	if err != nil {
		t.Fatal(err)
	}
	id := *made.Body.InstanceId
	v2Wait(t, c, id, "Stopped")
	if _, err := c.StartInstance(&ecs.StartInstanceRequest{InstanceId: &id}); err != nil {
		t.Fatal(err)
	}
	v2Wait(t, c, id, "Running")
	address, err := c.AllocatePublicIpAddress(&ecs.AllocatePublicIpAddressRequest{InstanceId: &id})
	if err != nil {
		t.Fatal(err)
	}
	seen := v2Instances(t, c, id)[0]
	if got := seen.PublicIpAddress.IpAddress; len(got) != 1 || *got[0] != *address.Body.IpAddress || *got[0] == "" {
		t.Errorf("public addresses %v, want %s", tea.StringSliceValue(got), *address.Body.IpAddress)
	}
	if *seen.Description != description || *seen.ZoneId != zone || *seen.InstanceType != instanceType || *seen.ImageId != image {
		t.Errorf("described as %q %s %s %s", *seen.Description, *seen.ZoneId, *seen.InstanceType, *seen.ImageId)
	}
	if len(seen.SecurityGroupIds.SecurityGroupId) != 1 || *seen.SecurityGroupIds.SecurityGroupId[0] != n.group || *seen.VpcAttributes.VSwitchId != n.vswitch {
		t.Errorf("in groups %v and vSwitch %s", tea.StringSliceValue(seen.SecurityGroupIds.SecurityGroupId), *seen.VpcAttributes.VSwitchId)
	}
	if len(seen.Tags.Tag) != 1 || *seen.Tags.Tag[0].TagValue != "go v2" {
		t.Errorf("tags %v", seen.Tags.Tag)
	}
	if _, err := c.StopInstance(&ecs.StopInstanceRequest{InstanceId: &id}); err != nil {
		t.Fatal(err)
	}
	v2Wait(t, c, id, "Stopped")
	if _, err := c.DeleteInstance(&ecs.DeleteInstanceRequest{InstanceId: &id}); err != nil {
		t.Fatal(err)
	}
	until(t, "the end of "+id, func() bool { return len(v2Instances(t, c, id)) == 0 })
}

func TestV2Refusals(t *testing.T) {
	s, n := start(t)
	c := v2(t, s, s.AccessKeySecret)

	unknown := v2Create(n)
	unknown.ImageId = new("no-such-image")
	_, err := c.CreateInstance(unknown)
	v2Refused(t, err, "InvalidImageId.NotFound", 404)

	dry := v2Create(n)
	dry.DryRun = new(true)
	_, err = c.CreateInstance(dry)
	v2Refused(t, err, "DryRunOperation", 400)

	_, err = c.StartInstance(&ecs.StartInstanceRequest{InstanceId: new("i-bp1nosuchinstance00001")})
	v2Refused(t, err, "InvalidInstanceId.NotFound", 404)

	made, err := c.CreateInstance(v2Create(n))
	if err != nil {
		t.Fatal(err)
	}
	v2Wait(t, c, *made.Body.InstanceId, "Stopped")
	_, err = c.StopInstance(&ecs.StopInstanceRequest{InstanceId: made.Body.InstanceId})
	v2Refused(t, err, "IncorrectInstanceStatus", 403)

	_, err = v2(t, s, "not-the-secret").DescribeRegions(&ecs.DescribeRegionsRequest{})
	v2Refused(t, err, "SignatureDoesNotMatch", 400)
}

func TestV2RunAndPage(t *testing.T) {
	s, n := start(t)
	c := v2(t, s, s.AccessKeySecret)
	made, err := c.RunInstances(&ecs.RunInstancesRequest{
		RegionId: new(region), ImageFamily: new("acs:alibaba_cloud_linux_3_2104_lts_x64"), InstanceType: new(instanceType),
		SecurityGroupId: &n.group, VSwitchId: &n.vswitch, Amount: new(int32(7)),
	})
	if err != nil {
		t.Fatal(err)
	}
	ids := slices.Sorted(slices.Values(tea.StringSliceValue(made.Body.InstanceIdSets.InstanceIdSet)))
	if len(slices.Compact(slices.Clone(ids))) != 7 {
		t.Fatalf("made %v", ids)
	}
	for _, id := range ids {
		v2Wait(t, c, id, "Running")
	}

	var byNumber []string
	for page := int32(1); page <= 3; page++ {
		got, err := c.DescribeInstances(&ecs.DescribeInstancesRequest{RegionId: new(region), PageSize: new(int32(3)), PageNumber: &page})
		if err != nil {
			t.Fatal(err)
		}
		if *got.Body.TotalCount != 7 || *got.Body.PageNumber != page || *got.Body.PageSize != 3 {
			t.Errorf("page %d: TotalCount %d, PageNumber %d, PageSize %d", page, *got.Body.TotalCount, *got.Body.PageNumber, *got.Body.PageSize)
		}
		for _, i := range got.Body.Instances.Instance {
			byNumber = append(byNumber, *i.InstanceId)
		}
	}
	slices.Sort(byNumber)
	if !slices.Equal(byNumber, ids) {
		t.Errorf("the pages hold %v, want %v", byNumber, ids)
	}

	var byToken []string
	for r := (&ecs.DescribeInstancesRequest{RegionId: new(region), MaxResults: new(int32(2))}); ; {
		got, err := c.DescribeInstances(r)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range got.Body.Instances.Instance {
			byToken = append(byToken, *i.InstanceId)
		}
		if r.NextToken = got.Body.NextToken; tea.StringValue(r.NextToken) == "" || len(byToken) > 7 {
			break
		}
	}
	slices.Sort(byToken)
	if !slices.Equal(byToken, ids) {
		t.Errorf("following NextToken gives %v, want %v", byToken, ids)
	}

	if _, err := c.DeleteInstances(&ecs.DeleteInstancesRequest{RegionId: new(region), InstanceId: tea.StringSlice(ids), Force: new(true)}); err != nil {
		t.Fatal(err)
	}
	for _, id := range ids {
		until(t, "the end of "+id, func() bool { return len(v2Instances(t, c, id)) == 0 })
	}
}
