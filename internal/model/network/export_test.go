package network

// Kept is how many groups are kept ready.
func Kept(f *Firewall) int { return len(f.groups) }
