package snapshot

import (
	"strings"

	"github.com/openecs/openecs/internal/ecs"
)

// A snapshot link is what the snapshots of one disk have in common. It has no
// record: its identifier is the disk's with another prefix.
const (
	linkPrefix = "sl-"
	diskPrefix = "d-"
)

func linkID(disk ecs.Key) string {
	if disk == 0 {
		return ""
	}
	return linkPrefix + strings.TrimPrefix(ecs.ID(ecs.KindDisk, disk), diskPrefix)
}

func parseLink(id string) (disk ecs.Key, ok bool) {
	rest, ok := strings.CutPrefix(id, linkPrefix)
	if !ok {
		return 0, false
	}
	return ecs.ParseID(ecs.KindDisk, diskPrefix+rest)
}
