package catalog

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func load(t testing.TB) *Catalog {
	t.Helper()
	c, err := Load()
	if err != nil {
		t.Fatalf("Load: %v", err)
	}
	return c
}

func TestCounts(t *testing.T) {
	c := load(t)
	for _, n := range []struct {
		what      string
		have, min int
	}{
		{"regions", len(c.Regions()), 20},
		{"zones", len(c.zones.rows), 60},
		{"families", len(c.Families()), 40},
		{"types", len(c.Types()), 250},
		{"images", len(c.images.rows), 30},
	} {
		t.Logf("%d %s", n.have, n.what)
		if n.have < n.min {
			t.Errorf("%d %s, wanted at least %d", n.have, n.what, n.min)
		}
	}
}

// The families programs and tutorials name must be there, each with types.
func TestPromisedFamilies(t *testing.T) {
	c := load(t)
	want := "t1 s1 s2 s3 m1 m2 c1 c2 n1 n2 e3 sn1 sn2 n4 mn4 xn4 e4 t5 t6 c5 c6 c7 c8i g5 g6 g7 g8i r5 r6 r7 r8i"
	for id := range strings.FieldsSeq(want) {
		f, ok := c.Family("ecs." + id)
		if !ok || len(f.Types()) == 0 {
			t.Errorf("ecs.%s: not there, or without types", id)
		}
	}
}

// What was read off the documentation by hand, to catch a shifted column.
func TestDocumentedTypes(t *testing.T) {
	c := load(t)
	for _, w := range []struct {
		id        string
		vcpu      int
		mem, gbit float64
		pps       int
		enis, ips int
	}{
		{"ecs.t5-lc2m1.nano", 1, 0.5, 0.1, 40e3, 2, 2},
		{"ecs.t5-lc1m1.small", 1, 1, 0.2, 60e3, 2, 2},
		{"ecs.t5-lc1m2.small", 1, 2, 0.2, 60e3, 2, 2},
		{"ecs.t6-c4m1.large", 2, 0.5, 0.08, 40e3, 2, 2},
		{"ecs.t6-c1m1.large", 2, 2, 0.08, 100e3, 2, 2},
		{"ecs.t6-c1m2.large", 2, 4, 0.08, 100e3, 2, 2},
		{"ecs.t6-c1m4.large", 2, 8, 0.08, 100e3, 2, 2},
		{"ecs.xn4.small", 1, 1, 0.5, 50e3, 2, 2},
		{"ecs.n4.small", 1, 2, 0.5, 50e3, 2, 2},
		{"ecs.mn4.small", 1, 4, 0.5, 50e3, 2, 2},
		{"ecs.e4.small", 1, 8, 0.5, 50e3, 2, 2},
		{"ecs.c6.large", 2, 4, 1, 300e3, 2, 6},
		{"ecs.g6.large", 2, 8, 1, 300e3, 2, 6},
		{"ecs.r6.large", 2, 16, 1, 300e3, 2, 6},
		{"ecs.g6.xlarge", 4, 16, 1.5, 500e3, 3, 10},
		{"ecs.c6.2xlarge", 8, 16, 2.5, 800e3, 4, 10},
		{"ecs.r6.8xlarge", 32, 256, 10, 2e6, 8, 20},
		{"ecs.g7.large", 2, 8, 2, 900e3, 3, 6},
		{"ecs.c7.xlarge", 4, 8, 3, 1e6, 4, 15},
		{"ecs.r7.4xlarge", 16, 128, 10, 3e6, 8, 30},
		{"ecs.gn6i-c4g1.xlarge", 4, 15, 4, 500e3, 2, 10},
		{"ecs.g8i.large", 2, 8, 2.5, 1e6, 3, 6},
		{"ecs.c8i.48xlarge", 192, 512, 100, 30e6, 15, 50},
	} {
		ty, ok := c.Type(w.id)
		if !ok {
			t.Errorf("%s is not there", w.id)
			continue
		}
		kbps := int(w.gbit*1024000 + 0.5)
		if ty.VCPU != w.vcpu || ty.MemoryGiB != w.mem || ty.BandwidthKbps != kbps || ty.PPS != w.pps || ty.ENIs != w.enis || ty.IPsPerENI != w.ips {
			t.Errorf("%s is %d vCPU %v GiB %d kbit/s %d pps %d ENIs %d addresses, wanted %+v",
				w.id, ty.VCPU, ty.MemoryGiB, ty.BandwidthKbps, ty.PPS, ty.ENIs, ty.IPsPerENI, w)
		}
	}
	// As the real service was recorded to answer.
	if g6, _ := c.Type("ecs.g6.large"); g6.Disks != 17 || g6.TotalQueues() != 4 || g6.Family.Level != "EnterpriseLevel" || g6.Family.Generation != "ecs-5" {
		t.Errorf("ecs.g6.large: %+v", g6)
	}
	if t4, _ := c.Type("ecs.gn6i-c4g1.xlarge"); t4.GPUs != 1 || t4.GPUSpec != "NVIDIA T4" || t4.GPUMemoryGiB != 16 {
		t.Errorf("ecs.gn6i-c4g1.xlarge: %+v", t4)
	}
	if i2, _ := c.Type("ecs.i2.xlarge"); i2.LocalDisks != 1 || i2.LocalDiskGiB != 894 || i2.LocalDiskCategory != "local_ssd_pro" {
		t.Errorf("ecs.i2.xlarge: %+v", i2)
	}
	if n1, _ := c.Type("ecs.n1.small"); n1.VCPU != 1 || n1.MemoryMiB() != 2048 {
		t.Errorf("ecs.n1.small: %+v", n1)
	}
	if s2, _ := c.Type("ecs.s2.large"); s2.VCPU != 2 || s2.MemoryMiB() != 4096 {
		t.Errorf("ecs.s2.large: %+v", s2)
	}
	if t5, _ := c.Type("ecs.t5-lc1m2.large"); t5.BaselineCredit != 40 || t5.InitialCredit != 60 || !t5.Family.Burstable {
		t.Errorf("ecs.t5-lc1m2.large: %+v", t5)
	}
}

