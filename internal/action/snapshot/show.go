package snapshot

import (
	"fmt"
	"strconv"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/block"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

// show is a snapshot as DescribeSnapshots shows it.
func (s *Service) show(o *api.DescribeSnapshotsSnapshot, v state.View, now time.Time, k ecs.Key, r *ecs.Snapshot) {
	o.SnapshotID, o.SnapshotName, o.Description = ecs.ID(ecs.KindSnapshot, k), r.Name, r.Description
	o.SnapshotSN, o.SnapshotLinkID = serial(k), linkID(r.Disk)
	o.RegionID = s.region(k)
	o.SourceDiskID, o.SourceDiskSize = ecs.ID(ecs.KindDisk, r.Disk), strconv.Itoa(int(r.Size))
	o.SourceDiskType, o.SourceStorageType = diskType(r), "disk"
	o.SnapshotType = snapshotType(r)
	o.Category, o.Encrypted, o.KMSKeyID, o.ResourceGroupID = v.Str(r.Category), r.Encrypted, v.Str(r.KMSKey), v.Str(r.ResourceGroup)
	o.CreationTime, o.LastModifiedTime, o.RetentionDays = ecs.Second(r.Created), ecs.Second(r.Modified), int(r.Retention)
	o.Status, o.Available = r.Status().String(), block.SnapshotReady(r)
	o.Progress, o.RemainTime = progress(r), remaining(r, now)
	o.InstantAccess, o.InstantAccessRetentionDays = instantNow(r, now)
	o.Usage = usageOf(v, k)
	o.Tags.Tag = tag.Show(v, r.Tags)
	if r.CopyOf != 0 {
		o.SourceSnapshotID, o.SourceRegionID = ecs.ID(ecs.KindSnapshot, r.CopyOf), s.region(r.CopyOf)
	}
}

func (s *Service) region(k ecs.Key) string {
	if r, ok := s.Catalog.RegionByCode(k.Region()); ok {
		return r.ID
	}
	return ""
}

// serial is a number of the same form as the real service's serial numbers.
func serial(k ecs.Key) string {
	return fmt.Sprintf("%d-%d-%d", k.Region(), k>>16&(1<<40-1), k&(1<<16-1))
}

func diskType(r *ecs.Snapshot) string {
	if r.System {
		return "system"
	}
	return "data"
}

func snapshotType(r *ecs.Snapshot) string {
	if r.Policy != 0 {
		return "auto"
	}
	return "user"
}

func progress(r *ecs.Snapshot) string {
	switch r.Status() {
	case ecs.SnapshotProgressing:
		return strconv.Itoa(int(r.Work.Percent)) + "%"
	case ecs.SnapshotFailed:
		return "0%"
	}
	return "100%"
}

// remaining is how many seconds a snapshot will take if it goes on as it did; 0
// when nothing is known of that.
func remaining(r *ecs.Snapshot, now time.Time) int {
	p := int64(r.Work.Percent)
	if r.Status() != ecs.SnapshotProgressing || p == 0 {
		return 0
	}
	return int(max(0, now.Unix()-r.Created) * (100 - p) / p)
}

// instantNow tells whether a snapshot has instant access at an instant, and for
// how many days it was given it.
func instantNow(r *ecs.Snapshot, now time.Time) (on bool, days int) {
	switch {
	case r.Instant == 0 || r.Flags.Has(ecs.SnapshotNotInstant):
		return false, 0
	case r.Instant < 0:
		return true, int(r.Retention)
	}
	return now.Unix() < r.Created+int64(r.Instant)*60, int(r.Instant / (24 * 60))
}

// usageOf is what was made from a snapshot.
func usageOf(v state.View, k ecs.Key) string {
	image, disk := block.SnapshotImages(v, k) > 0, block.SnapshotDisks(v, k) > 0
	switch {
	case image && disk:
		return "image_disk"
	case image:
		return "image"
	case disk:
		return "disk"
	}
	return "none"
}
