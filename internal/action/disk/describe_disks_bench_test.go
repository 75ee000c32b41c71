package disk_test

import (
	"context"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/action/disk"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/auth"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// BenchmarkDescribeDisks asks for one disk by its identifier, and for a page of
// ten disks by a tag that a hundred have, among 1,000 disks and among 100,000: the
// ratio tells whether the cost follows the page or the table.
func BenchmarkDescribeDisks(b *testing.B) {
	few, many := among(b, 1_000), among(b, 100_000)
	for _, by := range []struct {
		name string
		of   func(*crowd) *api.DescribeDisksRequest
		rows int
	}{
		{"id", func(c *crowd) *api.DescribeDisksRequest {
			return &api.DescribeDisksRequest{DiskIDs: `["` + c.id + `"]`}
		}, 1},
		{"tag", func(*crowd) *api.DescribeDisksRequest {
			return &api.DescribeDisksRequest{Tag: []api.Tag{{Key: "k", Value: "v"}}}
		}, 10},
	} {
		var base float64
		for _, c := range []*crowd{few, many} {
			in := by.of(c)
			b.Run(by.name+"/"+itoa(c.n), func(b *testing.B) {
				for b.Loop() {
					out, err := c.svc.DescribeDisks(c.call, in)
					if err != nil || len(out.Disks.Disk) != by.rows {
						b.Fatalf("%v, %v", out, err)
					}
				}
				cost := float64(b.Elapsed()) / float64(b.N)
				if c == few {
					base = cost
				}
				b.ReportMetric(cost/base, "of-1k")
			})
		}
	}
}

// crowd is a service with many disks.
type crowd struct {
	svc  *disk.Service
	call *action.Call
	id   string // of one in the middle
	n    int
}

func among(b *testing.B, n int) *crowd {
	b.Helper()
	s := actiontest.Start(b)
	region, _ := s.Catalog.Region("cn-hangzhou")
	c := &crowd{
		n:    n,
		svc:  &disk.Service{DB: s.DB(), Catalog: s.Catalog, Pager: action.NewPager([]byte("secret"))},
		call: &action.Call{Context: context.Background(), Params: new(api.Params), Caller: auth.Identity{Account: actiontest.Account}, Now: s.Clock.Now(), Region: region},
	}
	c.call.Info, _ = api.Lookup("2014-05-26", "DescribeDisks")
	for done := 0; done < n; {
		s.Update(func(tx *state.Tx) {
			for range min(1_000, n-done) {
				k := tx.NewKey(region.Code)
				d := &ecs.Disk{
					Account: actiontest.Account, Zone: tx.Sym(actiontest.Zone), Category: tx.Sym("cloud_essd"), Performance: tx.Sym("PL1"), Size: 20, Created: tx.Now().Unix(),
				}
				if done%(n/100) == 0 {
					d.Tags = []ecs.Tag{{Key: tx.Sym("k"), Value: tx.Sym("v")}}
				}
				if done == n/2 {
					c.id = ecs.ID(ecs.KindDisk, k)
				}
				state.Disks.Put(tx, k, d)
				done++
			}
		})
	}
	return c
}