func TestClassic(t *testing.T) {
	c := load(t)
	var regions, families []string
	for _, r := range c.Regions() {
		if r.Classic {
			regions = append(regions, r.ID)
		}
	}
	for _, f := range c.Families() {
		if f.Classic {
			families = append(families, strings.TrimPrefix(f.ID, "ecs."))
		}
	}
	slices.Sort(regions)
	slices.Sort(families)
	if got := strings.Join(regions, " "); got != "cn-beijing cn-hangzhou cn-hongkong cn-qingdao cn-shanghai cn-shenzhen" {
		t.Errorf("classic regions: %s", got)
	}
	if got := strings.Join(families, " "); got != "c1 c2 e3 m1 m2 n1 n2 s1 s2 s3 t1" {
		t.Errorf("classic families: %s", got)
	}
	for id, want := range map[string]IOSupport{"ecs.t1.small": IONone, "ecs.s2.small": IONone, "ecs.s2.large": IOOptional, "ecs.n1.small": IORequired, "ecs.g7.large": IORequired} {
		if ty, _ := c.Type(id); ty.IOOptimized != want {
			t.Errorf("%s: I/O optimized %s, wanted %s", id, ty.IOOptimized, want)
		}
	}
}

func TestRegions(t *testing.T) {
	c := load(t)
	for id, prefix := range map[string]string{
		"cn-hangzhou": "bp1", "cn-beijing": "2ze", "cn-shanghai": "uf6", "cn-shenzhen": "wz9", "cn-qingdao": "m5e", "cn-zhangjiakou": "8vb",
		"cn-huhehaote": "hp3", "cn-hongkong": "j6c", "ap-southeast-1": "t4n", "us-west-1": "rj9", "us-east-1": "0xi", "ap-southeast-2": "p0w",
		"ap-northeast-1": "6we", "eu-central-1": "gw8", "ap-south-1": "a2d", "me-east-1": "eb3", "ap-southeast-3": "8ps", "ap-southeast-5": "k1a", "eu-west-1": "d7o",
	} {
		r, ok := c.Region(id)
		if !ok || r.Prefix != prefix {
			t.Errorf("%s: %+v, wanted the prefix %s", id, r, prefix)
			continue
		}
		if back, ok := c.RegionByCode(r.Code); !ok || back != r {
			t.Errorf("the code %d of %s finds %+v", r.Code, id, back)
		}
		if z, ok := c.DefaultZone(id); !ok || z.Region != r {
			t.Errorf("%s: default zone %+v", id, z)
		}
	}
	if _, ok := c.RegionByCode(0); ok {
		t.Error("the code 0 must belong to no region")
	}
	if _, ok := c.Region("cn-nowhere"); ok {
		t.Error("cn-nowhere found")
	}
	if _, ok := c.DefaultZone("cn-nowhere"); ok || c.Zones("cn-nowhere") != nil || c.Images("cn-nowhere") != nil {
		t.Error("cn-nowhere has zones or images")
	}
}

