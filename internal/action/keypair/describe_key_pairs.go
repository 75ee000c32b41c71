package keypair

import (
	"iter"
	"path"
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DescribeKeyPairs", (*Service).DescribeKeyPairs)

// DescribeKeyPairs lists an account's key pairs in a region, newest first. A
// filter that nothing fits gives an empty list.
func (s *Service) DescribeKeyPairs(c *action.Call, in *api.DescribeKeyPairsRequest) (*api.DescribeKeyPairsResponse, error) {
	snap := s.DB.Snapshot()
	page, err := s.Pager.Page(c, action.PageRequest{PageNumber: in.PageNumber, PageSize: in.PageSize, DefaultSize: 10, MaxSize: 50})
	if err != nil {
		return nil, err
	}
	f, err := newFilter(c, snap, in)
	if err != nil {
		return nil, err
	}
	rows, total, _ := action.List(page, func(below ecs.Key) iter.Seq2[ecs.Key, *ecs.KeyPair] {
		return f.index.Descend(snap, f.key, below)
	}, f.match, -1)
	out := &api.DescribeKeyPairsResponse{PageNumber: page.Number, PageSize: page.Size, TotalCount: total}
	out.KeyPairs.KeyPair = make([]api.DescribeKeyPairsKeyPair, len(rows))
	for i, r := range rows {
		o := &out.KeyPairs.KeyPair[i]
		o.KeyPairName, o.KeyPairFingerPrint, o.CreationTime = r.Record.Name, r.Record.Fingerprint, ecs.Minute(r.Record.Created)
		o.ResourceGroupID = snap.Str(r.Record.ResourceGroup)
		if action.Flag(in.IncludePublicKey) {
			o.PublicKey = r.Record.PublicKey
		}
		o.Tags.Tag = tag.Show(snap, r.Record.Tags)
	}
	return out, nil
}

// filter is where to look for key pairs, and which of those found are asked
// for.
type filter struct {
	index *state.Index[ecs.KeyPair]
	key   uint64
	match func(ecs.Key, *ecs.KeyPair) bool
}

func newFilter(c *action.Call, v state.View, in *api.DescribeKeyPairsRequest) (*filter, error) {
	if err := tag.CheckFilter(in.Tag); err != nil {
		return nil, err
	}
	account, region := c.Caller.Account, c.RegionCode()
	tags := tag.NewFilter(v, in.Tag)
	group := resource.NewGroupFilter(v, account, in.ResourceGroupID)
	f := &filter{index: state.KeyPairsByAccount, key: state.Scope(account, region)}
	if key, ok := tags.Key(account, region); ok {
		f.index, f.key = state.KeyPairsByTag, key
	}
	if in.KeyPairName != "" && !strings.Contains(in.KeyPairName, "*") {
		f.index, f.key = state.KeyPairsByName, state.Within(account, region, state.Hash(in.KeyPairName))
	}
	f.match = func(k ecs.Key, r *ecs.KeyPair) bool {
		return r.Account == account && k.Region() == region &&
			(in.KeyPairName == "" || named(in.KeyPairName, r.Name)) &&
			(in.KeyPairFingerPrint == "" || r.Fingerprint == in.KeyPairFingerPrint) &&
			group.Match(r.ResourceGroup) &&
			tags.Match(r.Tags)
	}
	return f, nil
}

// named reports whether a name fits a pattern, in which an asterisk stands for
// any text. Names hold nothing else that path.Match takes for special.
func named(pattern, name string) bool {
	ok, err := path.Match(strings.NewReplacer(`\`, `\\`, `?`, `\?`, `[`, `\[`).Replace(pattern), name)
	return ok && err == nil
}
