package deploymentset_test

import (
	"strings"
	"testing"

	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

func TestCreateDeploymentSet(t *testing.T) {
	s := actiontest.Start(t)
	id := create(s, "DeploymentSetName", "web", "Description", "front ends", "OnUnableToRedeployFailedInstance", "KeepStopped", "GroupCount", "5", "Domain", "Default",
		"Granularity", "Host", "ClientToken", "t")
	if again := create(s, "DeploymentSetName", "web", "Description", "front ends", "OnUnableToRedeployFailedInstance", "KeepStopped", "GroupCount", "5", "Domain", "Default",
		"Granularity", "Host", "ClientToken", "t"); again != id {
		t.Errorf("the token made another: %s, %s", id, again)
	}
	s.Refuse(403, "IdempotentParameterMismatch", "", "CreateDeploymentSet", "ClientToken", "t")
	d := see(s, id)
	if !strings.HasPrefix(id, "ds-bp1") || d.DeploymentSetID != id || d.DeploymentSetName != "web" || d.DeploymentSetDescription != "front ends" ||
		d.DeploymentStrategy != "Availability" || d.Strategy != "LooseDispersion" || d.Domain != "default" || d.Granularity != "host" || d.GroupCount != 0 ||
		d.CreationTime != "2026-08-09T05:00:00Z" || d.AccountID != actiontest.Account || d.InstanceAmount != 0 {
		t.Errorf("%+v", d)
	}
	if !actiontest.Record(s, state.DeploymentSets, id).KeepStopped {
		t.Error("KeepStopped is not kept")
	}
	if d := see(s, create(s, "Strategy", "AvailabilityGroup")); d.DeploymentStrategy != "AvailabilityGroup" || d.GroupCount != 3 || d.Capacities.Capacity[0].AvailableAmount != 60 {
		t.Errorf("%+v", d)
	}
	if d := see(s, create(s, "Strategy", "AvailabilityGroup", "GroupCount", "7")); d.GroupCount != 7 {
		t.Errorf("%+v", d)
	}
	if d := see(s, create(s, "Strategy", "LowLatency")); d.DeploymentStrategy != "LowLatency" || d.Strategy != "LooseAggregation" {
		t.Errorf("%+v", d)
	}
}

func TestCreateDeploymentSetRefusals(t *testing.T) {
	s := actiontest.Start(t)
	s.Refusals(t, "CreateDeploymentSet", nil, []actiontest.Refusal{
		{"region absent", []string{"RegionId", ""}, 400, "MissingParameter", ""},
		{"region unknown", []string{"RegionId", "cn-x"}, 404, "InvalidRegionId.NotFound", ""},
		{"name", []string{"DeploymentSetName", "1"}, 400, "InvalidDeploymentSetName.Malformed", "Specified deployment set name is not valid."},
		{"description", []string{"Description", "http://x"}, 400, "InvalidDescription.Malformed", "The specified parameter Description is not valid."},
		{"strategy", []string{"Strategy", "availability"}, 400, "InvalidParameter.Strategy", "The specified parameter Strategy is not valid"},
		{"domain", []string{"Domain", "lab"}, 400, "InvalidParameter.Domain", "The specified parameter Domain is not valid."},
		{"granularity", []string{"Granularity", "x"}, 400, "InvalidParameter.granularity", "The specified parameter Granularity is not valid."},
		{"granularity of another domain", []string{"Granularity", "Rack"}, 400, "DependencyViolation.domain.granularity", ""},
		{"what a failure does", []string{"OnUnableToRedeployFailedInstance", "x"}, 400, "InvalidParameter", ""},
		{"no groups", []string{"Strategy", "AvailabilityGroup", "GroupCount", "0"}, 400, "InvalidParameter", ""},
		{"too many groups", []string{"Strategy", "AvailabilityGroup", "GroupCount", "8"}, 400, "InvalidParameter", ""},
		{"type", []string{"Type", "x"}, 400, "UnsupportedOperation.NotImplemented", ""},
		{"token", []string{"ClientToken", strings.Repeat("x", 65)}, 400, "InvalidClientToken.ValueNotSupported", ""},
	})
	for range ecs.MaxDeploymentSets {
		create(s)
	}
	s.Refuse(400, "DEPLOYMENTSET.QUOTA_FULL", "The deploymentSet quota is full", "CreateDeploymentSet")
	create(s.As(s.In("cn-beijing")), "RegionId", "cn-beijing")
	create(s.As(s.Other))
}
