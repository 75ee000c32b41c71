package image_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/catalog"
)

type shown = api.DescribeImagesImage

// list calls the action, in cn-beijing unless told.
func list(t testing.TB, params ...string) (*api.DescribeImagesResponse, error) {
	t.Helper()
	return actiontest.Try[api.DescribeImagesResponse](actiontest.Start(t), "DescribeImages", append([]string{"RegionId", "cn-beijing"}, params...)...)
}

// every is all images that pass, page by page.
func every(t testing.TB, params ...string) (all []shown) {
	t.Helper()
	for page := 1; ; page++ {
		out, err := list(t, append([]string{"PageSize", "100", "PageNumber", strconv.Itoa(page)}, params...)...)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, out.Images.Image...)
		if len(all) >= out.TotalCount {
			return all
		}
	}
}

const tutorial = "ubuntu1404_64_40G_cloudinit_20160727.raw"

func TestDescribeImagesFields(t *testing.T) {
	all := every(t, "ImageId", tutorial)
	if len(all) != 1 {
		t.Fatalf("%d images", len(all))
	}
	m := all[0]
	if m.ImageName != tutorial || m.ImageOwnerAlias != "system" || m.OSName != "Ubuntu  14.04 64位" || m.OSNameEn != "Ubuntu  14.04 64 bit" ||
		m.OSType != "linux" || m.Platform != "Ubuntu" || m.Architecture != "x86_64" || m.Size != 40 || m.CreationTime != "2016-07-27T00:00:00Z" ||
		!m.IsPublic || !m.IsSupportCloudinit || !m.IsSupportIOOptimized || m.Status != "Available" || m.Progress != "100%" || m.Usage != "instance" ||
		m.BootMode != "BIOS" || m.Features.NvmeSupport != "unsupported" || m.ImageFamily != "acs:ubuntu_14_04_x64" {
		t.Errorf("%+v", m)
	}
}

// Each filter must keep some images and drop others, and keep only what it says.
func TestDescribeImagesFilters(t *testing.T) {
	all := every(t)
	for _, c := range []struct {
		params []string
		keeps  func(*shown) bool
	}{
		{[]string{"ImageId", tutorial + ", m-none"}, func(m *shown) bool { return m.ImageID == tutorial }},
		{[]string{"ImageName", "*ubuntu*"}, func(m *shown) bool { return strings.Contains(m.ImageName, "ubuntu") }},
		{[]string{"ImageName", "aliyun_3_*.vhd"}, func(m *shown) bool {
			return strings.HasPrefix(m.ImageName, "aliyun_3_") && strings.HasSuffix(m.ImageName, ".vhd")
		}},
		{[]string{"ImageName", tutorial}, func(m *shown) bool { return m.ImageName == tutorial }},
		{[]string{"ImageFamily", catalog.AlibabaCloudLinux3}, func(m *shown) bool { return m.ImageFamily == catalog.AlibabaCloudLinux3 }},
		{[]string{"OSType", "windows"}, func(m *shown) bool { return m.OSType == "windows" }},
		{[]string{"Architecture", "arm64"}, func(m *shown) bool { return m.Architecture == "arm64" }},
		{[]string{"InstanceType", "ecs.t1.small"}, func(m *shown) bool { return m.Architecture != "arm64" }},
		{[]string{"InstanceType", "ecs.g6r.large"}, func(m *shown) bool { return m.Architecture == "arm64" }},
		{[]string{"Filter.1.Key", "CreationStartTime", "Filter.1.Value", "2022-01-01T00:00Z"}, func(m *shown) bool { return m.CreationTime >= "2022-01-01" }},
		{[]string{"Filter.1.Key", "CreationEndTime", "Filter.1.Value", "2022-01-01T00:00Z"}, func(m *shown) bool { return m.CreationTime <= "2022-01-01T00:00:00Z" }},
	} {
		t.Run(strings.Join(c.params, " "), func(t *testing.T) {
			if c.params[1] == "ecs.g6r.large" {
				if cat, _ := catalog.Load(); cat != nil {
					if _, ok := cat.Type("ecs.g6r.large"); !ok {
						c.params[1] = armType(t, cat)
					}
				}
			}
			want := 0
			for i := range all {
				if c.keeps(&all[i]) {
					want++
				}
			}
			got := every(t, c.params...)
			for i := range got {
				if !c.keeps(&got[i]) {
					t.Errorf("%s passed", got[i].ImageID)
				}
			}
			if len(got) != want || want == 0 || want == len(all) {
				t.Errorf("%d images, wanted %d of %d", len(got), want, len(all))
			}
		})
	}
}

func armType(t *testing.T, cat *catalog.Catalog) string {
	for _, typ := range cat.Types() {
		if typ.Family.Architecture == "ARM" {
			return typ.ID
		}
	}
	t.Fatal("the catalogue has no ARM type")
	return ""
}

