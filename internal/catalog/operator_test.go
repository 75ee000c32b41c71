package catalog

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// An operator's region with a zone, a type and an image of its own, next to ours.
func TestLoadFrom(t *testing.T) {
	dir := write(t, map[string]string{
		"README.txt":   "not a table",
		"regions.tsv":  "# ours\nid\tcode\tprefix\tname_en\nlab\t200\tlab\tThe lab\n",
		"zones.tsv":    "id\tregion\nlab-a\tlab\nlab-b\tlab\n",
		"sales.tsv":    "id\tfamilies\tdisks\nlab\t*\tcloud_essd\n",
		"families.tsv": "id\tlevel\tcategory\tgeneration\tio\tdisks\tarch\necs.lab1\tEntryLevel\tShared\tecs-9\trequired\tcloud_essd\tX86\n",
		"types.tsv": "id\tfamily\tvcpu\tmemory\tbandwidth\tpps\tenis\tips\tdisks\r\n" +
			"ecs.lab1.tiny\tecs.lab1\t1\t0.25\t102400\t50000\t1\t1\t3\r\n" +
			"ecs.n1.small\tecs.n1\t1\t2.5\t102400\t50000\t2\t2\t17\r\n",
		"images.tsv": "id\tos_en\tos_type\tplatform\tarch\tsize\tcreated\tregions\tfamily\n" +
			"lab_1_x64_5G_lab_20990101.vhd\tLab 1\tlinux\tLab\tx86_64\t5\t2099-01-01T00:00:00Z\tlab\tlab:one\n",
		"disks.tsv": "category\tlevel\trole\tmin\tmax\ncloud\t\tsystem\t10\t500\n",
	})
	c, err := LoadFrom(dir)
	if err != nil {
		t.Fatal(err)
	}
	r, ok := c.RegionByCode(200)
	if !ok || r.ID != "lab" || r.NameZH != "The lab" || r.Endpoint != "ecs.lab.aliyuncs.com" {
		t.Errorf("region: %+v", r)
	}
	if zones := c.Zones("lab"); len(zones) != 2 || zones[0].NameEN != "lab-a" || zones[0].Region != r {
		t.Errorf("zones: %+v", zones)
	}
	if !c.TypeInZone("ecs.lab1.tiny", "lab-a") || !c.TypeInZone("ecs.g7.large", "lab-b") || c.TypeInZone("ecs.lab1.tiny", "cn-hangzhou-h") {
		t.Error("the lab sells every family, and nobody else sells the lab's")
	}
	if ty, _ := c.Type("ecs.lab1.tiny"); ty.MemoryMiB() != 256 || ty.Queues != 1 || ty.Family.NVMe != "unsupported" || ty.IOOptimized != IORequired {
		t.Errorf("ecs.lab1.tiny: %+v", ty)
	}
	if ty, _ := c.Type("ecs.n1.small"); ty.MemoryMiB() != 2560 || ty.Family.ID != "ecs.n1" {
		t.Errorf("ecs.n1.small: %+v", ty)
	}
	if i, ok := c.ImageFamily("lab:one"); !ok || !i.In("lab") || i.In("cn-hangzhou") || i.BootMode != "BIOS" {
		t.Errorf("image: %+v", i)
	}
	mine := func(i *Image) bool { return i.Family == "lab:one" }
	if !slices.ContainsFunc(c.Images("lab"), mine) || slices.ContainsFunc(c.Images("cn-hangzhou"), mine) || len(c.Images("cn-hangzhou")) < 30 {
		t.Error("the lab's image must be in the lab only, ours everywhere")
	}
	if lo, _, _ := c.DiskLimits("cloud", "", true); lo != 10 {
		t.Errorf("the least basic system disk has %d GiB", lo)
	}
	// Ours is untouched.
	if ty, _ := load(t).Type("ecs.n1.small"); ty.MemoryMiB() != 2048 {
		t.Errorf("LoadFrom changed the embedded catalogue: %+v", ty)
	}
	if _, ok := load(t).Region("lab"); ok {
		t.Error("LoadFrom added to the embedded catalogue")
	}
}

func TestLoadFromEmptyFolder(t *testing.T) {
	c, err := LoadFrom(t.TempDir())
	if err != nil || len(c.Types()) != len(load(t).Types()) {
		t.Fatalf("%v", err)
	}
}

