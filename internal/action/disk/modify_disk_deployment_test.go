package disk_test

import (
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

// Without a cluster a disk changes its category or performance level, as by ModifyDiskSpec.
func TestModifyDiskDeployment(t *testing.T) {
	const action = "ModifyDiskDeployment"
	s := actiontest.Start(t)
	id := s.DataDisk("Size", "500", "PerformanceLevel", "PL1")
	refuse(s, action, 400, api.CodeDryRunOperation, "DiskId", id, "PerformanceLevel", "PL2", "DryRun", "true")
	if out := actiontest.Call[api.ModifyDiskDeploymentResponse](s, action, "DiskId", id, "PerformanceLevel", "PL2"); out.TaskID == "" {
		t.Error("no task")
	}
	s.Settle()
	if d := disks(s, "DiskIds", `["`+id+`"]`); d[0].PerformanceLevel != "PL2" || d[0].StorageClusterID != "" {
		t.Errorf("%+v", d[0])
	}
	for _, r := range []struct {
		status int
		code   string
		params []string
	}{
		{404, api.CodeInvalidStorageClusterIdNotExist, []string{"StorageClusterId", "dbsc-none"}},
		{404, api.CodeInvalidDiskIdNotFound, []string{"DiskId", "d-none", "PerformanceLevel", "PL1"}},
		{400, api.CodeMissingParameter, nil},
		{400, api.CodeInvalidDiskCategoryValueNotSupported, []string{"DiskCategory", "cloud_nothing"}},
		{400, api.CodeInvalidPerformanceLevelMalformed, []string{"PerformanceLevel", "PL9"}},
		{403, api.CodeOperationDenied, []string{"PerformanceLevel", "PL2"}},
		{403, api.CodeOperationDeniedPerformanceLevelNotMatch, []string{"PerformanceLevel", "PL3"}},
	} {
		refuse(s, action, r.status, r.code, append([]string{"DiskId", id}, r.params...)...)
	}
}
