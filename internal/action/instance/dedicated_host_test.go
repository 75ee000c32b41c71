package instance_test

import (
	"strconv"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// newHost is a dedicated host for 64 instances of ecs.g7.large, as far as its 128
// vCPUs go.
func newHost(s *actiontest.Service, params ...string) string {
	s.T.Helper()
	return actiontest.Call[api.AllocateDedicatedHostsResponse](s, "AllocateDedicatedHosts",
		append([]string{"DedicatedHostType", "ddh.g7", "ZoneId", actiontest.Zone}, params...)...).DedicatedHostIDSets.DedicatedHostID[0]
}

func seeHost(s *actiontest.Service, id string) api.DescribeDedicatedHostsDedicatedHost {
	s.T.Helper()
	return actiontest.Call[api.DescribeDedicatedHostsResponse](s, "DescribeDedicatedHosts", "DedicatedHostIds", `["`+id+`"]`).DedicatedHosts.DedicatedHost[0]
}

// runs are the parameters of RunInstances of so many instances.
func runs(s *actiontest.Service, n int, params ...string) []string {
	net := s.Network()
	return append([]string{"InstanceType", actiontest.InstanceType, "ImageId", actiontest.Image, "SecurityGroupId", net.Group, "VSwitchId", net.VSwitch,
		"SystemDisk.Category", "cloud_essd", "Amount", strconv.Itoa(n)}, params...)
}

// on fails the test unless an instance is on a host; "" is on none.
func on(s *actiontest.Service, id, host, affinity string) {
	s.T.Helper()
	i := s.See(id)
	if i.DedicatedHostAttribute.DedicatedHostID != host || i.DedicatedInstanceAttribute.Affinity != affinity {
		s.T.Errorf("%s is on %+v %+v, want %q %q", id, i.DedicatedHostAttribute, i.DedicatedInstanceAttribute, host, affinity)
	}
}

// TestCreateOnDedicatedHost places instances, and counts what they take.
func TestCreateOnDedicatedHost(t *testing.T) {
	s := actiontest.Start(t)
	cluster := actiontest.Call[api.CreateDedicatedHostClusterResponse](s, "CreateDedicatedHostCluster", "ZoneId", actiontest.Zone).DedicatedHostClusterID
	own, auto, clustered := newHost(s, "AutoPlacement", "off", "DedicatedHostName", "own"), newHost(s), newHost(s, "DedicatedHostClusterId", cluster)
	named := s.Running("DedicatedHostId", own, "Affinity", "host")
	on(s, named, own, "host")
	if i := s.See(named); i.DedicatedHostAttribute.DedicatedHostName != "own" || i.DedicatedInstanceAttribute.Tenancy != "host" {
		t.Errorf("%+v", i.DedicatedHostAttribute)
	}
	if a := actiontest.Call[api.DescribeInstanceAttributeResponse](s, "DescribeInstanceAttribute", "InstanceId", named).DedicatedHostAttribute; a.DedicatedHostID != own {
		t.Errorf("%+v", a)
	}
	on(s, s.Running("Tenancy", "host"), auto, "default")
	on(s, s.Running(), "", "")
	some := actiontest.Call[api.RunInstancesResponse](s, "RunInstances", runs(s, 2, "Tenancy", "host", "SchedulerOptions.DedicatedHostClusterId", cluster)...).InstanceIDSets.InstanceIDSet
	on(s, some[1], clustered, "default")
	h := seeHost(s, own)
	if h.Capacity.TotalVcpus != 128 || h.Capacity.AvailableVcpus != 126 || h.Capacity.AvailableMemory != 504 || len(h.Instances.Instance) != 1 || h.Instances.Instance[0].InstanceID != named ||
		h.Capacity.AvailableInstanceTypes.AvailableInstanceType[0].AvailableInstanceCapacity != 63 {
		t.Errorf("%+v", h)
	}
	s.Refuse(403, "InstanceExist", "", "ReleaseDedicatedHost", "DedicatedHostId", own)
	s.Do("DeleteInstance", "InstanceId", named, "Force", "true")
	s.Settle()
	s.Do("ReleaseDedicatedHost", "DedicatedHostId", own)
}

// TestDedicatedHostFull fills a host: what has no room is refused, or not made
// if that is allowed.
func TestDedicatedHostFull(t *testing.T) {
	s := actiontest.Start(t)
	host := newHost(s, "AutoPlacement", "off")
	s.Refuse(400, "NoAvaliableDedicatedHost", "", "RunInstances", runs(s, 65, "DedicatedHostId", host)...)
	made := actiontest.Call[api.RunInstancesResponse](s, "RunInstances", runs(s, 65, "DedicatedHostId", host, "MinAmount", "1")...).InstanceIDSets.InstanceIDSet
	s.Settle()
	if len(made) != 64 || seeHost(s, host).Capacity.AvailableVcpus != 0 {
		t.Fatalf("%d instances", len(made))
	}
	s.Refuse(400, "NoAvaliableDedicatedHost", "", "RunInstances", runs(s, 1, "DedicatedHostId", host)...)
	s.Refuse(400, "NoAvaliableDedicatedHost", "", "RunInstances", runs(s, 1, "Tenancy", "host")...) // none allows it
	// One that is stopped in economical mode makes room, and may find none when it starts.
	s.Do("StopInstance", "InstanceId", made[0], "StoppedMode", "StopCharging")
	s.Settle()
	last := actiontest.Call[api.RunInstancesResponse](s, "RunInstances", runs(s, 1, "DedicatedHostId", host)...).InstanceIDSets.InstanceIDSet[0]
	s.Settle()
	s.Refuse(400, "InvalidDedicatedHost.NotEnoughResource", "", "StartInstance", "InstanceId", made[0])
	other := newHost(s)
	actiontest.Edit(s, state.Instances, made[0], func(r *ecs.Instance) { r.Placement.HostAffinity = true })
	s.Refuse(400, "InvalidDedicatedHost.NotEnoughResource", "", "StartInstance", "InstanceId", made[0])
	actiontest.Edit(s, state.Instances, made[0], func(r *ecs.Instance) { r.Placement.HostAffinity = false })
	s.Do("StartInstance", "InstanceId", made[0])
	s.Settle()
	on(s, made[0], other, "default")
	s.Do("StopInstance", "InstanceId", last)
	s.Settle()
	s.Refuse(403, "OperationDenied.NoStock", "", "ModifyInstanceSpec", "InstanceId", last, "InstanceType", "ecs.g7.xlarge")
	s.Refuse(400, "DependencyViolation.InstanceType", "", "ModifyInstanceSpec", "InstanceId", last, "InstanceType", "ecs.g6.large")
}

func TestDedicatedHostRefusals(t *testing.T) {
	s := actiontest.Start(t)
	cluster := actiontest.Call[api.CreateDedicatedHostClusterResponse](s, "CreateDedicatedHostCluster", "ZoneId", actiontest.Zone).DedicatedHostClusterID
	host, paid := newHost(s), newHost(s, "ChargeType", "PrePaid", "Period", "1", "AutoPlacement", "off")
	s.Refusals(t, "RunInstances", runs(s, 1), []actiontest.Refusal{
		{"no host", []string{"DedicatedHostId", "dh-1"}, 400, "InvalidDedicatedHostId.NotFound", ""},
		{"no cluster", []string{"Tenancy", "host", "SchedulerOptions.DedicatedHostClusterId", "dc-1"}, 400, "InvalidDedicatedHostClusterId.NotFound", ""},
		{"not of the cluster", []string{"DedicatedHostId", host, "SchedulerOptions.DedicatedHostClusterId", cluster}, 400, "InvalidDedicatedHostClusterId.InValid", ""},
		{"tenancy", []string{"DedicatedHostId", host, "Tenancy", "default"}, 400, "InvalidParam.Tenancy", ""},
		{"affinity", []string{"Affinity", "host"}, 400, "InvalidParameter.Affinity", ""},
		{"family", []string{"DedicatedHostId", host, "InstanceType", "ecs.g6.large"}, 400, "DedicatedHostType.Unmatched", ""},
		{"pay as you go", []string{"DedicatedHostId", host, "InstanceChargeType", "PrePaid", "Period", "1"}, 400, "ChargeTypeViolation.PostPaidDedicatedHost", ""},
		{"longer", []string{"DedicatedHostId", paid, "InstanceChargeType", "PrePaid", "Period", "2"}, 400, "InvalidPeriod.ExceededDedicatedHost", ""},
		{"cluster without hosts", []string{"Tenancy", "host", "SchedulerOptions.DedicatedHostClusterId", cluster}, 400, "NoAvaliableDedicatedHost", ""},
	})
	actiontest.Edit(s, state.DedicatedHosts, paid, func(r *ecs.DedicatedHost) { r.Expires = 1 })
	s.Refuse(400, "IncorrectDedicatedHostStatus", "", "RunInstances", runs(s, 1, "DedicatedHostId", paid)...)
	s.Do("ModifyDedicatedHostAttribute", "DedicatedHostId", host, "AutoPlacement", "off")
	s.Refuse(400, "NoAvaliableDedicatedHost", "", "RunInstances", runs(s, 1, "Tenancy", "host")...)
}

// TestMoveToDedicatedHost moves instances onto hosts and between them.
func TestMoveToDedicatedHost(t *testing.T) {
	s := actiontest.Start(t)
	const action = "ModifyInstanceDeployment"
	id, one := s.Running(), newHost(s, "AutoPlacement", "off")
	s.Refuse(403, "OperationDenied.NoStock", "", action, "InstanceId", id, "Tenancy", "host")
	s.Refuse(400, "OperationDenied.UnstoppedInstance", "", action, "InstanceId", id, "DedicatedHostId", one)
	s.Refuse(400, "OperationDenied.UnstoppedInstance", "", action, "InstanceId", id, "DedicatedHostId", one, "MigrationType", "live")
	s.Refuse(400, "MissingParameter", "", action, "InstanceId", id, "Tenancy", "host", "MigrationType", "live")
	s.Do(action, "InstanceId", id, "DedicatedHostId", one, "Force", "true")
	s.Want(id, "Starting")
	s.Settle()
	s.Want(id, "Running")
	on(s, id, one, "default")
	two := newHost(s)
	s.Do(action, "InstanceId", id, "DedicatedHostId", two, "MigrationType", "live", "Affinity", "host")
	s.Want(id, "Running")
	on(s, id, two, "host")
	s.Do(action, "InstanceId", id, "Affinity", "default")
	on(s, id, two, "default")
	stopped := s.Stopped()
	s.Do(action, "InstanceId", stopped, "Tenancy", "host", "Affinity", "host")
	on(s, stopped, two, "host")
	third := s.Stopped("InstanceType", "ecs.g6.large")
	wide := newHost(s, "ChargeType", "PrePaid", "Period", "1")
	actiontest.Edit(s, state.DedicatedHosts, wide, func(r *ecs.DedicatedHost) { r.Expires = 1 })
	s.Refusals(t, action, []string{"InstanceId", third}, []actiontest.Refusal{
		{"no host", []string{"DedicatedHostId", "dh-1"}, 404, "InvalidDedicatedHostId.NotFound", ""},
		{"no cluster", []string{"DedicatedHostClusterId", "dc-1"}, 404, "InvalidDedicatedHostId.NotFound", ""},
		{"family", []string{"DedicatedHostId", one}, 404, "InvalidInstanceType.NotSupport", ""},
		{"over", []string{"DedicatedHostId", wide}, 400, "InvalidDedicatedHostStatus.NotSupport", ""},
		{"with a set", []string{"DedicatedHostId", one, "DeploymentSetId", "ds-1"}, 400, "InvalidParameter", ""},
		{"off all hosts", []string{"Tenancy", "default"}, 400, "InvalidParam.Tenancy", ""},
		{"neither", nil, 400, "MissingParameter", ""},
	})
	actiontest.Call[api.RunInstancesResponse](s, "RunInstances", runs(s, 64, "DedicatedHostId", one)...)
	s.Refuse(400, "LackResource", "", action, "InstanceId", stopped, "DedicatedHostId", one)
}

// TestMoveToDedicatedHostAsAnotherType moves an instance onto a host and makes it
// one of another type on the way, which it has from its next start.
func TestMoveToDedicatedHostAsAnotherType(t *testing.T) {
	s := actiontest.Start(t)
	const action = "ModifyInstanceDeployment"
	id, host := s.Stopped("InstanceType", "ecs.g6.large"), newHost(s)
	good := []string{"InstanceId", id, "DedicatedHostId", host, "InstanceType", "ecs.g7.xlarge"}
	s.Refusals(t, action, good, []actiontest.Refusal{
		{"no such type", []string{"InstanceType", "ecs.none.large"}, 400, "InvalidInstanceType.ValueNotSupported", ""},
		{"type of another family", []string{"InstanceType", "ecs.g6.xlarge"}, 404, "InvalidInstanceType.NotSupport", ""},
		{"live", []string{"MigrationType", "live"}, 400, "InvalidParameter", ""},
		{"no host", []string{"DedicatedHostId", "", "Tenancy", "host"}, 400, "MissingParameter", ""},
	})
	if i := s.See(id); i.InstanceType != "ecs.g6.large" {
		t.Errorf("%s after refusals", i.InstanceType)
	}
	s.Do(action, good...)
	on(s, id, host, "default")
	s.Do("StartInstance", "InstanceId", id)
	s.Settle()
	s.Want(id, "Running")
	if i := s.See(id); i.InstanceType != "ecs.g7.xlarge" || i.CPU != 4 {
		t.Errorf("%s with %d vCPUs", i.InstanceType, i.CPU)
	}
	s.Refuse(400, "OperationDenied.UnstoppedInstance", "", action, append(good, "DedicatedHostId", newHost(s), "InstanceType", "ecs.g7.large")...)
	other := newHost(s)
	s.Do(action, append(good, "DedicatedHostId", other, "InstanceType", "ecs.g7.large", "Force", "true")...)
	s.Settle()
	s.Want(id, "Running")
	on(s, id, other, "default")
	if i := s.See(id); i.InstanceType != "ecs.g7.large" {
		t.Errorf("%s after a move by force", i.InstanceType)
	}
}
