package ecstest_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/ecstest"
)

// t stands for the *testing.T that a test has.
type exampleT struct {
	testing.TB
	ends []func()
}

func (t *exampleT) Helper()                           {}
func (t *exampleT) Cleanup(f func())                  { t.ends = append(t.ends, f) }
func (t *exampleT) Context() context.Context          { return context.Background() }
func (t *exampleT) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }
func (t *exampleT) Errorf(format string, args ...any) { fmt.Printf(format+"\n", args...) }
func (t *exampleT) Logf(format string, args ...any)   { fmt.Printf(format+"\n", args...) }
func (t *exampleT) end() {
	for _, f := range t.ends {
		f()
	}
}

func ExampleStart() {
	t := new(exampleT)
	defer t.end()

	s := ecstest.Start(t, ecstest.NoSocket())
	out, err := s.Client.CreateVpc(t.Context(), &api.CreateVpcRequest{RegionID: "cn-hangzhou", CidrBlock: "10.0.0.0/8"})
	fmt.Println(out.VPCID != "", err)
	// Output: true <nil>
}

// The first two calls find no stock; the code under test tries again.
func ExampleServer_Fault() {
	t := new(exampleT)
	defer t.end()

	s := ecstest.Start(t, ecstest.NoSocket())
	s.Fault(t, ecstest.Fault{Action: "CreateVpc", Times: 2, Error: &ecstest.FaultError{Code: "QuotaExceeded.Vpc"}})
	for range 3 {
		_, err := s.Client.CreateVpc(t.Context(), &api.CreateVpcRequest{RegionID: "cn-hangzhou"})
		var e *api.Error
		fmt.Println(errors.As(err, &e))
	}
	// Output:
	// true
	// true
	// false
}

func ExampleServer_AssertCalled() {
	t := new(exampleT)
	defer t.end()

	s := ecstest.Start(t, ecstest.NoSocket())
	s.Client.CreateVpc(t.Context(), &api.CreateVpcRequest{RegionID: "cn-hangzhou", VPCName: "main"})
	r := s.AssertCalled(t, "CreateVpc", "VpcName", "main")
	s.AssertNotCalled(t, "DeleteVpc")
	fmt.Println(r.Product, r.Region, r.Status)
	// Output: Vpc cn-hangzhou 200
}

// Resources by hand, with names that refer to each other.
func ExampleServer_SeedYAML() {
	t := new(exampleT)
	defer t.end()

	s := ecstest.Start(t, ecstest.NoSocket())
	s.SeedYAML(t, `
version: 1
region: cn-hangzhou
vpcs:
  - {VpcName: main, CidrBlock: 192.168.0.0/16}
vswitches:
  - {VSwitchName: zone-h, VpcId: main, ZoneId: cn-hangzhou-h, CidrBlock: 192.168.0.0/24}
`)
	out, _ := s.Client.DescribeVSwitches(t.Context(), &api.DescribeVSwitchesRequest{RegionID: "cn-hangzhou"})
	fmt.Println(out.VSwitches.VSwitch[0].VSwitchName)
	// Output: zone-h
}

func ExampleServer_Reset() {
	t := new(exampleT)
	defer t.end()

	s := ecstest.Start(t, ecstest.NoSocket())
	s.Client.CreateVpc(t.Context(), &api.CreateVpcRequest{RegionID: "cn-hangzhou"})
	s.Reset(t)
	out, _ := s.Client.DescribeVpcs(t.Context(), &api.DescribeVpcsRequest{RegionID: "cn-hangzhou"})
	fmt.Println(out.TotalCount)
	// Output: 0
}

// TestGolden: the same requests at another time, with other ids, make the same
// text; another request does not.
func TestGolden(t *testing.T) {
	file := filepath.Join("testdata", "vpc.golden")
	for _, at := range []time.Time{time.Date(2026, 8, 9, 5, 0, 0, 0, time.UTC), time.Date(2027, 1, 2, 3, 4, 5, 0, time.UTC)} {
		s := ecstest.Start(t, ecstest.NoSocket(), ecstest.At(at))
		s.Fault(t, ecstest.Fault{Action: "DeleteVpc", Drop: ecstest.DropBefore, Times: 1})
		vpc, err := s.Client.CreateVpc(t.Context(), &api.CreateVpcRequest{RegionID: "cn-hangzhou", VPCName: "main"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Client.DescribeVpcs(t.Context(), &api.DescribeVpcsRequest{RegionID: "cn-hangzhou", VPCID: vpc.VPCID}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Client.DeleteVpc(t.Context(), &api.DeleteVpcRequest{RegionID: "cn-hangzhou", VPCID: vpc.VPCID}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Client.DeleteVpc(t.Context(), &api.DeleteVpcRequest{RegionID: "cn-hangzhou", VPCID: vpc.VPCID}); err == nil {
			t.Error("deleted twice")
		}
		s.Golden(t, file)
		if flag.Lookup("ecstest.update").Value.String() == "true" {
			continue
		}
		s.Client.DescribeVpcs(t.Context(), &api.DescribeVpcsRequest{RegionID: "cn-hangzhou"})
		if spy := (&goldenSpy{TB: t}); !spy.fails(func() { s.Golden(spy, file) }) {
			t.Error("one request more, and the file is the same")
		}
	}
}

type goldenSpy struct {
	testing.TB
	failed bool
}

func (s *goldenSpy) Errorf(string, ...any) { s.failed = true }
func (s *goldenSpy) Helper()               {}
func (s *goldenSpy) fails(f func()) bool   { f(); return s.failed }
