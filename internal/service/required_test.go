package service_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/api/spec"
	"github.com/openecs/openecs/internal/actiontest"
)

// emptyWelcome are the required strings that may be empty, and why.
var emptyWelcome = map[string]string{
	"CopySnapshot.DestinationSnapshotName":          "a copy need not have a name",
	"CopySnapshot.DestinationSnapshotDescription":   "nor a description",
	"DescribeEndpoints.ServiceCode":                 "Illegal Parameter is documented for it",
	"DescribeAvailableResource.DestinationResource": "Invalid.Param is documented for it",
	"DescribeHaVips.Filter":                         "a list under ECS's version, which the VPC product's action does not need",
	"ModifyEipAddressAttribute.Bandwidth":           "required under ECS's version only, and the VPC product's action answers it",
	"UnassociateEipAddress.InstanceId":              "the same",
}

// TestEmptyRequiredParameters: no action of any product takes an empty value of
// a required parameter, whatever else is said.
func TestEmptyRequiredParameters(t *testing.T) {
	s := actiontest.Start(t)
	products, err := spec.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range products {
		for _, a := range p.Actions {
			var good []string
			for _, f := range a.Params {
				if f.Required {
					good = append(good, f.Name, "1")
				}
			}
			good = append(good, "RegionId", "cn-hangzhou")
			for _, f := range a.Params {
				if !f.Required || emptyWelcome[a.Name+"."+f.Name] != "" || f.Name == "regionId" { // for which RegionId does as well
					continue
				}
				_, err := s.Send(p.Product+"."+a.Name, append(good[:len(good):len(good)], f.Name, "")...)
				e, ok := errors.AsType[*api.Error](err)
				if !ok || !strings.HasPrefix(e.Code, "MissingParameter") {
					t.Errorf("%s.%s with %s= : %v", p.Product, a.Name, f.Name, err)
				}
			}
		}
	}
}
