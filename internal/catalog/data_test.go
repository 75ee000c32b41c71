package catalog

import (
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// rawRows reads an embedded file as text: its header and its rows.
func rawRows(t *testing.T, name string) (header []string, rows [][]string) {
	t.Helper()
	data, err := embedded.ReadFile("data/" + name)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" || line[0] == '#' {
			continue
		}
		if cells := strings.Split(line, "\t"); header == nil {
			header = cells
		} else {
			rows = append(rows, cells)
		}
	}
	return header, rows
}

// Every row says where it is from, with keys SOURCES.md explains, and every
// key explained is in use.
func TestSources(t *testing.T) {
	text, err := os.ReadFile("data/SOURCES.md")
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]int{"operator": 1}
	known := map[string]bool{}
	for _, m := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\|").FindAllStringSubmatch(string(text), -1) {
		known[m[1]] = true
	}
	for _, name := range fileNames {
		header, rows := rawRows(t, name)
		if header[len(header)-1] != "source" {
			t.Errorf("%s: the last column is %s, not source", name, header[len(header)-1])
			continue
		}
		for _, cells := range rows {
			id, src := cells[0], cells[len(cells)-1]
			if src == "" {
				t.Errorf("%s: %s has no source", name, id)
			}
			for i, key := range strings.Split(src, ",") {
				if column, bare, ok := strings.Cut(key, "="); ok {
					key = bare
					if i == 0 || !slices.Contains(header, column) {
						t.Errorf("%s: %s: %s=%s does not name a column after a source of the row", name, id, column, bare)
					}
				}
				if !known[key] {
					t.Errorf("%s: %s: SOURCES.md does not explain %q", name, id, key)
				}
				used[key]++
			}
		}
	}
	for key := range known {
		if used[key] == 0 {
			t.Errorf("SOURCES.md explains %q, which no row has", key)
		}
	}
}

// Every cell that must have something has it.
func TestRowsAreComplete(t *testing.T) {
	mayBeEmpty := map[string][]string{
		"zones.tsv":  {"sales"},
		"types.tsv":  {"local_category", "gpu_spec", "io"},
		"images.tsv": {"family", "description"},
		"disks.tsv":  {"level"},
	}
	for _, name := range fileNames {
		header, rows := rawRows(t, name)
		for _, cells := range rows {
			for i, cell := range cells {
				if cell == "" && !slices.Contains(mayBeEmpty[name], header[i]) {
					t.Errorf("%s: %s: %s is empty", name, cells[0], header[i])
				}
				if cell != strings.TrimSpace(cell) {
					t.Errorf("%s: %s: %s is %q, with spaces around", name, cells[0], header[i], cell)
				}
			}
		}
	}
}

// The regular families follow the naming rule: large has 2 vCPUs, xlarge 4 and
// Nxlarge 4N, and c, g and r have 2, 4 and 8 GiB a vCPU.
func TestNamingRules(t *testing.T) {
	regular := regexp.MustCompile(`^ecs\.(?:(c|g|r|hfc|hfg|hfr)[4-9][a-z]*|(?:t5|t6|u1|e|s6|v5)-[a-z]*c(\d)m(\d)|(?:e|u1))\.(?:(\d*)x)?large$`)
	gib := map[string]float64{"c": 2, "g": 4, "r": 8, "hfc": 2, "hfg": 4, "hfr": 8}
	// Documented exceptions: half a host or more, which leaves the hypervisor
	// its share, and families of another ratio.
	exempt := func(ty *Type) bool {
		switch ty.Family.ID {
		case "ecs.hfc6", "ecs.hfg6", "ecs.hfr6", "ecs.hfg5", "ecs.hfc5", "ecs.g5se", "ecs.g5ne":
			return true
		}
		return ty.VCPU >= 88 || ty.VCPU == 52
	}
	checked := 0
	for _, ty := range load(t).Types() {
		m := regular.FindStringSubmatch(ty.ID)
		if m == nil {
			continue
		}
		checked++
		vcpu := 2
		if strings.HasSuffix(ty.ID, "xlarge") {
			n, err := strconv.Atoi(m[4])
			if err != nil {
				n = 1
			}
			vcpu = 4 * n
		}
		if ty.VCPU != vcpu && ty.ID != "ecs.g5se.18xlarge" { // documented with 70
			t.Errorf("%s has %d vCPUs, by its name %d", ty.ID, ty.VCPU, vcpu)
		}
		ratio := gib[m[1]]
		if m[1] == "" {
			c, _ := strconv.ParseFloat(m[2], 64)
			g, _ := strconv.ParseFloat(m[3], 64)
			ratio = g / c
		}
		if !exempt(ty) && ty.MemoryGiB != ratio*float64(vcpu) {
			t.Errorf("%s has %v GiB, by its name %v", ty.ID, ty.MemoryGiB, ratio*float64(vcpu))
		}
	}
	if checked < 250 {
		t.Errorf("the rule applied to %d types only", checked)
	}
}