// Codes and prefixes are in stored keys and in ids, so this list may only grow.
func TestRegionCodesStay(t *testing.T) {
	const golden = "cn-hangzhou=1:bp1 cn-beijing=2:2ze cn-shanghai=3:uf6 cn-shenzhen=4:wz9 cn-qingdao=5:m5e cn-hongkong=6:j6c " +
		"cn-zhangjiakou=7:8vb cn-huhehaote=8:hp3 cn-wulanchabu=9:0jl cn-heyuan=10:f8z cn-guangzhou=11:7xv cn-chengdu=12:2vc " +
		"cn-nanjing=13:gc7 cn-fuzhou=14:gw0 cn-wuhan-lr=15:n4a ap-southeast-1=20:t4n ap-southeast-2=21:p0w ap-southeast-3=22:8ps " +
		"ap-southeast-5=23:k1a ap-southeast-6=24:5ts ap-southeast-7=25:0jo ap-northeast-1=26:6we ap-northeast-2=27:mj7 ap-south-1=28:a2d " +
		"us-east-1=30:0xi us-west-1=31:rj9 eu-central-1=32:gw8 eu-west-1=33:d7o me-east-1=34:eb3 me-central-1=35:l4v"
	c := load(t)
	seen := 0
	for pair := range strings.FieldsSeq(golden) {
		id, want, _ := strings.Cut(pair, "=")
		r, ok := c.Region(id)
		if !ok {
			t.Errorf("the region %s is gone", id)
			continue
		}
		seen++
		if got := strconv.Itoa(int(r.Code)) + ":" + r.Prefix; got != want {
			t.Errorf("%s: code and prefix %s, must stay %s", id, got, want)
		}
	}
	if seen != len(c.Regions()) {
		t.Errorf("%d regions, %d of them here: add the new ones", len(c.Regions()), seen)
	}
}

func TestSales(t *testing.T) {
	c := load(t)
	for _, w := range []struct {
		typeID, zone string
		want         bool
	}{
		{"ecs.g7.large", "cn-hangzhou-h", true},
		{"ecs.g7.large", "cn-qingdao-b", false},
		{"ecs.n1.small", "cn-beijing-b", true},
		{"ecs.n1.small", "me-central-1a", true},
		{"ecs.s2.large", "cn-beijing-c", true},
		{"ecs.t1.small", "cn-shanghai-a", true},
		{"ecs.no.such", "cn-hangzhou-h", false},
		{"ecs.g7.large", "cn-hangzhou-q", false},
	} {
		if got := c.TypeInZone(w.typeID, w.zone); got != w.want {
			t.Errorf("TypeInZone(%s, %s) = %v", w.typeID, w.zone, got)
		}
	}
	sold := c.TypesIn("cn-hangzhou-h")
	if g7, _ := c.Type("ecs.g7.large"); !slices.Contains(sold, g7) || len(sold) == len(c.Types()) {
		t.Errorf("cn-hangzhou-h sells %d types of %d", len(sold), len(c.Types()))
	}
	if c.TypesIn("cn-hangzhou-q") != nil {
		t.Error("a zone that does not exist sells something")
	}
	for _, category := range []string{"cloud", "cloud_efficiency", "cloud_ssd", "cloud_essd", "cloud_auto", "cloud_essd_entry"} {
		if !c.DiskInZone(category, "cn-hangzhou-h") {
			t.Errorf("cn-hangzhou-h does not sell %s", category)
		}
	}
	if c.DiskInZone("cloud_gold", "cn-hangzhou-h") || c.DiskInZone("cloud_essd", "cn-hangzhou-q") {
		t.Error("a category or zone that does not exist is sold")
	}
	z, _ := c.Zone("cn-hangzhou-h")
	if got := z.DiskCategories(); !slices.Contains(got, "cloud_essd") || !slices.Contains(got, "local_ssd_pro") {
		t.Errorf("cn-hangzhou-h: disk categories %q", got)
	}
	if z.NameEN != "Hangzhou Zone H" || z.NameZH != "杭州 可用区H" {
		t.Errorf("cn-hangzhou-h: %q, %q", z.NameEN, z.NameZH)
	}
}

// Every type can be created somewhere, or its family is retired or unsold, and
// every zone sells something that takes each of the disks it sells.
func TestEveryZoneCanLaunch(t *testing.T) {
	c := load(t)
	for _, z := range c.zones.rows {
		for _, category := range []string{"cloud_efficiency", "cloud_ssd", "cloud_essd", "cloud_auto"} {
			if !slices.ContainsFunc(c.TypesIn(z.ID), func(t *Type) bool { return z.SellsDisk(category) && t.Family.TakesDisk(category) }) {
				t.Errorf("%s sells no type that takes %s", z.ID, category)
			}
		}
	}
}

