// Package portrangelist is the actions on port-range lists, which security group
// rules name instead of one range of ports.
//
// Package service binds the package; it imports no other group.
package portrangelist

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

func account(r *ecs.PortRangeList) uint64 { return r.Account }

// find finds a port-range list of the caller's, or answers 400
// InvalidPortRangeListId.NotFound.
func find(c *action.Call, v state.View, id string) (ecs.Key, *ecs.PortRangeList, error) {
	k, r, ok := network.PortRangeList(v, c.Caller.Account, c.RegionCode(), id)
	if !ok {
		return 0, nil, api.Errorf(api.CodeInvalidPortRangeListIdNotFound, "The specified port range list was not found.")
	}
	return k, r, nil
}

// texts checks a name, and a description where there is one.
func texts(name, description string) error {
	if !ecs.ValidListName(name) {
		return api.Errorf(api.CodeInvalidParameterPortRangeListName, "The specified parameter PortRangeListName is not valid.")
	}
	if description != "" && !ecs.ValidDescription(description) {
		return api.Errorf(api.CodeInvalidDescriptionMalformed, "The specifid Description is not valid.")
	}
	return nil
}

// entry checks an entry.
func entry(ports, description string) (ecs.PortEntry, error) {
	from, to, ok := ecs.ParsePortRange(ports)
	if !ok {
		return ecs.PortEntry{}, api.Errorf(api.CodeInvalidParameterPortRange, "The specified parameter PortRange is not valid. It should be two integers less than 65535 in specified format.")
	}
	if description != "" && !ecs.ValidEntryDescription(description) {
		return ecs.PortEntry{}, api.Errorf(api.CodeInvalidDescriptionMalformed, "The specifid Description is not valid.")
	}
	return ecs.PortEntry{From: from, To: to, Description: description}, nil
}

func duplicated() error {
	return api.Errorf(api.CodeInvalidParameterPortRangeDuplicated, "The specified PortRange is duplicated.")
}

func same(a, b ecs.PortEntry) bool { return a.From == b.From && a.To == b.To }

func tooMany() error {
	return api.Errorf(api.CodeLimitExceedMaxEntries, "The number of entries exceeds the MaxEntries of the specified PortRangeList.")
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

// maxEntries is how many entries one request may add, and how many remove.
const maxEntries = 200
