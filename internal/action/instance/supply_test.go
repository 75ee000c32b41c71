package instance_test

import (
	"math/rand/v2"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/supply"
	"github.com/openecs/openecs/internal/state"
)

// run asks for instances, and tells how many there are of it.
func run(s *actiontest.Service, params ...string) (ids []string, err error) {
	s.T.Helper()
	n := s.Network()
	out, err := actiontest.Try[api.RunInstancesResponse](s, "RunInstances", append([]string{"InstanceType", actiontest.InstanceType, "ImageId", actiontest.Image,
		"SecurityGroupId", n.Group, "VSwitchId", n.VSwitch, "SystemDisk.Category", "cloud_essd", "SystemDisk.Size", "40"}, params...)...)
	if err != nil {
		return nil, err
	}
	return out.InstanceIDSets.InstanceIDSet, nil
}

func stock(s *actiontest.Service, typ string, n int64) {
	s.Update(func(tx *state.Tx) { supply.SetStock(tx, actiontest.Zone, typ, n) })
}

func quota(s *actiontest.Service, q ecs.Quota, place string, n int64) {
	s.Update(func(tx *state.Tx) { supply.SetLimit(tx, actiontest.Account, q, place, n) })
}

func refusedRun(s *actiontest.Service, status int, code string, params ...string) {
	s.T.Helper()
	was := state.Instances.Len(s.DB().Snapshot())
	for _, dry := range []string{"true", "false"} {
		_, err := run(s, append([]string{"DryRun", dry}, params...)...)
		actiontest.Refused(s.T, err, code, status)
	}
	if is := state.Instances.Len(s.DB().Snapshot()); is != was {
		s.T.Errorf("a refused request made %d instances", is-was)
	}
}

// TestStock: a zone gives as much as it has, to all accounts together; what is released or stopped without being charged
// comes back.
func TestStock(t *testing.T) {
	s := actiontest.Start(t)
	const g7, xl = actiontest.InstanceType, "ecs.g7.xlarge"
	first := s.Running()
	stock(s, g7, 4)
	stock(s, xl, 0)
	refusedRun(s, 403, "OperationDenied.NoStock", "Amount", "4")
	refusedRun(s, 403, "OperationDenied.NoStock", "Amount", "5", "MinAmount", "4")
	refusedRun(s, 403, "OperationDenied.NoStock", "InstanceType", xl)
	ids, err := run(s, "Amount", "9", "MinAmount", "2")
	if err != nil || len(ids) != 3 {
		t.Fatalf("%d of a stock of 3, %v", len(ids), err)
	}
	s.Settle()
	refusedRun(s, 403, "OperationDenied.NoStock")
	s.Do("DeleteInstance", "InstanceId", ids[0], "Force", "true")
	s.Settle()
	more, err := run(s)
	if err != nil {
		t.Fatalf("after a release: %v", err)
	}
	s.Settle()
	s.Do("StopInstance", "InstanceId", first)
	s.Do("StopInstance", "InstanceId", ids[1], "StoppedMode", "StopCharging")
	s.Settle()
	if ids, err = run(s, "Amount", "2", "MinAmount", "1"); err != nil || len(ids) != 1 {
		t.Fatalf("%d of the one that a stop gave back, %v", len(ids), err)
	}
	s.Settle()
	s.Do("StartInstance", "InstanceId", first) // which kept its own
	s.Settle()
	stopped := actiontest.Call[api.DescribeInstancesResponse](s, "DescribeInstances", "Status", "Stopped").Instances.Instance[0].InstanceID
	s.Refuse(403, "OperationDenied.NoStock", "", "StartInstance", "InstanceId", stopped)
	s.Want(stopped, "Stopped")
	stock(s, xl, 1)
	s.Do("ModifyInstanceSpec", "InstanceId", stopped, "InstanceType", xl)
	s.Do("StartInstance", "InstanceId", stopped)
	s.Do("StopInstance", "InstanceId", more[0])
	s.Settle()
	s.Want(stopped, "Running")
	s.Refuse(403, "OperationDenied.NoStock", "", "ModifyInstanceSpec", "InstanceId", more[0], "InstanceType", xl)
	stock(s, g7, -1)
	if ids, err = run(s, "Amount", "100"); err != nil || len(ids) != 100 {
		t.Errorf("without a bound: %d, %v", len(ids), err)
	}
}