func TestImages(t *testing.T) {
	c := load(t)
	i, ok := c.Image("ubuntu1404_64_40G_cloudinit_20160727.raw")
	if !ok || i.SizeGiB != 40 || i.OSType != "linux" || i.Platform != "Ubuntu" || !i.CloudInit || i.OwnerAlias() != "system" {
		t.Errorf("the tutorial's image: %+v", i)
	}
	if _, ok := c.Image("ubuntu1404"); ok {
		t.Error("an image that does not exist was found")
	}
	for name, want := range map[string]string{
		"acs:alibaba_cloud_linux_3_2104_lts_x64": "aliyun_3_x64_20G_alibase_20260828.vhd",
		"acs:ubuntu_22_04_x64":                   "ubuntu_22_04_x64_20G_alibase_20260723.vhd",
		"acs:centos_7_9_x64":                     "centos_7_9_x64_20G_alibase_20240711.vhd",
	} {
		if got, ok := c.ImageFamily(name); !ok || got.ID != want {
			t.Errorf("%s: %+v, wanted %s", name, got, want)
		}
	}
	if _, ok := c.ImageFamily(""); ok {
		t.Error("the empty image family has an image")
	}
	if al3 := c.NewestAlibabaCloudLinux3(); al3 == nil || al3.Architecture != "x86_64" || al3.BootMode == "UEFI" {
		t.Errorf("newest Alibaba Cloud Linux 3: %+v", al3)
	}
	list := c.Images("cn-hangzhou")
	if !slices.IsSortedFunc(list, func(a, b *Image) int { return b.CreatedAt.Compare(a.CreatedAt) }) {
		t.Error("images are not newest first")
	}
	platforms := map[string]int{}
	for _, i := range list {
		platforms[i.Platform]++
	}
	for _, p := range []string{"Aliyun", "Ubuntu", "CentOS", "CentOS Stream", "Debian", "Windows Server 2012", "Windows Server 2016", "Windows Server 2019", "Windows Server 2022", "Rocky Linux", "AlmaLinux", "Anolis", "OpenSUSE", "Fedora", "Freebsd", "SUSE"} {
		if platforms[p] == 0 {
			t.Errorf("no image of the platform %s", p)
		}
	}
}

func TestDiskLimits(t *testing.T) {
	c := load(t)
	for _, w := range []struct {
		category, level string
		system          bool
		min, max        int
		ok              bool
	}{
		{"cloud", "", true, 20, 500, true},
		{"cloud", "", false, 5, 2000, true},
		{"cloud_efficiency", "", true, 20, 2048, true},
		{"cloud_efficiency", "PL1", false, 20, 32768, true},
		{"cloud_ssd", "", false, 20, 32768, true},
		{"cloud_essd", "", false, 20, 65536, true},
		{"cloud_essd", "PL0", true, 1, 2048, true},
		{"cloud_essd", "PL2", false, 461, 65536, true},
		{"cloud_essd", "PL3", true, 1261, 2048, true},
		{"cloud_essd", "PL4", true, 0, 0, false},
		{"cloud_auto", "", false, 1, 65536, true},
		{"cloud_essd_entry", "", false, 10, 32768, true},
		{"floppy", "", false, 0, 0, false},
		{"local_ssd_pro", "", false, 0, 0, false},
	} {
		lo, hi, ok := c.DiskLimits(w.category, w.level, w.system)
		if lo != w.min || hi != w.max || ok != w.ok {
			t.Errorf("DiskLimits(%s, %q, %v) = %d, %d, %v", w.category, w.level, w.system, lo, hi, ok)
		}
	}
	for n, want := range map[int]string{0: "/dev/xvda", 1: "/dev/xvdb", 25: "/dev/xvdz", 26: "/dev/xvdaa", 27: "/dev/xvdab", 52: "/dev/xvdba", 64: "/dev/xvdbm"} {
		if got := DeviceName(n); got != want {
			t.Errorf("DeviceName(%d) = %s, wanted %s", n, got, want)
		}
	}
}

func TestNormalizeType(t *testing.T) {
	for in, want := range map[string]string{"n1.small": "ecs.n1.small", "ecs.n1.small": "ecs.n1.small", "": "", "t5-lc2m1.nano": "ecs.t5-lc2m1.nano"} {
		if got := NormalizeType(in); got != want {
			t.Errorf("NormalizeType(%q) = %q, wanted %q", in, got, want)
		}
	}
}

func TestLookupsDoNotAllocate(t *testing.T) {
	c := load(t)
	if n := testing.AllocsPerRun(100, func() {
		c.Type("ecs.g7.large")
		c.TypeInZone("ecs.g7.large", "cn-hangzhou-h")
		c.DiskInZone("cloud_essd", "cn-hangzhou-h")
		c.DiskLimits("cloud_essd", "PL1", true)
		c.ImageFamily(AlibabaCloudLinux3)
		c.Images("cn-hangzhou")
	}); n != 0 {
		t.Errorf("the look-ups allocate %v times", n)
	}
}

func BenchmarkBuild(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := build(nil, ""); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkTypeInZone(b *testing.B) {
	c := load(b)
	for b.Loop() {
		c.TypeInZone("ecs.g7.large", "cn-hangzhou-h")
	}
}

// write puts files into a new folder and returns it.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}
