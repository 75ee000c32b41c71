package api

import (
	"errors"
	"slices"
	"testing"
)

func TestLookup(t *testing.T) {
	a, ok := Lookup("2014-05-26", "StopInstance")
	if !ok || a.Product != "Ecs" || a.Group != "instance" || a.Tier != "T0" || !a.Write || !a.Typed() || !slices.Equal(a.Required, []string{"InstanceId"}) {
		t.Errorf("StopInstance is %+v", a)
	}
	if _, ok := a.New().(*StopInstanceRequest); !ok {
		t.Errorf("its request is %T", a.New())
	}
	if a, ok := Lookup("2016-04-28", "CreateVpnGateway"); !ok || a.Typed() || !a.Write {
		t.Errorf("an action known by name is %+v, %v", a, ok)
	}
	for _, c := range [][2]string{{"2014-05-26", "stopinstance"}, {"2014-05-26", ""}, {"2014-05-27", "StopInstance"}, {"", "StopInstance"}, {"2014-05-26", "ZZZ"}} {
		if a, ok := Lookup(c[0], c[1]); ok {
			t.Errorf("%v is %+v", c, a)
		}
	}
	if !KnownVersion("2015-06-12") || KnownVersion("2015-06-13") {
		t.Error("versions")
	}
}

func TestActions(t *testing.T) {
	count := map[string]int{}
	typed := map[string]int{}
	last := map[string]string{}
	for a := range Actions() {
		if a.Name <= last[a.Product] {
			t.Errorf("%s.%s after %s", a.Product, a.Name, last[a.Product])
		}
		last[a.Product] = a.Name
		count[a.Product]++
		if found, ok := Lookup(a.Version, a.Name); !ok || found != a {
			t.Errorf("%s.%s is not found", a.Product, a.Name)
		}
		if (a.New == nil) != (a.NewResponse == nil) || a.Typed() != (a.Group != "") {
			t.Errorf("%s.%s is half known", a.Product, a.Name)
		}
		if a.Typed() {
			typed[a.Product]++
		}
	}
	if count["Ecs"] != 379 || typed["Ecs"] < 370 || count["Vpc"] < 404 || typed["Vpc"] < 130 {
		t.Errorf("known %v, with types %v", count, typed)
	}
}

// The names that Packer and BOSH call on the ECS version lead to the VPC product.
func TestAliases(t *testing.T) {
	for _, n := range []string{"CreateVpc", "DeleteVpc", "DescribeVpcs", "CreateVSwitch", "DeleteVSwitch", "DescribeVSwitches",
		"AllocateEipAddress", "AssociateEipAddress", "UnassociateEipAddress", "ReleaseEipAddress", "DescribeEipAddresses"} {
		a, ok := Lookup("2014-05-26", n)
		v, _ := Lookup("2016-04-28", n)
		if !ok || a.Alias != v || a.Product != "Ecs" || v == nil || v.Alias != nil {
			t.Errorf("%s is %+v", n, a)
		}
	}
	for a := range Actions() {
		if a.Alias != nil && (a.Alias.Name != a.Name || a.Alias.Product != "Vpc") {
			t.Errorf("%s leads to %s.%s", a.Name, a.Alias.Product, a.Alias.Name)
		}
		if a.Legacy != nil && a.Alias == nil {
			t.Errorf("%s has a legacy request and no alias", a.Name)
		}
	}
}

func TestError(t *testing.T) {
	cause := errors.New("disk full")
	e := Errorf("InternalError", "no %s", "luck")
	f := e.WithStatus(503).WithCause(cause)
	if e.Status != 0 || e.Cause != nil {
		t.Errorf("the original changed: %+v", e)
	}
	if f.Status != 503 || !errors.Is(f, cause) || !errors.Is(f, &Error{Code: "InternalError"}) || errors.Is(f, &Error{Code: "Other"}) {
		t.Errorf("%+v", f)
	}
	f.RequestID = "R-1"
	if f.Error() != "InternalError: no luck (request R-1): disk full" {
		t.Errorf("reads %q", f)
	}
}
