package image_test

import (
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// TestDescribeImagesTogether: custom and system images are one listing, one's
// own first, and pages cut it anywhere.
func TestDescribeImagesTogether(t *testing.T) {
	s := start(t)
	system := actiontest.Call[api.DescribeImagesResponse](s, "DescribeImages").TotalCount
	first, instance := made(s, "ImageName", "first")
	second := create(s, "InstanceId", instance, "ImageName", "second")
	s.Settle()
	var ids []string
	for page := 1; page <= 2+system/7+1; page++ {
		out := actiontest.Call[api.DescribeImagesResponse](s, "DescribeImages", "PageSize", "7", "PageNumber", strconv.Itoa(page))
		if out.TotalCount != system+2 || out.PageNumber != page || out.PageSize != 7 {
			t.Fatalf("page %d: %d of %d", page, len(out.Images.Image), out.TotalCount)
		}
		for _, m := range out.Images.Image {
			ids = append(ids, m.ImageID)
		}
	}
	if len(ids) != system+2 || ids[0] != second || ids[1] != first {
		t.Errorf("%d images, the first %v", len(ids), ids[:2])
	}
	one := actiontest.Call[api.DescribeImagesResponse](s, "DescribeImages", "PageSize", "1", "PageNumber", "2")
	if one.TotalCount != system+2 || one.Images.Image[0].ImageID != first {
		t.Errorf("%+v", one)
	}
	mixed := actiontest.Call[api.DescribeImagesResponse](s, "DescribeImages", "ImageId", first+","+actiontest.Image+",m-none,"+first)
	if mixed.TotalCount != 2 || mixed.Images.Image[0].ImageID != first || mixed.Images.Image[1].ImageID != actiontest.Image {
		t.Errorf("%+v", mixed)
	}
	for alias, n := range map[string]int{"self": 2, "others": 0, "marketplace": 0, "system": system} {
		if got := actiontest.Call[api.DescribeImagesResponse](s, "DescribeImages", "ImageOwnerAlias", alias).TotalCount; got != n {
			t.Errorf("%s: %d, want %d", alias, got, n)
		}
	}
	if got := actiontest.Call[api.DescribeImagesResponse](s, "DescribeImages", "ImageId", first, "ImageOwnerAlias", "others").TotalCount; got != 0 {
		t.Errorf("%d", got)
	}
	if got := images(s.As(s.Other)); len(got) != 0 {
		t.Errorf("another account sees %+v", got)
	}
	if got := images(s.As(s.In("cn-beijing"))); len(got) != 0 {
		t.Errorf("another region has %+v", got)
	}
}

// TestDescribeImagesCustomFilters: each filter keeps the one image that it
// describes of two that differ in everything.
func TestDescribeImagesCustomFilters(t *testing.T) {
	s := start(t)
	a, instance := made(s, "ImageName", "alpha", "ImageFamily", "web", "Tag.1.Key", "env", "Tag.1.Value", "prod", "Tag.2.Key", "owner")
	s.Advance(2 * time.Hour)
	b := create(s, "InstanceId", instance, "ImageName", "beta", "ImageFamily", "db", "Architecture", "arm64", "Platform", "Windows Server 2019",
		"Tag.1.Key", "env", "Tag.1.Value", "test")
	s.Settle()
	actiontest.Edit(s, state.Images, b, func(r *ecs.Image) { r.Flags = r.Flags&^ecs.ImageCloudInit | ecs.ImageDeprecated })
	s.Do("CreateInstance", launch(s, a)...)
	s.Settle()
	snap := see(s, a).DiskDeviceMappings.DiskDeviceMapping[0].SnapshotID
	for _, c := range []struct {
		want   string
		params []string
	}{
		{a, []string{"ImageId", a}}, {a, []string{"ImageName", "alpha"}}, {b, []string{"ImageName", "b*a"}}, {a, []string{"ImageFamily", "web"}},
		{a, []string{"Tag.1.Key", "env", "Tag.1.Value", "prod"}}, {a, []string{"Tag.1.Key", "owner"}}, {a, []string{"Tag.1.Key", "env", "Tag.2.Key", "owner"}},
		{a, []string{"SnapshotId", snap}}, {a, []string{"Status", "Available"}}, {b, []string{"Status", "ALL", "ImageName", "beta"}}, {b, []string{"Status", "Deprecated,Creating"}},
		{a, []string{"Status", ""}}, {a, []string{"OSType", "linux"}}, {b, []string{"OSType", "windows"}}, {b, []string{"Architecture", "arm64"}},
		{a, []string{"Usage", "instance"}}, {b, []string{"Usage", "none"}}, {a, []string{"IsSupportCloudinit", "true"}}, {b, []string{"IsSupportCloudinit", "false"}},
		{a, []string{"InstanceType", actiontest.InstanceType}},
		{a, []string{"Filter.1.Key", "CreationEndTime", "Filter.1.Value", "2026-08-09T06:00Z"}},
		{b, []string{"Filter.1.Key", "CreationStartTime", "Filter.1.Value", "2026-08-09T06:00Z"}},
		{a, []string{"ImageId", a + "," + b, "Usage", "instance"}},
	} {
		got := images(s, c.params...)
		if len(got) != 1 || got[0].ImageID != c.want {
			t.Errorf("%v: %d images, want one", c.params, len(got))
		}
	}
	for _, none := range [][]string{
		{"Tag.1.Key", "env", "Tag.1.Value", "none"}, {"Tag.1.Key", "none"}, {"ImageFamily", "none"}, {"SnapshotId", "s-none"}, {"ResourceGroupId", "rg-none"},
		{"IsSupportIoOptimized", "false"}, {"ImageId", "m-none"}, {"ImageName", "alph"},
	} {
		if got := images(s, none...); len(got) != 0 {
			t.Errorf("%v: %d images", none, len(got))
		}
	}
	if got := images(s, "ActionType", "ChangeOS", "IsPublic", "false", "ShowExpired", "true", "IsSupportIoOptimized", "true", "Tag.1.Key", "env"); len(got) != 2 {
		t.Errorf("%d images", len(got))
	}
	if got := images(s, "ImageName", a); len(got) != 0 { // it has a name
		t.Errorf("%d images", len(got))
	}
}

// fill makes n images, each of a tag of its own and one of ten families.
func fill(s *actiontest.Service, n int) (ids []string) {
	s.T.Helper()
	id, _ := made(s)
	r := actiontest.Record(s, state.Images, id)
	region := s.Key(ecs.KindImage, id).Region()
	for at := 0; at < n; at += 5_000 {
		s.Update(func(tx *state.Tx) {
			for i := at; i < min(n, at+5_000); i++ {
				k, next := tx.NewKey(region), r
				next.Name, next.Family = fmt.Sprintf("image-%d", i), tx.Sym(fmt.Sprintf("family-%d", i%10))
				next.Tags = []ecs.Tag{{Key: tx.Sym("n"), Value: tx.Sym(strconv.Itoa(i))}}
				state.Images.Put(tx, k, &next)
				ids = append(ids, ecs.ID(ecs.KindImage, k))
			}
		})
	}
	return ids
}

// TestDescribeManyImages: what the indexes answer is what looking at all would.
func TestDescribeManyImages(t *testing.T) {
	s := start(t)
	ids := fill(s, 300)
	list := func(params ...string) *api.DescribeImagesResponse {
		return actiontest.Call[api.DescribeImagesResponse](s, "DescribeImages", append([]string{"ImageOwnerAlias", "self", "PageSize", "100"}, params...)...)
	}
	var seen []string
	for page := 1; page <= 4; page++ {
		out := list("PageNumber", strconv.Itoa(page))
		if out.TotalCount != 301 {
			t.Fatalf("%d images", out.TotalCount)
		}
		for _, m := range out.Images.Image {
			seen = append(seen, m.ImageID)
		}
	}
	slices.Reverse(seen)
	if len(seen) != 301 || !slices.Equal(seen[1:], ids) {
		t.Errorf("%d images in another order", len(seen))
	}
	if out := list("ImageFamily", "family-3"); out.TotalCount != 30 || len(out.Images.Image) != 30 {
		t.Errorf("%d", out.TotalCount)
	}
	for _, params := range [][]string{{"Tag.1.Key", "n", "Tag.1.Value", "7"}, {"ImageName", "image-7"}, {"ImageId", ids[7]}} {
		if out := list(params...); out.TotalCount != 1 || out.Images.Image[0].ImageID != ids[7] {
			t.Errorf("%v: %d", params, out.TotalCount)
		}
	}
	if out := list("Tag.1.Key", "n", "PageSize", "1", "PageNumber", "300"); out.TotalCount != 300 || out.Images.Image[0].ImageID != ids[0] {
		t.Errorf("%d", out.TotalCount)
	}
}

// BenchmarkDescribeImages looks for one image, and for a page, among 1,000 and
// among 100,000: the cost follows the page.
func BenchmarkDescribeImages(b *testing.B) {
	few := map[string]float64{}
	for _, n := range []int{1_000, 100_000} {
		s := actiontest.Start(b)
		ids := fill(s, n)
		for _, q := range []struct {
			name   string
			params []string
		}{
			{"id", []string{"ImageId", ids[500], "ImageOwnerAlias", "self"}},
			{"tag", []string{"Tag.1.Key", "n", "Tag.1.Value", "500", "ImageOwnerAlias", "self"}},
			{"name", []string{"ImageName", "image-500", "ImageOwnerAlias", "self"}},
			{"page", []string{"ImageOwnerAlias", "self"}},
		} {
			b.Run(q.name+"/"+strconv.Itoa(n), func(b *testing.B) {
				for b.Loop() {
					if _, err := s.Send("DescribeImages", q.params...); err != nil {
						b.Fatal(err)
					}
				}
				if each := float64(b.Elapsed()) / float64(b.N); n == 1_000 {
					few[q.name] = each
				} else if few[q.name] > 0 {
					b.ReportMetric(each/few[q.name], "of-1k")
				}
			})
		}
	}
}
