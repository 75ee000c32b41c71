package clients

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	sdkerrors "github.com/aliyun/alibaba-cloud-sdk-go/sdk/errors"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/ecs"

	"github.com/openecs/openecs/ecstest"
)

// v1 is alibaba-cloud-sdk-go pointed at a service: signature V1, everything in the query.
func v1(t *testing.T, s *ecstest.Server, secret string) *ecs.Client {
	t.Helper()
	c, err := ecs.NewClientWithAccessKey(region, s.AccessKeyID, secret)
	if err != nil {
		t.Fatal(err)
	}
	c.Domain = hostPort(s)
	t.Cleanup(c.Shutdown)
	return c
}

func v1Refused(t *testing.T, err error, code string, status int) {
	t.Helper()
	var e *sdkerrors.ServerError
	if !errors.As(err, &e) {
		t.Errorf("got %v, want %s", err, code)
		return
	}
	refusal{e.ErrorCode(), e.HttpStatus(), e.RequestId()}.check(t, code, status)
}

func v1Instances(t *testing.T, c *ecs.Client, id string) []ecs.Instance {
	t.Helper()
	r := ecs.CreateDescribeInstancesRequest()
	r.InstanceIds = fmt.Sprintf("[%q]", id)
	got, err := c.DescribeInstances(r)
	if err != nil {
		t.Fatal(err)
	}
	return got.Instances.Instance
}

func v1Wait(t *testing.T, c *ecs.Client, id, status string) {
	t.Helper()
	until(t, id+" "+status, func() bool {
		found := v1Instances(t, c, id)
		return len(found) == 1 && found[0].Status == status
	})
}

func v1Create(n network) *ecs.CreateInstanceRequest {
	r := ecs.CreateCreateInstanceRequest()
	r.ImageId, r.InstanceType, r.SecurityGroupId, r.VSwitchId = image, instanceType, n.group, n.vswitch
	r.SystemDiskCategory, r.SystemDiskSize = "cloud_essd", requests.NewInteger(40)
	r.InternetMaxBandwidthOut = requests.NewInteger(5)
	r.InstanceName, r.Description = "go-v1", description
	r.Tag = &[]ecs.CreateInstanceTag{{Key: "sdk", Value: "go v1"}}
	return r
}

func TestV1DescribeRegions(t *testing.T) {
	s := ecstest.Start(t)
	got, err := v1(t, s, s.AccessKeySecret).DescribeRegions(ecs.CreateDescribeRegionsRequest())
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(got.Regions.Region, func(r ecs.Region) bool { return r.RegionId == region })
	if len(got.Regions.Region) < 20 || at < 0 || got.Regions.Region[at].RegionEndpoint == "" {
		t.Errorf("%d regions: %v", len(got.Regions.Region), got.Regions.Region)
	}
}

func TestV1MainJob(t *testing.T) {
	s, n := start(t)
	c := v1(t, s, s.AccessKeySecret)
	made, err := c.CreateInstance(v1Create(n))
	if err != nil {
		t.Fatal(err)
	}
	id := made.InstanceId
	v1Wait(t, c, id, "Stopped")
	begin := ecs.CreateStartInstanceRequest()
	begin.InstanceId = id
	if _, err := c.StartInstance(begin); err != nil {
		t.Fatal(err)
	}
	v1Wait(t, c, id, "Running")
	allocate := ecs.CreateAllocatePublicIpAddressRequest()
	allocate.InstanceId = id
	address, err := c.AllocatePublicIpAddress(allocate)
	if err != nil {
		t.Fatal(err)
	}
	seen := v1Instances(t, c, id)[0]
	if got := seen.PublicIpAddress.IpAddress; !slices.Equal(got, []string{address.IpAddress}) || address.IpAddress == "" {
		t.Errorf("public addresses %v, want %s", got, address.IpAddress)
	}
	if seen.Description != description || seen.ZoneId != zone || seen.InstanceType != instanceType || seen.ImageId != image {
		t.Errorf("described as %q %s %s %s", seen.Description, seen.ZoneId, seen.InstanceType, seen.ImageId)
	}
	if !slices.Equal(seen.SecurityGroupIds.SecurityGroupId, []string{n.group}) || seen.VpcAttributes.VSwitchId != n.vswitch {
		t.Errorf("in groups %v and vSwitch %s", seen.SecurityGroupIds.SecurityGroupId, seen.VpcAttributes.VSwitchId)
	}
	if len(seen.Tags.Tag) != 1 || seen.Tags.Tag[0].TagValue != "go v1" {
		t.Errorf("tags %v", seen.Tags.Tag)
	}
	stop := ecs.CreateStopInstanceRequest()
	stop.InstanceId = id
	if _, err := c.StopInstance(stop); err != nil {
		t.Fatal(err)
	}
	v1Wait(t, c, id, "Stopped")
	remove := ecs.CreateDeleteInstanceRequest()
	remove.InstanceId = id
	if _, err := c.DeleteInstance(remove); err != nil {
		t.Fatal(err)
	}
	until(t, "the end of "+id, func() bool { return len(v1Instances(t, c, id)) == 0 })
}

