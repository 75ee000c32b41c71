package instance_test

import (
	"encoding/base64"
	"slices"
	"strings"
	"testing"

	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

func TestModifyInstanceAttributeRefusals(t *testing.T) {
	s := actiontest.Start(t, actiontest.Stepped())
	const action = "ModifyInstanceAttribute"
	ids := map[string]string{"prepaid": s.InState("Stopped", "InstanceChargeType", "PrePaid", "Period", "1"), "classic": s.Classic(), "burst": s.InState("Stopped", "InstanceType", "ecs.t6-c1m2.large")}
	for _, status := range states {
		ids[status] = s.InState(status)
	}
	otherVPC := s.VPC("CidrBlock", "10.0.0.0/8")
	classicGroup := s.Group()
	groups := []string{}
	for i := range 6 {
		groups = append(groups, "SecurityGroupIds."+string(rune('1'+i)), s.Group("VpcId", s.Network().VPC))
	}
	enterprise := s.Group("VpcId", s.Network().VPC, "SecurityGroupType", "enterprise")
	full := s.Group("VpcId", s.Network().VPC)
	fill(s, full)
	notValid := func(name string) string { return `The specified parameter "` + name + `" is not valid.` }
	for _, c := range []struct {
		id            string
		params        []string
		status        int
		code, message string
	}{
		{"Running", nil, 400, "InvalidParameter", "The specified parameter is not valid."},
		{"Running", []string{"InstanceName", "x"}, 400, "InvalidInstanceName.Malformed", notValid("InstanceName")},
		{"Running", []string{"Description", "http://x"}, 400, "InvalidDescription.Malformed", notValid("Description")},
		{"Running", []string{"HostName", "-x"}, 400, "InvalidHostName.Malformed", notValid("HostName")},
		{"Running", []string{"HostName", "${instance_id}${instance_id}${instance_id}${instance_id}"}, 400, "InvalidHostName.Malformed", notValid("HostName")},
		{"Pending", []string{"HostName", "web"}, 403, "IncorrectInstanceStatus", wrongStatus},
		{"Starting", []string{"HostName", "web"}, 403, "IncorrectInstanceStatus", wrongStatus},
		{"Starting", []string{"Password", "Abc12345"}, 403, "IncorrectInstanceStatus", wrongStatus},
		{"Deleting", []string{"InstanceName", "web"}, 403, "IncorrectInstanceStatus", wrongStatus},
		{"Running", []string{"Password", "weak"}, 400, "InvalidPassword.Malformed", notValid("Password")},
		{"Running", []string{"UserData", "?"}, 403, "InvalidUserData.Base64FormatInvalid", "The specified UserData is not valid"},
		{"Running", []string{"UserData", userData(32<<10 + 1)}, 400, "InvalidUserData.SizeExceeded", ""},
		{"classic", []string{"UserData", userData(1)}, 400, "InvalidUserData.NotSupported", `The specified parameter "UserData" only support the vpc and IoOptimized Instance.`},
		{"prepaid", []string{"DeletionProtection", "true"}, 403, "InvalidChargeType.ValueNotSupported", "Deletion protection is only valid for postPaid instance, not for prePaid or spot instance."},
		{"Running", []string{"SecurityGroupIds.1", "sg-none"}, 404, "InvalidSecurityGroupId.NotFound", "The specified SecurityGroupId does not exist."},
		{"Running", []string{"SecurityGroupIds.1", s.Network().Group, "SecurityGroupIds.2", s.Network().Group}, 404, "InvalidParameter.SecurityGroupIdRepeated", "The specified security group ids has repeated."},
		{"Running", []string{"SecurityGroupIds.1", classicGroup}, 404, "InvalidSecurityGroupType.NotSupportClassic", "The specified SecurityGroupIds have classic group type."},
		{"Running", []string{"SecurityGroupIds.1", s.Group("VpcId", otherVPC)}, 404, "InvalidSecurityGroupVpc.NotBelongToOneVpc", "The specified SecurityGroupIds are belong to different vpc."},
		{"classic", []string{"SecurityGroupIds.1", s.Network().Group}, 400, "InvalidNetworkType.NotSupported", "The classic networkType does not support to modify security group"},
		{"Running", groups, 400, "JoinedGroupLimitExceed", ""},
		{"Running", []string{"SecurityGroupIds.1", full}, 403, "SecurityGroupInstanceLimitExceed", ""},
		{"Running", []string{"SecurityGroupIds.1", s.Network().Group, "SecurityGroupIds.2", enterprise}, 403, "EnterpriseGroupLimited.MutliGroupType", "The specified instance can not join multi SecurityGroup types."},
		{"Running", []string{"CreditSpecification", "Standard"}, 400, "InvalidParameter.CreditSpecification", "The specified CreditSpecification is not supported in this region."},
		{"burst", []string{"CreditSpecification", "Lavish"}, 400, "InvalidParameter.CreditSpecification", ""},
		{"burst", []string{"CreditSpecification", "Unlimited"}, 400, "InvalidInstanceStatus.NotRunning", ""},
		{"Running", []string{"Recyclable", "true"}, 400, "InvalidParameter.RecycleBin", "You do not have permission to set recyclable properties."},
		{"Running", []string{"EnableJumboFrame", "true"}, 400, "InvalidParam.NotSupportJumboFrame", "Not support jumbo frame."},
		{"Starting", []string{"EnableJumboFrame", "false"}, 400, "InvalidOperation.InstanceStatusNotSupport", "The instance status is not support modify mtu config."},
		{"Running", []string{"EnableNetworkEncryption", "true"}, 403, "InvalidOperation.InstanceTypeNotSupportNetworkEncryption", ""},
		{"Stopped", []string{"CpuOptions.Core", "1"}, 403, "InvalidParameter.CpuOptionsCore", ""},
		{"Stopped", []string{"CpuOptions.ThreadsPerCore", "1"}, 403, "InvalidParameter.CpuOptionsThreadsPerCore", ""},
		{"Running", []string{"CpuOptions.TopologyType", "Any"}, 400, "InvalidParameter.CpuOptionsTopologyType", ""},
		{"Running", []string{"CpuOptions.TopologyType", "DiscreteCoreToHTMapping"}, 400, "InvalidStatus.StoppedRequired", ""},
		{"Stopped", []string{"CpuOptions.TopologyType", "DiscreteCoreToHTMapping"}, 400, "InvalidInstanceType.NotSupportCpuOptionsTopologyType", ""},
		{"Stopped", []string{"NetworkInterfaceQueueNumber", "99"}, 403, "InvalidParameter.InvalidEniQueueNumber", ""},
		{"Running", []string{"NetworkInterfaceQueueNumber", "2"}, 403, "IncorrectInstanceStatus", wrongStatus},
		{"Running", []string{"RemoteConnectionOptions.Password", "seven77"}, 400, "InvalidRemoteConnectionOptions.Password", "The remote connection password is invalid."},
		{"Running", []string{"RemoteConnectionOptions.Type", "RDP"}, 400, "InvalidRemoteConnectionOptions.Type", "The remote connection type is invalid."},
		{"Running", []string{"RemoteConnectionOptions.Password", "abc123"}, 400, "UnsupportedOperation.NotImplemented", ""},
		{"Running", []string{"PrivateDnsNameOptions.HostnameType", "Custom"}, 400, "UnsupportedOperation.NotImplemented", ""},
	} {
		s.Refuse(c.status, c.code, c.message, action, append([]string{"RegionId", s.Region(ids[c.id]), "InstanceId", ids[c.id]}, c.params...)...)
	}
	absent(s, ids["Running"], action, "InstanceName", "web")
	lockAs(s, ids["Running"], ecs.LockSecurity)
	s.Refuse(403, "InstanceLockedForSecurity", locked, action, "InstanceId", ids["Running"], "InstanceName", "web")
	lockAs(s, ids["Running"], ecs.LockFinancial)
	s.Do(action, "InstanceId", ids["Running"], "InstanceName", "web")
}

// fill makes a group as full as it can be.
func fill(s *actiontest.Service, group string) {
	s.T.Helper()
	k := s.Key(ecs.KindSecurityGroup, group)
	s.Update(func(tx *state.Tx) {
		g, _ := state.Groups.Get(tx, k)
		for range g.Limit() {
			state.Interfaces.Put(tx, tx.NewKey(k.Region()), &ecs.NetworkInterface{Account: actiontest.Account, VPC: g.VPC, Groups: []ecs.Key{k}})
		}
	})
}

// TestModifyInstanceAttributeChanges changes everything that can be changed.
func TestModifyInstanceAttributeChanges(t *testing.T) {
	s := actiontest.Start(t, actiontest.Stepped())
	const action = "ModifyInstanceAttribute"
	id := s.InState("Running", "InstanceType", "ecs.t6-c1m2.large")
	second := s.Group("VpcId", s.Network().VPC)
	s.Do(action, "InstanceId", id, "InstanceName", "web", "Description", "a web server", "DeletionProtection", "true",
		"CreditSpecification", "Unlimited", "SecurityGroupIds.1", second, "EnableJumboFrame", "false", "EnableNetworkEncryption", "false")
	if got := record(s, id).Want.SpecGen; got != 0 {
		t.Errorf("nothing for the next boot, and SpecGen %d", got)
	}
	s.Do(action, "InstanceId", id, "HostName", "web-${instance_id}", "Password", "Abc12345", "UserData", base64.StdEncoding.EncodeToString([]byte("#!/bin/sh")))
	got := s.See(id)
	if got.InstanceName != "web" || got.Description != "a web server" || !got.DeletionProtection || got.CreditSpecification != "Unlimited" ||
		got.HostName != "web-"+id || !slices.Equal(got.SecurityGroupIDs.SecurityGroupID, []string{second}) {
		t.Errorf("%+v", got)
	}
	r := record(s, id)
	secret, ok := state.Secrets.Get(s.DB().Snapshot(), s.Key(ecs.KindInstance, id))
	if !ok || secret.Password != "Abc12345" || string(secret.UserData) != "#!/bin/sh" || r.Want.SpecGen != 1 || !r.Flags.Has(ecs.HasPassword) {
		t.Errorf("secret %v, SpecGen %d, flags %b", ok, r.Want.SpecGen, r.Flags)
	}
	s.Do("RebootInstance", "InstanceId", id)
	s.Quiet()
	s.Step(id)
	if got := record(s, id).Seen.BootSpecGen; got != 1 {
		t.Errorf("the reboot used SpecGen %d", got)
	}
	s.Do(action, "InstanceId", id, "Description", "", "UserData", "", "DeletionProtection", "false")
	secret, _ = state.Secrets.Get(s.DB().Snapshot(), s.Key(ecs.KindInstance, id))
	if got := s.See(id); got.Description != "" || got.DeletionProtection || len(secret.UserData) != 0 || !strings.HasPrefix(secret.Password, "Abc") {
		t.Errorf("%q %v", got.Description, got.DeletionProtection)
	}
	s.Do(action, "InstanceId", s.InState("Stopped"), "NetworkInterfaceQueueNumber", "-1")
}
