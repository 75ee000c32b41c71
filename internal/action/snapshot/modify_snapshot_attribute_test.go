package snapshot_test

import (
	"testing"

	"github.com/openecs/openecs/internal/actiontest"
)

func TestModifySnapshotAttribute(t *testing.T) {
	s := actiontest.Start(t)
	id := take(s, systemDisk(s, s.Running()), "SnapshotName", "one", "Description", "before", "RetentionDays", "2", "InstantAccess", "true")
	s.Do("ModifySnapshotAttribute", "SnapshotId", id, "SnapshotName", "two", "Description", "", "RetentionDays", "4", "DisableInstantAccess", "true")
	if got := see(s, id); got.SnapshotName != "two" || got.Description != "" || got.RetentionDays != 4 || got.InstantAccess {
		t.Errorf("%+v", got)
	}
	if got := list(s, "SnapshotName", "two"); len(got) != 1 {
		t.Errorf("%d have the new name", len(got))
	}
	s.Refusals(t, "ModifySnapshotAttribute", []string{"SnapshotId", id}, []actiontest.Refusal{
		{"nothing", nil, 400, "NoAttributeToModify", ""},
		{"no such snapshot", []string{"SnapshotId", "s-x", "SnapshotName", "xx"}, 404, "InvalidSnapshotId.NotFound", ""},
		{"name", []string{"SnapshotName", "auto1"}, 400, "InvalidSnapshotName.Malformed", ""},
		{"description", []string{"Description", "https://x"}, 404, "InvalidDescription.Malformed", ""},
		{"retention", []string{"RetentionDays", "0"}, 400, "InvalidRetentionDays.Malformed", ""},
		{"shorter", []string{"RetentionDays", "3"}, 400, "InvalidRetentionDays.Malformed", ""},
	})
	s.Advance(3 * day)
	see(s, id)
	s.Advance(day)
	gone(s, id)
}

// TestModifyRetentionOfAKeptSnapshot gives a retention to a snapshot that had
// none: it counts from the snapshot's creation.
func TestModifyRetentionOfAKeptSnapshot(t *testing.T) {
	s := actiontest.Start(t)
	id := take(s, systemDisk(s, s.Running()))
	s.Advance(5 * day)
	s.Refuse(400, "InvalidRetentionDays.Malformed", "", "ModifySnapshotAttribute", "SnapshotId", id, "RetentionDays", "5")
	s.Do("ModifySnapshotAttribute", "SnapshotId", id, "RetentionDays", "6")
	s.Advance(day)
	gone(s, id)
}
