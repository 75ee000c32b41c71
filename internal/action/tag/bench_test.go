package tag_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// BenchmarkListTagResources finds a page of 50 by a tag among many resources that
// have it: the cost follows the page.
func BenchmarkListTagResources(b *testing.B) {
	for _, n := range []int{1000, 100000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			s := actiontest.Start(b)
			for done := 0; done < n; done += 1000 {
				err := s.DB().Update(context.Background(), func(tx *state.Tx) error {
					tags := []ecs.Tag{{Key: tx.Sym("env"), Value: tx.Sym("test")}}
					for range 1000 {
						state.Groups.Put(tx, tx.NewKey(1), &ecs.SecurityGroup{Account: actiontest.Account, Tags: tags})
					}
					return nil
				})
				if err != nil {
					b.Fatal(err)
				}
			}
			in := &api.ListTagResourcesRequest{RegionID: "cn-hangzhou", ResourceType: "securitygroup", Tag: []api.Tag{{Key: "env", Value: "test"}}}
			for b.Loop() {
				out, err := s.Client.ListTagResources(context.Background(), in)
				if err != nil || len(out.TagResources.TagResource) != 50 || out.NextToken == "" {
					b.Fatal(out, err)
				}
			}
		})
	}
}
