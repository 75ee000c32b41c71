package autoprovisioning_test

import (
	"testing"

	"github.com/openecs/openecs/internal/actiontest"
)

// What becomes of the instances is what the request says, or what was said when
// the group was made; a protected instance stays.
func TestDeleteAutoProvisioningGroup(t *testing.T) {
	s := actiontest.Start(t)
	for _, e := range []struct {
		made, deleted, want string
	}{
		{"false", "", "Running"}, {"true", "", "gone"}, {"false", "true", "gone"}, {"true", "false", "Running"},
	} {
		id, r := create(s, good(s, "TotalTargetCapacity", "2", "PayAsYouGoTargetCapacity", "2", "TerminateInstances", e.made, "ValidUntil", "2026-08-10T05:00:00Z")...)
		s.Settle()
		i := r[0].InstanceIDs.InstanceID
		s.Do("ModifyInstanceAttribute", "InstanceId", i[1], "DeletionProtection", "true")
		s.Do("DeleteAutoProvisioningGroup", "AutoProvisioningGroupId", id, "TerminateInstances", e.deleted)
		s.Settle()
		s.Want(i[0], e.want)
		s.Want(i[1], "Running")
		s.Refuse(404, "InvalidAutoProvisioningGroupId.NotFound", "", "DeleteAutoProvisioningGroup", "AutoProvisioningGroupId", id)
	}
	s.Refuse(400, "MissingParameter", "", "DeleteAutoProvisioningGroup")
	s.Advance(48 * 60 * 60e9) // nothing is due for groups that are gone
}
