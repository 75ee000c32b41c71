package ecstest

import (
	"context"
	"testing"

	"github.com/openecs/openecs/api"
)

func TestDescribeInstancesIsEmptyAtFirst(t *testing.T) {
	s := Start(t)
	out, err := s.Client.DescribeInstances(context.Background(), &api.DescribeInstancesRequest{RegionID: "cn-hangzhou"})
	if err != nil {
		t.Fatal(err)
	}
	if out.TotalCount != 0 || out.PageSize != 10 || out.RequestID == "" {
		t.Fatalf("%+v", out)
	}
}
