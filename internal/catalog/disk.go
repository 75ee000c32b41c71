package catalog

import "slices"

// LocalDisk reports whether disks of a category come with an instance type, which
// pays for them.
func LocalDisk(category string) bool { return slices.Contains(localDisks, category) }

// localDisks are the categories of disks that come with an instance type and
// cannot be created.
var localDisks = []string{"local_ssd_pro", "local_hdd_pro"}

// defaultLevel is the performance level of an ESSD for which none was asked.
const defaultLevel = "PL1"

// DiskLimit is how large a disk of a category may be in a role.
type DiskLimit struct {
	Category string // cloud_essd
	Level    string // PL0 to PL3 for ESSDs, else empty
	System   bool   // as a system disk; else as a data disk
	Min, Max int    // GiB
	Source   string
	at       origin
}

type limitKey struct {
	category, level string
	system          bool
}

func (d *DiskLimit) key() string {
	role := " data"
	if d.System {
		role = " system"
	}
	return d.Category + " " + d.Level + role
}
func (d *DiskLimit) where() origin { return d.at }

// DiskCategories are the categories a disk can be created in, in file order.
func (c *Catalog) DiskCategories() []string { return c.categories }

// DiskLimits are the least and the largest size, in GiB, of a disk of the
// category and performance level in the role. An empty level means PL1 for
// ESSDs; a category without levels ignores it. It is false for a category or
// level that does not exist. An image or a snapshot may raise the minimum; that
// is the caller's to see to.
func (c *Catalog) DiskLimits(category, level string, system bool) (minGiB, maxGiB int, ok bool) {
	d := c.limits[limitKey{category, "", system}]
	if d == nil {
		if level == "" {
			level = defaultLevel
		}
		d = c.limits[limitKey{category, level, system}]
	}
	if d == nil {
		return 0, 0, false
	}
	return d.Min, d.Max, true
}

// DeviceName is the device of an instance's nth disk: /dev/xvda for 0, the
// system disk, to /dev/xvdz for 25, then /dev/xvdaa and so on to /dev/xvdzz.
func DeviceName(n int) string {
	if n < 26 {
		return "/dev/xvd" + string(rune('a'+n))
	}
	n -= 26
	return "/dev/xvd" + string(rune('a'+n/26)) + string(rune('a'+n%26))
}

// knowsDisk reports whether the category exists, be it of cloud or local disks.
func (c *Catalog) knowsDisk(category string) bool {
	return slices.Contains(c.categories, category) || LocalDisk(category)
}

func (c *Catalog) readDisks(s source) error {
	names := columns{"category", "?level", "role", "min", "max", "?source"}
	return readRows(s, "disks.tsv", names, func(r *row) error {
		v := &DiskLimit{
			Category: r.text(0),
			Level:    r.oneOf(1, "", "PL0", "PL1", "PL2", "PL3"),
			System:   r.oneOf(2, "system", "data") == "system",
			Min:      r.number(3, 1, 1<<20),
			Max:      r.number(4, 1, 1<<20),
			Source:   r.opt(5),
			at:       r.at,
		}
		if v.Min > v.Max {
			r.fail(4, "is %d, less than min", v.Max)
		}
		if r.err != nil {
			return r.err
		}
		return c.disks.put(v)
	})
}

func (c *Catalog) linkDisks() error {
	c.limits = make(map[limitKey]*DiskLimit, len(c.disks.rows))
	for _, d := range c.disks.rows {
		c.limits[limitKey{d.Category, d.Level, d.System}] = d
		if !slices.Contains(c.categories, d.Category) {
			c.categories = append(c.categories, d.Category)
		}
	}
	return nil
}
