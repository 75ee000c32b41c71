package portrangelist_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

func create(s *actiontest.Service, params ...string) string {
	s.T.Helper()
	return actiontest.Call[api.CreatePortRangeListResponse](s, "CreatePortRangeList",
		append([]string{"MaxEntries", "3", "PortRangeListName", "web"}, params...)...).PortRangeListID
}

func entries(s *actiontest.Service, id string) string {
	s.T.Helper()
	var out []string
	for _, e := range actiontest.Call[api.DescribePortRangeListEntriesResponse](s, "DescribePortRangeListEntries", "PortRangeListId", id).Entries {
		out = append(out, e.PortRange+" "+e.Description)
	}
	return strings.Join(out, ",")
}

func TestPortRangeList(t *testing.T) {
	s := actiontest.Start(t)
	id := create(s, "Entry.1.PortRange", "80/80", "Entry.1.Description", "plain", "Entry.2.PortRange", "8000/8999", "ClientToken", "t", "Description", "of the web")
	if got := entries(s, id); got != "80/80 plain,8000/8999 " || !strings.HasPrefix(id, "prl-bp1") {
		t.Errorf("%s: %s", id, got)
	}
	for range 2 { // the token makes it happen once
		s.Do("ModifyPortRangeList", "PortRangeListId", id, "PortRangeListName", "sites", "RemoveEntry.1.PortRange", "80/80", "AddEntry.1.PortRange", "443/443", "ClientToken", "m")
	}
	if got := entries(s, id); got != "8000/8999 ,443/443 " {
		t.Error(got)
	}
	l := actiontest.Call[api.DescribePortRangeListsResponse](s, "DescribePortRangeLists", "PortRangeListId.1", id).PortRangeLists
	if len(l) != 1 || l[0].PortRangeListName != "sites" || l[0].Description != "of the web" || l[0].MaxEntries != 3 || l[0].CreationTime != "2026-08-09T05:00Z" {
		t.Errorf("%+v", l)
	}
}

// A list that a rule names is associated with the group and stays.
func TestAssociation(t *testing.T) {
	s := actiontest.Start(t)
	id, group := create(s), s.Network().Group
	key := s.Key(ecs.KindPortRangeList, id)
	actiontest.Edit(s, state.Groups, group, func(g *ecs.SecurityGroup) {
		g.Rules = append(g.Rules[:len(g.Rules):len(g.Rules)], ecs.Rule{ID: 1, Priority: 1, PortList: key})
	})
	a := actiontest.Call[api.DescribePortRangeListAssociationsResponse](s, "DescribePortRangeListAssociations", "PortRangeListId", id).PortRangeListAssociations
	if len(a) != 1 || a[0].ResourceID != group || a[0].ResourceType != "SecurityGroup" {
		t.Errorf("%+v", a)
	}
	s.Refuse(400, "InvalidPortRangeListId.AssociationExist", "", "DeletePortRangeList", "PortRangeListId", id)
	actiontest.Edit(s, state.Groups, group, func(g *ecs.SecurityGroup) { g.Rules = nil })
	s.Do("DeletePortRangeList", "PortRangeListId", id)
	s.Refuse(400, "InvalidPortRangeListId.NotFound", "", "DeletePortRangeList", "PortRangeListId", id)
}

func TestRefusals(t *testing.T) {
	s := actiontest.Start(t)
	id := create(s, "Entry.1.PortRange", "80/80")
	many := func(name string, n int) (out []string) {
		for i := range n {
			out = append(out, name+"."+strconv.Itoa(i+1)+".PortRange", strconv.Itoa(i+1)+"/65000")
		}
		return out
	}
	s.Refusals(t, "CreatePortRangeList", []string{"MaxEntries", "3", "PortRangeListName", "web"}, []actiontest.Refusal{
		{"no room", []string{"MaxEntries", "0"}, 400, "InvalidOperation.MaxEntriesCountExceed", ""},
		{"too much room", []string{"MaxEntries", "2001"}, 400, "InvalidOperation.MaxEntriesCountExceed", ""},
		{"name", []string{"PortRangeListName", "1"}, 400, "InvalidParameter.PortRangeListName", ""},
		{"description", []string{"Description", "x"}, 400, "InvalidDescription.Malformed", ""},
		{"reversed", []string{"Entry.1.PortRange", "81/80"}, 400, "InvalidParameter.PortRange", ""},
		{"no range", []string{"Entry.1.Description", "none"}, 400, "InvalidParameter.PortRange", ""},
		{"twice", []string{"Entry.1.PortRange", "80/80", "Entry.2.PortRange", "80/80"}, 400, "InvalidParameter.PortRangeDuplicated", ""},
		{"too many", many("Entry", 4), 400, "InvalidOperation.EntryCountExceedMaxEntries", ""},
		{"too many at once", many("Entry", 201), 400, "LimitExceed.Entry", ""},
		{"resource group", []string{"ResourceGroupId", "rg-x"}, 404, "InvalidResourceGroup.NotFound", ""},
		{"tag", []string{"Tag.1.Key", "acs:x"}, 400, "InvalidTagKey.Malformed", ""},
	})
	s.Refusals(t, "ModifyPortRangeList", []string{"PortRangeListId", id}, []actiontest.Refusal{
		{"name", []string{"PortRangeListName", "1"}, 400, "InvalidParameter.PortRangeListName", ""},
		{"unknown", []string{"PortRangeListId", "prl-x"}, 400, "InvalidPortRangeListId.NotFound", ""},
		{"added and removed", []string{"AddEntry.1.PortRange", "80/80", "RemoveEntry.1.PortRange", "80/80"}, 400, "InvalidParameter.PortRangeDuplicated", ""},
		{"too many", many("AddEntry", 3), 400, "LimitExceed.MaxEntries", ""},
		{"too many at once", many("RemoveEntry", 201), 400, "LimitExceed.Entry", ""},
	})
	if got := entries(s, id); got != "80/80 " {
		t.Errorf("a refused change changed the entries: %s", got)
	}
	s.As(s.Other).Refuse(400, "InvalidPortRangeListId.NotFound", "", "DescribePortRangeListEntries", "PortRangeListId", id)
	s.Refuse(400, "InvalidParameter", "", "DescribePortRangeLists", "MaxResults", "0")
	for range ecs.MaxPortRangeLists - 1 {
		create(s)
	}
	s.Refuse(400, "InvalidOperation.MaxCountExceed", "", "CreatePortRangeList", "MaxEntries", "3", "PortRangeListName", "web")
}