// TestQuotas: an account has as much as its limits allow, in the region and in the zone, and others are not concerned.
func TestQuotas(t *testing.T) {
	s := actiontest.Start(t)
	id := s.Running()
	for _, c := range []struct {
		quota  ecs.Quota
		limit  int64
		status int
		code   string
		params []string
	}{
		{ecs.QuotaInstances, 2, 400, "QuotaExceed.AfterpayInstance", []string{"Amount", "2"}},
		{ecs.QuotaInstances, 2, 400, "QuotaExceed.AfterpayInstance", []string{"Amount", "2", "SpotStrategy", "SpotAsPriceGo"}},
		{ecs.QuotaVCPUs, 5, 403, "QuotaExceed.ElasticQuota", []string{"Amount", "2"}},
		{ecs.QuotaSpotVCPUs, 3, 403, "QuotaExceed.ElasticQuota", []string{"Amount", "2", "SpotStrategy", "SpotAsPriceGo"}},
		{ecs.QuotaDisks, 99, 400, "QuotaExceed.DiskCapacity", []string{"SystemDisk.Size", "60"}},
	} {
		for _, place := range []string{"", "cn-hangzhou", actiontest.Zone} {
			quota(s, c.quota, place, c.limit)
			refusedRun(s, c.status, c.code, c.params...)
			s.As(s.Other).Refuse(404, "InvalidInstanceId.NotFound", "", "StartInstance", "InstanceId", id)
			quota(s, c.quota, place, -1)
		}
		quota(s, c.quota, "cn-beijing", 0)
	}
	quota(s, ecs.QuotaVCPUs, "", 4)
	s.Do("StopInstance", "InstanceId", id, "StoppedMode", "StopCharging")
	s.Settle()
	if _, err := run(s, "Amount", "2"); err != nil {
		t.Fatal(err)
	}
	s.Settle()
	s.Refuse(403, "QuotaExceed.ElasticQuota", "", "StartInstance", "InstanceId", id)
	values := func(name string) string {
		v := actiontest.Call[api.DescribeAccountAttributesResponse](s, "DescribeAccountAttributes", "AttributeName.1", name).AccountAttributeItems.AccountAttributeItem[0]
		return v.AttributeValues.ValueItem[0].Value
	}
	for name, want := range map[string]string{
		"max-postpaid-instance-vcpu-count": "4", "used-postpaid-instance-vcpu-count": "4", "used-spot-instance-vcpu-count": "0", "used-postpaid-yundisk-capacity": "120",
	} {
		if got := values(name); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
	s.Refuse(403, "Invalid.Parameter", "", "DescribeAccountAttributes", "AttributeName.1", "max-fun")
	s.Refuse(404, "InvalidRegionId.NotFound", "", "DescribeAccountAttributes", "RegionId", "cn-nowhere")
	disk := s.DataDisk("Size", "20", "DiskCategory", "cloud_essd")
	quota(s, ecs.QuotaDisks, actiontest.Zone, 150)
	s.Refuse(403, "QuotaExceed.PostPaidDisk", "", "ResizeDisk", "DiskId", disk, "NewSize", "31")
	s.Do("ResizeDisk", "DiskId", disk, "NewSize", "30")
	s.Refuse(403, "QuotaExceed.PostPaidDisk", "", "CreateDisk", "ZoneId", actiontest.Zone, "Size", "20", "DiskCategory", "cloud_essd")
}

// TestCounts: whatever is done, what counts say is what a recount says.
func TestCounts(t *testing.T) {
	s := actiontest.Start(t)
	r := rand.New(rand.NewPCG(1, 2))
	types := []string{"ecs.g7.large", "ecs.g7.xlarge"}
	region, _ := s.Catalog.Region("cn-hangzhou")
	stock(s, types[0], 6)
	stock(s, types[1], 4)
	quota(s, ecs.QuotaVCPUs, "", 20)
	var ids []string
	for range 150 {
		if len(ids) == 0 || r.IntN(3) == 0 {
			params := []string{"InstanceType", types[r.IntN(2)], "Amount", "2", "MinAmount", "1"}
			if r.IntN(3) == 0 {
				params = append(params, "SpotStrategy", "SpotAsPriceGo")
			}
			if made, err := run(s, params...); err == nil {
				ids = append(ids, made...)
			}
		} else {
			id := ids[r.IntN(len(ids))]
			switch r.IntN(5) {
			case 0:
				s.Send("StopInstance", "InstanceId", id, "StoppedMode", "StopCharging")
			case 1:
				s.Send("StopInstance", "InstanceId", id)
			case 2:
				s.Send("StartInstance", "InstanceId", id)
			case 3:
				s.Send("ModifyInstanceSpec", "InstanceId", id, "InstanceType", types[r.IntN(2)])
			case 4:
				s.Send("DeleteInstance", "InstanceId", id, "Force", "true")
			}
		}
		if r.IntN(3) > 0 {
			s.Settle()
		}
		if r.IntN(20) == 0 {
			s.Restart()
		}
		v := s.DB().Snapshot()
		held, vcpus, gib := map[ecs.Sym]int64{}, map[bool]int64{}, int64(0)
		for _, i := range state.Instances.Ascend(v, 0, 0) {
			if !i.Flags.Has(ecs.StopCharging) {
				held[i.Type]++
				typ, _ := s.Catalog.Type(v.Str(i.Type))
				vcpus[i.Spot != ecs.NoSpot] += int64(typ.VCPU)
			}
		}
		for _, d := range state.Disks.Ascend(v, 0, 0) {
			gib += int64(d.Size)
		}
		at := supply.At(v, actiontest.Account, region.Code, region.ID, actiontest.Zone)
		for i, typ := range types {
			sym, _ := state.LookupSym(v, typ)
			if room := supply.RoomOf(v, actiontest.Zone, typ); int64(room) != []int64{6, 4}[i]-held[sym] {
				t.Fatalf("%s: room for %d, %d are held", typ, room, held[sym])
			}
		}
		for q, want := range map[ecs.Quota]int64{ecs.QuotaInstances: int64(state.Instances.Len(v)), ecs.QuotaVCPUs: vcpus[false], ecs.QuotaSpotVCPUs: vcpus[true], ecs.QuotaDisks: gib} {
			for _, zone := range []ecs.Sym{0, at.Zone} {
				if got := supply.Used(v, at.Account, at.Code, zone, q); got != want {
					t.Fatalf("%v: %d on record, %d counted", q, got, want)
				}
			}
		}
		if vcpus[false] > 20 {
			t.Fatalf("%d vCPUs of a quota of 20", vcpus[false])
		}
	}
}
