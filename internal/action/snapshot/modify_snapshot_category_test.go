package snapshot_test

import (
	"testing"

	"github.com/openecs/openecs/internal/actiontest"
)

func TestModifySnapshotCategory(t *testing.T) {
	s := actiontest.Start(t)
	disk := systemDisk(s, s.Running())
	id, flash := take(s, disk, "RetentionDays", "30"), take(s, disk, "Category", "flash")
	s.Refuse(403, "OperationDenied", "", "ModifySnapshotCategory", "SnapshotId", id, "Category", "Archive")
	s.Advance(14 * day)
	s.Refusals(t, "ModifySnapshotCategory", []string{"SnapshotId", id, "Category", "Archive"}, []actiontest.Refusal{
		{"no such snapshot", []string{"SnapshotId", "s-x"}, 404, "InvalidSnapshotId.NotFound", ""},
		{"category", []string{"Category", "Standard"}, 403, "InvalidSnapshotCategory.Malformed", ""},
		{"retention", []string{"RetentionDays", "73"}, 400, "InvalidRetentionDays.Malformed", ""},
		{"local snapshot", []string{"SnapshotId", flash}, 403, "OperationDenied", ""},
		{"one being taken", []string{"SnapshotId", begin(s, disk)}, 403, "InvalidSnapshotId.NotReady", ""},
	})
	s.Do("ModifySnapshotCategory", "SnapshotId", id, "Category", "archive", "RetentionDays", "74")
	if got := see(s, id); got.Category != "archive" || got.RetentionDays != 74 {
		t.Errorf("%+v", got)
	}
	s.Refuse(403, "OperationDenied", "", "ModifySnapshotCategory", "SnapshotId", id, "Category", "archive")
	s.Advance(59 * day)
	see(s, id)
	s.Advance(day)
	gone(s, id)
}
