package catalog

import "slices"

// IOSupport says whether instances can be, or must be, I/O optimized.
type IOSupport string

const (
	IORequired IOSupport = "required" // IoOptimized=none is refused
	IOOptional IOSupport = "optional"
	IONone     IOSupport = "none" // IoOptimized=optimized is refused
)

// Family is an instance type family: types of one kind of host.
type Family struct {
	ID             string    // ecs.g7
	Level          string    // EntryLevel, EnterpriseLevel or CreditEntryLevel
	Category       string    // InstanceCategory of DescribeInstanceTypes: General-purpose, Compute-optimized, …
	Generation     string    // ecs-1 … as DescribeInstanceTypeFamilies shows it
	Classic        bool      // may be created in the classic network
	IOOptimized    IOSupport // of the family's types, unless a type says otherwise
	DiskCategories []string  // cloud disk categories its instances take
	Architecture   string    // X86 or ARM
	Burstable      bool      // has CPU credits
	Retired        bool      // no longer offered to new customers; still works
	CPUModel       string
	CPUGHz         float64 // base frequency, 0 when not documented
	CPUTurboGHz    float64 // 0 when not documented
	NVMe           string  // NvmeSupport of DescribeInstanceTypes: required or unsupported
	Source         string
	types          []*Type
	at             origin
}

func (f *Family) key() string   { return f.ID }
func (f *Family) where() origin { return f.at }

// Types are the family's instance types, in file order.
func (f *Family) Types() []*Type { return f.types }

// TakesDisk reports whether the family's instances take disks of the category.
func (f *Family) TakesDisk(category string) bool { return slices.Contains(f.DiskCategories, category) }

// Families are all families, in file order.
func (c *Catalog) Families() []*Family { return c.families.rows }

// Family finds a family by its id, as ecs.g7.
func (c *Catalog) Family(id string) (*Family, bool) { return c.families.get(id) }

func (c *Catalog) readFamilies(s source) error {
	names := columns{"id", "level", "category", "generation", "?classic", "io", "disks", "arch", "?burstable", "?retired", "?cpu", "?ghz", "?turbo", "?nvme", "?source"}
	return readRows(s, "families.tsv", names, func(r *row) error {
		v := &Family{
			ID:             r.text(0),
			Level:          r.oneOf(1, "EntryLevel", "EnterpriseLevel", "CreditEntryLevel"),
			Category:       r.text(2),
			Generation:     r.text(3),
			Classic:        r.flag(4),
			IOOptimized:    IOSupport(r.oneOf(5, string(IORequired), string(IOOptional), string(IONone))),
			DiskCategories: r.list(6),
			Architecture:   r.oneOf(7, "X86", "ARM"),
			Burstable:      r.flag(8),
			Retired:        r.flag(9),
			CPUModel:       r.opt(10),
			CPUGHz:         r.decimal(11, 0),
			CPUTurboGHz:    r.decimal(12, 0),
			NVMe:           r.oneOf(13, "", "required", "unsupported"),
			Source:         r.opt(14),
			at:             r.at,
		}
		if v.NVMe == "" {
			v.NVMe = "unsupported"
		}
		if len(v.DiskCategories) == 0 {
			r.fail(6, "is empty")
		}
		if r.err != nil {
			return r.err
		}
		return c.families.put(v)
	})
}

func (c *Catalog) linkFamilies() error {
	for _, f := range c.families.rows {
		for _, category := range f.DiskCategories {
			if !c.knowsDisk(category) {
				return f.at.errorf("disks names %s, and there is no such disk category", category)
			}
		}
	}
	return nil
}
