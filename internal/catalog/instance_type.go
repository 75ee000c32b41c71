package catalog

import "strings"

// Type is an instance type: what DescribeInstanceTypes shows of it.
type Type struct {
	ID                string // ecs.g7.large
	Family            *Family
	VCPU              int
	MemoryGiB         float64
	BandwidthKbps     int // private network, kbit/s each way
	PPS               int // private network, packets a second each way
	ENIs              int // network interfaces, the primary one included
	IPsPerENI         int // private IPv4 addresses of an interface
	IPv6sPerENI       int // 0: no IPv6
	Queues            int // of an interface, the primary one or another
	Disks             int // cloud disks, the system disk included
	LocalDisks        int
	LocalDiskGiB      int    // each
	LocalDiskCategory string // local_ssd_pro, local_hdd_pro or empty
	GPUs              int
	GPUSpec           string // NVIDIA T4
	GPUMemoryGiB      float64
	BaselineCredit    int // burstable: the baseline of all vCPUs together, percent of one
	InitialCredit     int // burstable: credits at creation
	IOOptimized       IOSupport
	Source            string
	familyID          string
	at                origin
}

func (t *Type) key() string   { return t.ID }
func (t *Type) where() origin { return t.at }

// MemoryMiB is the memory as DescribeInstances counts it.
func (t *Type) MemoryMiB() int { return int(t.MemoryGiB * 1024) }

// TotalQueues is how many queues all its interfaces have together.
func (t *Type) TotalQueues() int { return t.Queues * t.ENIs }

// Types are all instance types, in file order.
func (c *Catalog) Types() []*Type { return c.types.rows }

// Type finds an instance type by its exact id, as ecs.g7.large.
func (c *Catalog) Type(id string) (*Type, bool) { return c.types.get(id) }

// NormalizeType puts the prefix ecs. before an instance type id that lacks it,
// as in n1.small. It says nothing on whether the type exists.
func NormalizeType(id string) string {
	if id == "" || strings.HasPrefix(id, "ecs.") {
		return id
	}
	return "ecs." + id
}

func (c *Catalog) readTypes(s source) error {
	names := columns{
		"id", "family", "vcpu", "memory", "bandwidth", "pps", "enis", "ips", "?ipv6", "?queues", "disks",
		"?local_amount", "?local_size", "?local_category", "?gpus", "?gpu_spec", "?gpu_memory", "?baseline", "?initial", "?io", "?source",
	}
	return readRows(s, "types.tsv", names, func(r *row) error {
		v := &Type{
			ID:                r.text(0),
			familyID:          r.text(1),
			VCPU:              r.number(2, 1, 4096),
			MemoryGiB:         r.decimal(3, 0.125),
			BandwidthKbps:     r.number(4, 1, 1<<31-1),
			PPS:               r.number(5, 1, 1<<31-1),
			ENIs:              r.number(6, 1, 1000),
			IPsPerENI:         r.number(7, 1, 1000),
			IPv6sPerENI:       r.number(8, 0, 1000),
			Queues:            r.number(9, 0, 1000),
			Disks:             r.number(10, 1, 1000),
			LocalDisks:        r.number(11, 0, 1000),
			LocalDiskGiB:      r.number(12, 0, 1<<31-1),
			LocalDiskCategory: r.opt(13),
			GPUs:              r.number(14, 0, 1000),
			GPUSpec:           r.opt(15),
			GPUMemoryGiB:      r.decimal(16, 0),
			BaselineCredit:    r.number(17, 0, 1<<31-1),
			InitialCredit:     r.number(18, 0, 1<<31-1),
			IOOptimized:       IOSupport(r.oneOf(19, "", string(IORequired), string(IOOptional), string(IONone))),
			Source:            r.opt(20),
			at:                r.at,
		}
		if !strings.HasPrefix(v.ID, "ecs.") {
			r.fail(0, "is %q, wanted a name that begins with ecs.", v.ID)
		}
		if r.err != nil {
			return r.err
		}
		if v.Queues == 0 {
			v.Queues = 1
		}
		return c.types.put(v)
	})
}

func (c *Catalog) linkTypes() error {
	for _, t := range c.types.rows {
		f, ok := c.families.get(t.familyID)
		if !ok {
			return t.at.errorf("the family %s of the type %s is not known", t.familyID, t.ID)
		}
		if t.LocalDiskCategory != "" && !c.knowsDisk(t.LocalDiskCategory) {
			return t.at.errorf("local_category names %s, and there is no such disk category", t.LocalDiskCategory)
		}
		t.Family = f
		if t.IOOptimized == "" {
			t.IOOptimized = f.IOOptimized
		}
		f.types = append(f.types, t)
	}
	return nil
}
