package catalog

import "slices"

// HostType is a type of dedicated host.
type HostType struct {
	ID             string // ddh.g6
	Family         string // of the instances that it takes
	Cores, Sockets int    // Cores: of one socket
	MemoryGiB      int
	OverCommit     bool // CpuOverCommitRatio may be more than 1
}

// VCPU is how many vCPUs the host has with an overcommit ratio in thousandths.
func (t *HostType) VCPU(ratio int) int { return t.Cores * t.Sockets * 2 * ratio / 1000 }

// hostTypes: sn1ne as DescribeDedicatedHostTypes is documented with, 52 cores of
// g6s as AllocateDedicatedHosts says; the rest is inferred from the families.
var hostTypes = []HostType{
	{"ddh.sn1ne", "ecs.sn1ne", 14, 2, 112, false},
	{"ddh.c6", "ecs.c6", 26, 2, 192, false},
	{"ddh.g6", "ecs.g6", 26, 2, 384, false},
	{"ddh.r6", "ecs.r6", 26, 2, 768, false},
	{"ddh.c6s", "ecs.c6", 26, 2, 192, true},
	{"ddh.g6s", "ecs.g6", 26, 2, 384, true},
	{"ddh.r6s", "ecs.r6", 26, 2, 768, true},
	{"ddh.c7", "ecs.c7", 32, 2, 256, false},
	{"ddh.g7", "ecs.g7", 32, 2, 512, false},
	{"ddh.r7", "ecs.r7", 32, 2, 1024, false},
}

// HostTypes are all types of dedicated hosts.
func (c *Catalog) HostTypes() []HostType { return hostTypes }

// HostType finds a type of dedicated host.
func (c *Catalog) HostType(id string) (*HostType, bool) {
	i := slices.IndexFunc(hostTypes, func(t HostType) bool { return t.ID == id })
	if i < 0 {
		return nil, false
	}
	return &hostTypes[i], true
}

// HostTypeInZone reports whether a zone has a type of dedicated host: where it
// sells instances of its family.
func (c *Catalog) HostTypeInZone(t *HostType, z *Zone) bool {
	f, ok := c.Family(t.Family)
	return ok && z.SellsFamily(f)
}
