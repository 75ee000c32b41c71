package ecs

import "strconv"

// HostNIC is what the host's end of a network interface is called: 3 to 15
// characters, as long as a name on Linux may be. The engine gives the name and
// the host's agent knows the interface by it.
func HostNIC(k Key) string { return "oe" + strconv.FormatUint(uint64(k), 36) }

// ParseHostNIC reads what HostNIC wrote.
func ParseHostNIC(name string) (Key, bool) {
	if len(name) < 3 || name[:2] != "oe" {
		return 0, false
	}
	k, err := strconv.ParseUint(name[2:], 36, 64)
	return Key(k), err == nil && k != 0 && HostNIC(Key(k)) == name
}
