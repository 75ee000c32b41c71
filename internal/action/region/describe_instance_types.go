package region

import (
	"iter"
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
)

var _ = action.Handle(&actions, "DescribeInstanceTypes", (*Service).DescribeInstanceTypes)

// A page holds at most maxTypes types; a request may ask for up to
// documentedTypes, the limit of before November 2023, and gets maxTypes.
const (
	maxTypes        = 100
	documentedTypes = 1600
)

// DescribeInstanceTypes lists the instance types that pass all filters, in
// catalogue order, page by page. Unknown types and families find nothing; a
// value outside a documented set or range is 400 InvalidParameter.
func (s *Service) DescribeInstanceTypes(c *action.Call, in *api.DescribeInstanceTypesRequest) (*api.DescribeInstanceTypesResponse, error) {
	if len(in.AdditionalAttributes) > 0 {
		return nil, api.Errorf(api.CodeUnsupportedOperationNotImplemented,
			"The catalogue of this OpenECS service has no additional attributes: AdditionalAttributes is not supported.")
	}
	f, err := newTypeFilter(in)
	if err != nil {
		return nil, err
	}
	size := maxTypes
	if in.MaxResults != nil {
		if *in.MaxResults < 1 || *in.MaxResults > documentedTypes {
			return nil, api.Errorf(api.CodeInvalidParameterMaxResults, "The specified parameter MaxResults is not valid.")
		}
		size = min(int(*in.MaxResults), maxTypes)
	}
	out := &api.DescribeInstanceTypesResponse{}
	out.InstanceTypes.InstanceType, out.NextToken, err = s.pageOfTypes(c, size, in.NextToken, f.passes)
	if err != nil {
		return nil, err
	}
	return out, nil
}

// pageOfTypes is one page of the types that match, and the token of the next.
//
// A Pager continues below a key, newest row first; a type's key is therefore
// how many types the catalogue has from it to the end.
func (s *Service) pageOfTypes(c *action.Call, size int, token string, match func(*shownType) bool) ([]shownType, string, error) {
	page, err := s.Pager.Page(c, action.PageRequest{MaxResults: &size, NextToken: token, MinResults: 1, MaximumResults: maxTypes})
	if err != nil {
		return nil, "", err
	}
	types := s.types()
	seq := func(below ecs.Key) iter.Seq2[ecs.Key, *shownType] {
		first := 0
		if below > 0 {
			first = max(0, len(types)-int(below)+1) // a larger catalogue's token starts over
		}
		return func(yield func(ecs.Key, *shownType) bool) {
			for i := first; i < len(types); i++ {
				if !yield(ecs.Key(len(types)-i), &types[i]) {
					return
				}
			}
		}
	}
	rows, _, next := action.List(page, seq, func(_ ecs.Key, t *shownType) bool { return match(t) }, -1)
	list := make([]shownType, len(rows))
	for i, r := range rows {
		list[i] = *r.Record
	}
	return list, next, nil
}

// contains is the fuzzy match of GPU and processor models: a part of the name,
// whatever its case and spaces ("Intel Xeon(Ice Lake)" and "Intel Xeon (Ice
// Lake)" are both in use).
func contains(name, part string) bool {
	return strings.Contains(squeeze(name), squeeze(part))
}

func squeeze(s string) string { return strings.ToLower(strings.ReplaceAll(s, " ", "")) }
