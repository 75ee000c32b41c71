// Package prefixlist is the actions on prefix lists, networks that security
// group rules name as one peer.
//
// Package service binds the package; it imports no other group.
package prefixlist

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

// Service is what the actions work on.
type Service struct {
	DB    *state.DB
	Pager *action.Pager
}

var actions = action.Set[Service]{Version: "2014-05-26"}

// Actions are the group's actions, bound to a service.
func (s *Service) Actions() action.Group { return actions.Bind(s) }

func account(r *ecs.PrefixList) uint64 { return r.Account }

// find finds a prefix list of the caller's, or answers 404
// InvalidPrefixListId.NotFound.
func find(c *action.Call, v state.View, id string) (ecs.Key, *ecs.PrefixList, error) {
	k, r, ok := network.PrefixList(v, c.Caller.Account, c.RegionCode(), id)
	if !ok {
		return 0, nil, api.Errorf(api.CodeInvalidPrefixListIdNotFound, "The specified prefix list was not found.")
	}
	return k, r, nil
}

// texts checks a name, and a description where there is one.
func texts(name, description string) error {
	if !ecs.ValidListName(name) {
		return api.Errorf(api.CodeInvalidParameterPrefixListName, "The parameter PrefixListName is not valid.")
	}
	if description != "" && !ecs.ValidDescription(description) {
		return api.Errorf(api.CodeInvalidDescriptionMalformed, "The specified Description is wrongly formed.")
	}
	return nil
}

// entry checks an entry and makes its network canonical.
func entry(cidr, description string, ipv6 bool) (ecs.PrefixEntry, error) {
	canonical, ok := ecs.CanonicalCIDR(cidr, ipv6)
	if !ok {
		return ecs.PrefixEntry{}, api.Errorf(api.CodeInvalidParameterCidrMalformed, "The specified CIDR block %q is not valid.", cidr)
	}
	if description != "" && !ecs.ValidEntryDescription(description) {
		return ecs.PrefixEntry{}, api.Errorf(api.CodeInvalidDescriptionMalformed, "The specified Description is wrongly formed.")
	}
	return ecs.PrefixEntry{CIDR: canonical, Description: description}, nil
}

func duplicated(cidr string) error {
	return api.Errorf(api.CodeInvalidParameterCidrDuplicated, "The specified CIDR block %q is duplicated.", cidr)
}

func tooMany() error {
	return api.Errorf(api.CodeLimitExceedMaxEntries, "The number of entries exceeds the MaxEntries of the specified prefix list.")
}

func tooManyAtOnce() error {
	return api.Errorf(api.CodeLimitExceedEntry, "The number of entries added or removed exceeds the limit.")
}

// page is a page of 10 rows unless MaxResults says otherwise, 1 to 100.
func (s *Service) page(c *action.Call, size *int, token string) (action.Page, error) {
	n := 10
	if size != nil {
		n = *size
	}
	if n < 1 || n > 100 {
		return action.Page{}, action.Invalid("MaxResults")
	}
	return s.Pager.Page(c, action.PageRequest{MaxResults: &n, NextToken: token, MinResults: 1, MaximumResults: 100})
}
