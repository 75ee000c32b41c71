package catalog

// Performance is what a disk can do at most.
type Performance struct {
	IOPS       int // reads and writes a second
	Throughput int // MB a second
}

// curve is how performance grows with size, up to a limit: the formulas of the
// official documentation's page on block storage performance.
type curve struct {
	iops, iopsPerGiB, iopsMax int
	mb                        int
	mbPer100GiB, mbMax        int
}

var curves = map[string]curve{
	"cloud":            {200, 0, 200, 30, 0, 40},
	"cloud_efficiency": {1800, 8, 5000, 100, 15, 140},
	"cloud_ssd":        {1800, 30, 25000, 120, 50, 300},
	"cloud_essd_entry": {1800, 8, 6000, 100, 15, 150},
	"cloud_auto":       {1800, 50, 50000, 120, 50, 350},
	"cloud_essd PL0":   {1800, 12, 10000, 100, 25, 180},
	"cloud_essd PL1":   {1800, 50, 50000, 120, 50, 350},
	"cloud_essd PL2":   {1800, 50, 100000, 120, 50, 750},
	"cloud_essd PL3":   {1800, 50, 1000000, 120, 50, 4000},
}

// DiskPerformance is what a disk of a category, performance level and size in
// GiB can do; provisioned is what a cloud_auto disk was given on top of its
// baseline. Zero for a category that is not known.
func DiskPerformance(category, level string, gib, provisioned int) Performance {
	name := category
	if category == "cloud_essd" {
		name += " " + level
	}
	c := curves[name]
	return Performance{
		IOPS:       min(c.iops+c.iopsPerGiB*gib, c.iopsMax) + provisioned,
		Throughput: min(c.mb+c.mbPer100GiB*gib/100, c.mbMax) + provisioned*16/1024,
	}
}
