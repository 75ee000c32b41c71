package block

import "strings"

// ValidDevice reports whether a data disk may be at a device: /dev/xvdb to
// /dev/xvdz, or two letters. /dev/xvda is the system disk's.
func ValidDevice(device string) bool {
	name, ok := strings.CutPrefix(device, "/dev/xvd")
	return ok && (len(name) == 1 || len(name) == 2) && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz") == ""
}