func TestV1Refusals(t *testing.T) {
	s, n := start(t)
	c := v1(t, s, s.AccessKeySecret)

	unknown := v1Create(n)
	unknown.ImageId = "no-such-image"
	_, err := c.CreateInstance(unknown)
	v1Refused(t, err, "InvalidImageId.NotFound", 404)

	dry := v1Create(n)
	dry.DryRun = "true"
	_, err = c.CreateInstance(dry)
	v1Refused(t, err, "DryRunOperation", 400)

	begin := ecs.CreateStartInstanceRequest()
	begin.InstanceId = "i-bp1nosuchinstance00001"
	_, err = c.StartInstance(begin)
	v1Refused(t, err, "InvalidInstanceId.NotFound", 404)

	made, err := c.CreateInstance(v1Create(n))
	if err != nil {
		t.Fatal(err)
	}
	v1Wait(t, c, made.InstanceId, "Stopped")
	stop := ecs.CreateStopInstanceRequest()
	stop.InstanceId = made.InstanceId
	_, err = c.StopInstance(stop)
	v1Refused(t, err, "IncorrectInstanceStatus", 403)

	_, err = v1(t, s, "not-the-secret").DescribeRegions(ecs.CreateDescribeRegionsRequest())
	v1Refused(t, err, "SignatureDoesNotMatch", 400)
	var e *sdkerrors.ServerError // the SDK found its own string to sign in the message
	if errors.As(err, &e) && !strings.HasPrefix(e.Recommend(), "InvalidAccessKeySecret") {
		t.Errorf("recommends %q: the message does not carry the string to sign", e.Recommend())
	}
}

func TestV1RunAndPage(t *testing.T) {
	s, n := start(t)
	c := v1(t, s, s.AccessKeySecret)
	run := ecs.CreateRunInstancesRequest()
	run.ImageId, run.InstanceType, run.SecurityGroupId, run.VSwitchId = image, instanceType, n.group, n.vswitch
	run.Amount, run.InternetMaxBandwidthOut = requests.NewInteger(7), requests.NewInteger(1)
	made, err := c.RunInstances(run)
	if err != nil {
		t.Fatal(err)
	}
	ids := slices.Sorted(slices.Values(made.InstanceIdSets.InstanceIdSet))
	if len(slices.Compact(slices.Clone(ids))) != 7 {
		t.Fatalf("made %v", ids)
	}
	for _, id := range ids {
		v1Wait(t, c, id, "Running")
		if i := v1Instances(t, c, id)[0]; len(i.PublicIpAddress.IpAddress) != 1 {
			t.Errorf("%s has addresses %v", id, i.PublicIpAddress.IpAddress)
		}
	}

	var byNumber []string
	for page := 1; page <= 3; page++ {
		r := ecs.CreateDescribeInstancesRequest()
		r.PageSize, r.PageNumber = requests.NewInteger(3), requests.NewInteger(page)
		got, err := c.DescribeInstances(r)
		if err != nil {
			t.Fatal(err)
		}
		if got.TotalCount != 7 || got.PageNumber != page || got.PageSize != 3 {
			t.Errorf("page %d: TotalCount %d, PageNumber %d, PageSize %d", page, got.TotalCount, got.PageNumber, got.PageSize)
		}
		for _, i := range got.Instances.Instance {
			byNumber = append(byNumber, i.InstanceId)
		}
	}
	slices.Sort(byNumber)
	if !slices.Equal(byNumber, ids) {
		t.Errorf("the pages hold %v, want %v", byNumber, ids)
	}

	var byToken []string
	for r := ecs.CreateDescribeInstancesRequest(); ; {
		r.MaxResults = requests.NewInteger(2)
		got, err := c.DescribeInstances(r)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range got.Instances.Instance {
			byToken = append(byToken, i.InstanceId)
		}
		if r.NextToken = got.NextToken; r.NextToken == "" || len(byToken) > 7 {
			break
		}
	}
	slices.Sort(byToken)
	if !slices.Equal(byToken, ids) {
		t.Errorf("following NextToken gives %v, want %v", byToken, ids)
	}
}