// Each mistake is refused, with the file, the line and what is wrong.
func TestLoadFromRefuses(t *testing.T) {
	const (
		regions  = "id\tcode\tprefix\tname_en\n"
		zones    = "id\tregion\tsales\n"
		families = "id\tlevel\tcategory\tgeneration\tio\tdisks\tarch\n"
		types    = "id\tfamily\tvcpu\tmemory\tbandwidth\tpps\tenis\tips\tdisks\tlocal_category\tburst\n"
		typesOK  = "id\tfamily\tvcpu\tmemory\tbandwidth\tpps\tenis\tips\tdisks\tlocal_category\n"
		images   = "id\tos_en\tos_type\tplatform\tarch\tsize\tcreated\tcloudinit\tregions\n"
		disks    = "category\tlevel\trole\tmin\tmax\n"
		sales    = "id\tfamilies\tdisks\n"
	)
	for _, w := range []struct{ file, text, want string }{
		{"regions.tsv", regions + "lab\t0\tlab\tLab\n", `:2: code is "0", wanted a whole number from 1 to 255`},
		{"regions.tsv", regions + "lab\t256\tlab\tLab\n", `:2: code is "256"`},
		{"regions.tsv", regions + "lab\t200\tLab\tLab\n", `:2: prefix is "Lab", wanted three characters`},
		{"regions.tsv", regions + "lab\t200\tlabo\tLab\n", `:2: prefix is "labo"`},
		{"regions.tsv", regions + "lab\t1\tlab\tLab\n", `:2: the code 1 of lab is that of cn-hangzhou`},
		{"regions.tsv", regions + "lab\t200\tbp1\tLab\n", `:2: the prefix bp1 of lab is that of cn-hangzhou`},
		{"regions.tsv", regions + "cn-hangzhou\t200\tbp1\tLab\n", `:2: cn-hangzhou has the code 1 and the prefix bp1 for good`},
		{"regions.tsv", regions + "lab\t200\tlab\t\n", `:2: name_en is empty`},
		{"regions.tsv", regions + "lab\t200\tlab\n", `:2: the row has 3 columns, the header 4`},
		{"regions.tsv", regions + "\n# note\nlab\t200\tlab\tLab\nlab\t200\tlab\tLab\n", `:5: lab is there already, in line 4`},
		{"regions.tsv", "id\tprefix\tname_en\n", `:1: the header lacks the column code`},
		{"regions.tsv", "", `:0: the file has no header line`},
		{"regions.tsv", "id\tid\tcode\tprefix\tname_en\n", `:1: the header names the column id twice`},
		{"regions.tsv", strings.Repeat("x\t", 30) + "\n", `:1: the row has more than 24 columns`},
		{"zones.tsv", zones + "lab-a\tlab\t\n", `:2: the region lab of the zone lab-a is not known`},
		{"zones.tsv", zones + "cn-hangzhou-x\tcn-hangzhou\tlab\n", `:2: the sales lab of the zone cn-hangzhou-x are not known`},
		{"families.tsv", families + "ecs.x\tBest\tShared\tecs-1\trequired\tcloud\tX86\n", `:2: level is "Best", wanted one of`},
		{"families.tsv", families + "ecs.x\tEntryLevel\tShared\tecs-1\trequired\tfloppy\tX86\n", `:2: disks names floppy, and there is no such disk category`},
		{"families.tsv", families + "ecs.x\tEntryLevel\tShared\tecs-1\trequired\t\tX86\n", `:2: disks is empty`},
		{"types.tsv", types, `:1: the header names a column "burst" that the file does not have`},
		{"types.tsv", typesOK + "x.large\tecs.n1\t1\t1\t1\t1\t1\t1\t1\t\n", `:2: id is "x.large", wanted a name that begins with ecs.`},
		{"types.tsv", typesOK + "ecs.x.large\tecs.x\t1\t1\t1\t1\t1\t1\t1\t\n", `:2: the family ecs.x of the type ecs.x.large is not known`},
		{"types.tsv", typesOK + "ecs.n1.x\tecs.n1\ttwo\t1\t1\t1\t1\t1\t1\t\n", `:2: vcpu is "two", wanted a whole number`},
		{"types.tsv", typesOK + "ecs.n1.x\tecs.n1\t1\tNaN\t1\t1\t1\t1\t1\t\n", `:2: memory is "NaN", wanted a number of at least 0.125`},
		{"types.tsv", typesOK + "ecs.n1.x\tecs.n1\t1\t0\t1\t1\t1\t1\t1\t\n", `:2: memory is "0"`},
		{"types.tsv", typesOK + "ecs.n1.x\tecs.n1\t1\t1\t1\t1\t1\t1\t1\tfloppy\n", `:2: local_category names floppy`},
		{"images.tsv", images + "a.vhd\tA\tlinux\tA\tx86_64\t20\tyesterday\t1\t*\n", `:2: created is "yesterday", wanted a time like`},
		{"images.tsv", images + "a.vhd\tA\tlinux\tA\tx86_64\t20\t2024-01-01T00:00:00Z\tyes\t*\n", `:2: cloudinit is "yes", wanted 0 or 1`},
		{"images.tsv", images + "a.vhd\tA\tlinux\tA\tx86_64\t20\t2024-01-01T00:00:00Z\t1\tlab\n", `:2: regions names lab, and there is no such region`},
		{"images.tsv", images + "a.vhd\tA\tdos\tA\tx86_64\t20\t2024-01-01T00:00:00Z\t1\t*\n", `:2: os_type is "dos"`},
		{"disks.tsv", disks + "cloud\t\tsystem\t20\t10\n", `:2: max is 10, less than min`},
		{"disks.tsv", disks + "cloud\t\tboot\t10\t20\n", `:2: role is "boot"`},
		{"sales.tsv", sales + "lab\tx9\tcloud\n", `:2: families names x9, and there is no family ecs.x9`},
		{"sales.tsv", sales + "lab\tn1\tfloppy\n", `:2: disks names floppy`},
		{"prices.tsv", "id\n", `prices.tsv: not a file of the catalogue`},
	} {
		dir := write(t, map[string]string{w.file: w.text})
		_, err := LoadFrom(dir)
		if err == nil {
			t.Errorf("%s with %q was taken", w.file, w.text)
			continue
		}
		if want := filepath.Join(dir, w.file); !strings.HasPrefix(err.Error(), want) || !strings.Contains(err.Error(), w.want) {
			t.Errorf("%s with %q: the error is\n%v\nwanted\n%s%s", w.file, w.text, err, want, w.want)
		}
	}
}

func TestLoadFromNoFolder(t *testing.T) {
	dir := write(t, map[string]string{"file": ""})
	for _, path := range []string{filepath.Join(dir, "nothing"), filepath.Join(dir, "file")} {
		if _, err := LoadFrom(path); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("LoadFrom(%s): %v", path, err)
		}
	}
}