// Figures that contradict each other point at a slip in the data.
func TestTypesAreSane(t *testing.T) {
	for _, ty := range load(t).Types() {
		f := ty.Family
		if !strings.HasPrefix(ty.ID, f.ID+".") && !strings.HasPrefix(ty.ID, f.ID+"-") {
			t.Errorf("%s is in the family %s", ty.ID, f.ID)
		}
		if f.Burstable != (ty.BaselineCredit > 0) || f.Burstable != (ty.InitialCredit > 0) || f.Burstable != (f.Level == "CreditEntryLevel") {
			t.Errorf("%s: burstable %v, baseline %d, initial credit %d, level %s", ty.ID, f.Burstable, ty.BaselineCredit, ty.InitialCredit, f.Level)
		}
		if (ty.LocalDisks > 0) != (ty.LocalDiskGiB > 0) || (ty.LocalDisks > 0) != (ty.LocalDiskCategory != "") {
			t.Errorf("%s: %d local disks of %d GiB of the category %q", ty.ID, ty.LocalDisks, ty.LocalDiskGiB, ty.LocalDiskCategory)
		}
		if (ty.GPUs > 0) != (ty.GPUSpec != "") || (ty.GPUs > 0) != (ty.GPUMemoryGiB > 0) {
			t.Errorf("%s: %d GPUs of %q with %v GiB", ty.ID, ty.GPUs, ty.GPUSpec, ty.GPUMemoryGiB)
		}
		if (f.Category == "Compute-optimized with GPU") != (ty.GPUs > 0) {
			t.Errorf("%s: %s with %d GPUs", ty.ID, f.Category, ty.GPUs)
		}
		if perCPU := ty.MemoryGiB / float64(ty.VCPU); perCPU < 0.25 || perCPU > 32 {
			t.Errorf("%s: %v GiB a vCPU", ty.ID, perCPU)
		}
		if ty.BandwidthKbps < 50_000 || ty.BandwidthKbps > 110_000_000 || ty.PPS < 40_000 {
			t.Errorf("%s: %d kbit/s, %d packets/s", ty.ID, ty.BandwidthKbps, ty.PPS)
		}
		if f.IOOptimized == IORequired && f.TakesDisk("cloud") {
			t.Errorf("%s: basic disks go with instances that are not I/O optimized", f.ID)
		}
		if ty.IOOptimized == IONone && !f.TakesDisk("cloud") {
			t.Errorf("%s: neither I/O optimized nor a taker of basic disks", ty.ID)
		}
	}
	for _, f := range load(t).Families() {
		if len(f.Types()) == 0 {
			t.Errorf("%s has no types", f.ID)
		}
		if !strings.HasPrefix(f.ID, "ecs.") || !regexp.MustCompile(`^ecs-[1-9]$`).MatchString(f.Generation) {
			t.Errorf("%s, generation %s", f.ID, f.Generation)
		}
	}
}

func TestZonesAreSane(t *testing.T) {
	c := load(t)
	if c.sales.byID["*"] == nil {
		t.Error("sales.tsv has no row for everywhere")
	}
	for id := range c.sales.byID {
		if _, ok := c.Region(id); !ok && id != "*" {
			t.Errorf("sales.tsv: %s is no region", id)
		}
	}
	for _, r := range c.Regions() {
		if len(c.Zones(r.ID)) == 0 {
			t.Errorf("%s has no zone", r.ID)
		}
		for _, z := range c.Zones(r.ID) {
			rest, ok := strings.CutPrefix(z.ID, r.ID)
			if rest = strings.TrimPrefix(rest, "-"); !ok || len(rest) != 1 || rest[0] < 'a' || rest[0] > 'z' || z.Sale == nil {
				t.Errorf("%s in %s, sales %v", z.ID, r.ID, z.Sale)
			}
		}
	}
}

func TestImagesAreSane(t *testing.T) {
	for _, i := range load(t).images.rows {
		if !regexp.MustCompile(`^[A-Za-z0-9_.-]+\.(vhd|raw)$`).MatchString(i.ID) {
			t.Errorf("%s is no image id", i.ID)
		}
		if i.CreatedAt.Before(time.Date(2015, 1, 1, 0, 0, 0, 0, time.UTC)) {
			t.Errorf("%s was created %v", i.ID, i.CreatedAt)
		}
		if !strings.Contains(i.ID, "_"+strconv.Itoa(i.SizeGiB)+"G_") {
			t.Errorf("%s has %d GiB", i.ID, i.SizeGiB)
		}
		if i.Family != "" && !strings.HasPrefix(i.Family, "acs:") {
			t.Errorf("%s is in the family %s", i.ID, i.Family)
		}
		if arm := strings.Contains(i.ID, "arm64"); arm != (i.Architecture == "arm64") || arm && i.Family != "" && !strings.Contains(i.Family, "arm64") {
			t.Errorf("%s: architecture %s, family %s", i.ID, i.Architecture, i.Family)
		}
		if strings.Contains(i.ID, "_uefi") != strings.HasSuffix(i.Family, "_uefi") {
			t.Errorf("%s is in the family %s", i.ID, i.Family)
		}
		if (i.OSType == "windows") != strings.HasPrefix(i.Platform, "Windows") {
			t.Errorf("%s: %s, %s", i.ID, i.OSType, i.Platform)
		}
	}
}
