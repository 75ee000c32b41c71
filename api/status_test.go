package api

import "testing"

func TestStatusOf(t *testing.T) {
	for _, c := range []struct {
		product, action, code string
		want                  int
	}{
		// One code, several statuses.
		{"Ecs", "StartInstance", CodeIncorrectInstanceStatus, 403},
		{"Ecs", "StopInstances", CodeIncorrectInstanceStatus, 403},
		{"Ecs", "AttachDisk", CodeIncorrectInstanceStatus, 400},
		{"Ecs", "CreateImage", CodeIncorrectInstanceStatus, 400},
		{"Ecs", "CreateSnapshot", CodeIncorrectInstanceStatus, 400},
		{"Ecs", "GetInstanceScreenshot", CodeIncorrectInstanceStatus, 405},
		{"Ecs", "NoSuchAction", CodeIncorrectInstanceStatus, 403},
		{"Ecs", "CreateImage", CodeInstanceLockedForSecurity, 400},
		{"Ecs", "StopInstance", CodeInstanceLockedForSecurity, 403},
		{"Ecs", "DeleteSecurityGroup", CodeDependencyViolation, 403},
		{"Vpc", "DeleteVSwitch", CodeDependencyViolation, 400},
		{"Ecs", "CreateInstance", CodeInvalidUserDataBase64FormatInvalid, 403},
		{"Ecs", "RunInstances", CodeInvalidUserDataBase64FormatInvalid, 400},
		{"Ecs", "StopInstance", CodeDiskError, 400},
		{"Ecs", "StartInstance", CodeDiskError, 403},
		{"Ecs", "GetInstanceScreenshot", CodeThrottling, 429},
		{"Ecs", "CreateInstance", CodeOperationConflict, 409},
		{"Ecs", "LeaveSecurityGroup", CodeRequestTimeout, 504},
		{"Ecs", "CreateInstance", CodeInvalidRamRoleNotEcsRole, 401},
		// What the instance actions refuse with.
		{"Ecs", "StartInstance", CodeInvalidInstanceIdNotFound, 404},
		{"Ecs", "DeleteInstance", CodeIncorrectInstanceStatusInitializing, 403},
		{"Ecs", "CreateInstance", CodeMissingParamter, 400},
		{"Ecs", "CreateInstance", CodeInvalidSystemDiskSizeLessThanImageSize, 404},
		{"Ecs", "RunInstances", CodeInvalidSecurityGroupId, 404},
		{"Ecs", "RunInstances", CodeDryRunOperation, 400},
		{"Ecs", "StopInstances", CodeDRYRUNSUCCESS, 400},
		{"Ecs", "RunInstances", CodeIdempotentParameterMismatch, 403},
		{"Ecs", "CreateSecurityGroup", CodeInvalidVpcIdNotFound, 404},
		{"Ecs", "AllocatePublicIpAddress", CodeAllocateIpInvalidInstanceBandwidth, 400},
		{"Ecs", "AllocatePublicIpAddress", CodeAllocatedAlready, 403},
		// VPC, also under its ECS names.
		{"Vpc", "DeleteVpc", CodeDependencyViolationVSwitch, 400},
		{"Ecs", "DeleteVpc", CodeDependencyViolationVSwitch, 400},
		{"Ecs", "DeleteVSwitch", CodeDependencyViolation, 400},
		{"Vpc", "DescribeVSwitchAttributes", CodeInvalidVSwitchIdNotFound, 404},
		// The gateway, whatever the action.
		{"Ecs", "DescribeRegions", CodeInvalidAccessKeyIdNotFound, 404},
		{"Tag", "TagResources", CodeSignatureDoesNotMatch, 400},
		{"", "", CodeInvalidActionNotFound, 404},
		{"Sts", "GetCallerIdentity", CodeForbiddenRAM, 403},
		{"Ecs", "DescribeRegions", CodeInternalError, 500},
		{"Ecs", "CreateInstance", CodeServiceUnavailable, 503},
		{"BssOpenApi", "QueryAvailableInstances", CodeUnsupportedOperationNotImplemented, 400},
		// A product's rows for all its actions, before the code's own default.
		{"Ecs", "DescribeUserData", CodeInvalidRegionIdNotFound, 404},
		// Not documented at all.
		{"Ecs", "StartInstance", "No.SuchCode", 400},
		{"Ecs", "StartInstance", "", 400},
	} {
		if got := StatusOf(c.product, c.action, c.code); got != c.want {
			t.Errorf("StatusOf(%s, %s, %s) = %d, want %d", c.product, c.action, c.code, got, c.want)
		}
	}
}

func TestHasCode(t *testing.T) {
	for _, c := range []struct {
		product, action, code string
		want                  bool
	}{
		{"Ecs", "StartInstance", CodeIncorrectInstanceStatus, true},
		{"Ecs", "DescribeRegions", CodeIncorrectInstanceStatus, false},
		{"Ecs", "DescribeRegions", CodeSignatureDoesNotMatch, true},
		{"Ecs", "CreateVSwitch", CodeInvalidCidrBlockOverlapped, true},
		{"Vpc", "CreateVSwitch", CodeInvalidCidrBlockOverlapped, true},
		{"Vpc", "DeleteVSwitch", CodeInvalidCidrBlockOverlapped, false},
		{"Vpc", "StartInstance", CodeIncorrectInstanceStatus, false},
		{"Ecs", "StartInstance", "No.SuchCode", false},
	} {
		if got := HasCode(c.product, c.action, c.code); got != c.want {
			t.Errorf("HasCode(%s, %s, %s) = %v, want %v", c.product, c.action, c.code, got, c.want)
		}
	}
}

// A status is looked up for every refusal, so it must not allocate.
func TestStatusOfAllocates(t *testing.T) {
	if n := testing.AllocsPerRun(100, func() { StatusOf("Ecs", "DeleteVSwitch", CodeDependencyViolation) }); n > 0 {
		t.Errorf("%v allocations, want none", n)
	}
}

func BenchmarkStatusOf(b *testing.B) {
	for b.Loop() {
		StatusOf("Ecs", "DeleteVSwitch", CodeDependencyViolation)
	}
}