// Filters that all system images pass, and those that none does.
func TestDescribeImagesAllOrNone(t *testing.T) {
	all := len(every(t))
	for _, c := range []struct {
		want   int
		params []string
	}{
		{all, []string{"ImageOwnerAlias", "system"}},
		{all, []string{"IsPublic", "False"}},
		{all, []string{"IsSupportCloudinit", "True", "IsSupportIoOptimized", "true"}},
		{all, []string{"Status", "Available,Deprecated"}},
		{all, []string{"ActionType", "CreateEcs"}},
		{all, []string{"Usage", "instance"}},
		{all, []string{"ShowExpired", "true"}},
		{all, []string{"Filter.1.Key", "NetworkType", "Filter.1.Value", "classic"}},
		{all, []string{"ImageName", "*"}},
		{0, []string{"ImageOwnerAlias", "self"}},
		{0, []string{"ImageOwnerAlias", "others"}},
		{0, []string{"ImageOwnerAlias", "others", "IsPublic", "true"}},
		{0, []string{"ImageOwnerAlias", "marketplace"}},
		{0, []string{"ImageOwnerAlias", "others", "ImageOwnerId", "1234567890"}},
		{0, []string{"ImageId", "m-bp1g7004ksh0oeuc0000"}},
		{0, []string{"ImageName", "ubuntu"}},
		{0, []string{"ImageFamily", "none"}},
		{0, []string{"IsSupportCloudinit", "false"}},
		{0, []string{"IsSupportIoOptimized", "false"}},
		{0, []string{"Status", "Creating"}},
		{0, []string{"Usage", "none"}},
		{0, []string{"SnapshotId", "s-bp17ot2q7x72ggtw0000"}},
		{0, []string{"ResourceGroupId", "rg-bp67acfmxazb4p0000"}},
		{0, []string{"Tag.1.Key", "team"}},
		{0, []string{"Architecture", "i386"}},
	} {
		if got := len(every(t, c.params...)); got != c.want {
			t.Errorf("%v: %d images, wanted %d", c.params, got, c.want)
		}
	}
}

func TestDescribeImagesPages(t *testing.T) {
	all := every(t)
	var paged []shown
	for page := 1; ; page++ {
		out, err := list(t, "PageSize", "7", "PageNumber", strconv.Itoa(page))
		if err != nil {
			t.Fatal(err)
		}
		if out.TotalCount != len(all) || out.PageNumber != page || out.PageSize != 7 || out.RegionID != "cn-beijing" {
			t.Fatalf("%d %d %d", out.TotalCount, out.PageNumber, out.PageSize)
		}
		if len(out.Images.Image) == 0 {
			break
		}
		paged = append(paged, out.Images.Image...)
	}
	if len(paged) != len(all) {
		t.Fatalf("%d of %d", len(paged), len(all))
	}
	for i := range paged {
		if paged[i].ImageID != all[i].ImageID || i > 0 && paged[i].CreationTime > paged[i-1].CreationTime {
			t.Errorf("%d: %s", i, paged[i].ImageID)
		}
	}
	if out, err := list(t); err != nil || len(out.Images.Image) != 10 || out.PageSize != 10 {
		t.Errorf("a page is 10 images by default: %v", err)
	}
	if out, err := list(t, "PageNumber", "2147483647", "PageSize", "100"); err != nil || len(out.Images.Image) != 0 {
		t.Errorf("the last page there can be: %v", err)
	}
}

func TestDescribeImagesRefusals(t *testing.T) {
	var tags []string
	for i := range 21 {
		tags = append(tags, "Tag."+strconv.Itoa(i+1)+".Key", "k"+strconv.Itoa(i))
	}
	actiontest.Start(t).Refusals(t, "DescribeImages", []string{"RegionId", "cn-beijing"}, []actiontest.Refusal{
		{"empty region", []string{"RegionId", ""}, 400, "MissingParameter", ""},
		{"unknown region", []string{"RegionId", "cn-nowhere"}, 404, "InvalidRegionId.NotFound", ""},
		{"PageNumber 0", []string{"PageNumber", "0"}, 400, "InvalidParameter", ""},
		{"PageSize 0", []string{"PageSize", "0"}, 400, "InvalidParameter", ""},
		{"PageSize 101", []string{"PageSize", "101"}, 400, "InvalidParameter", ""},
		{"PageSize abc", []string{"PageSize", "abc"}, 400, "InvalidParameter", ""},
		{"owner", []string{"ImageOwnerAlias", "me"}, 400, "InvalidImageOwnerAlias.ValueNotSupported", ""},
		{"public without others", []string{"IsPublic", "true"}, 400, "InvalidImageOwnerAlias.PublicImageUnsupported", ""},
		{"owner id of system images", []string{"ImageOwnerAlias", "system", "ImageOwnerId", "1"}, 400, "InvalidOperation.ImageOwnerIdUnsupported", ""},
		{"instance type", []string{"InstanceType", "ecs.none.large"}, 400, "InvalidInstanceType.ValueNotSupported", ""},
		{"architecture", []string{"Architecture", "mips"}, 404, "InvalidArchitecture", ""},
		{"OS type", []string{"OSType", "plan9"}, 404, "InvalidOSType", ""},
		{"usage", []string{"Usage", "some"}, 404, "InvalidUsage", ""},
		{"status", []string{"Status", "Available,Lost"}, 404, "InvalidStatus.NotFound", ""},
		{"action type", []string{"ActionType", "Look"}, 400, "InvalidParamter", ""},
		{"101 ids", []string{"ImageId", strings.Repeat("a,", 100) + "a"}, 400, "InvalidParamter", ""},
		{"filter key", []string{"Filter.1.Key", "Colour", "Filter.1.Value", "red"}, 404, "InvalidFilterKey.NotFound", ""},
		{"filter value without a key", []string{"Filter.1.Value", "red"}, 404, "InvalidFilterKey.NotFound", ""},
		{"filter time", []string{"Filter.1.Key", "CreationStartTime", "Filter.1.Value", "yesterday"}, 404, "InvalidFilterValue", ""},
		{"filter network", []string{"Filter.1.Key", "NetworkType", "Filter.1.Value", "lan"}, 400, "InvalidFilterValue.NetworkType", ""},
		{"21 tags", tags, 400, "InvalidTagCount", ""},
		{"tag value without a key", []string{"Tag.1.Value", "v"}, 400, "InvalidTag.Mismatch", ""},
		{"good dry run", []string{"DryRun", "true"}, 400, "DryRunOperation", ""},
		{"bad dry run", []string{"DryRun", "true", "Usage", "some"}, 404, "InvalidUsage", ""},
	})
}
