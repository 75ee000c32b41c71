package prefixlist_test

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
	return actiontest.Call[api.CreatePrefixListResponse](s, "CreatePrefixList",
		append([]string{"AddressFamily", "IPv4", "MaxEntries", "3", "PrefixListName", "office"}, params...)...).PrefixListID
}

func entries(s *actiontest.Service, id string) string {
	s.T.Helper()
	var out []string
	for _, e := range actiontest.Call[api.DescribePrefixListAttributesResponse](s, "DescribePrefixListAttributes", "PrefixListId", id).Entries.Entry {
		out = append(out, e.Cidr+" "+e.Description)
	}
	return strings.Join(out, ",")
}

func TestPrefixList(t *testing.T) {
	s := actiontest.Start(t)
	params := []string{"Description", "where we sit", "Entry.1.Cidr", "10.0.0.0/8", "Entry.1.Description", "inner", "Entry.2.Cidr", "192.0.2.7",
		"Tag.1.Key", "k", "Tag.1.Value", "v", "ClientToken", "t"}
	id := create(s, params...)
	if again := create(s, params...); again != id {
		t.Errorf("the token made another: %s, %s", id, again)
	}
	if got := entries(s, id); got != "10.0.0.0/8 inner,192.0.2.7/32 " || !strings.HasPrefix(id, "pl-bp1") {
		t.Errorf("%s: %s", id, got)
	}
	l := actiontest.Call[api.DescribePrefixListsResponse](s, "DescribePrefixLists", "PrefixListId.1", id).PrefixLists.PrefixList
	if len(l) != 1 || l[0].PrefixListName != "office" || l[0].Description != "where we sit" || l[0].MaxEntries != 3 || l[0].AddressFamily != "IPv4" ||
		l[0].CreationTime != "2026-08-09T05:00Z" || l[0].AssociationCount != 0 || len(l[0].Tags.Tag) != 1 {
		t.Errorf("%+v", l)
	}
	if got := entries(s, create(s, "AddressFamily", "IPv6", "Entry.1.Cidr", "2001:0DB8:0:0::/32")); got != "2001:db8::/32 " {
		t.Errorf("an IPv6 network is not made canonical: %s", got)
	}

	s.Do("ModifyPrefixList", "PrefixListId", id, "PrefixListName", "offices", "Description", "all of them",
		"RemoveEntry.1.Cidr", "192.0.2.7/32", "RemoveEntry.2.Cidr", "192.0.2.8/32", "AddEntry.1.Cidr", "10.0.0.0/8", "AddEntry.1.Description", "changed", "AddEntry.2.Cidr", "198.51.100.0/24")
	if got := entries(s, id); got != "10.0.0.0/8 changed,198.51.100.0/24 " {
		t.Error(got)
	}
	if l := actiontest.Call[api.DescribePrefixListsResponse](s, "DescribePrefixLists", "PrefixListName", "offices").PrefixLists.PrefixList; len(l) != 1 || l[0].Description != "all of them" {
		t.Errorf("%+v", l)
	}

	s.Do("TagResources", "ResourceType", "prefixlist", "ResourceId.1", id, "Tag.1.Key", "more", "Tag.1.Value", "x")
	if l := actiontest.Call[api.DescribePrefixListsResponse](s, "DescribePrefixLists", "Tag.1.Key", "more").PrefixLists.PrefixList; len(l) != 1 || l[0].PrefixListID != id {
		t.Errorf("not found by its tag: %+v", l)
	}
}

// A list that a rule names is associated with the group and stays.
func TestAssociation(t *testing.T) {
	s := actiontest.Start(t)
	id, group := create(s), s.Network().Group
	key := s.Key(ecs.KindPrefixList, id)
	actiontest.Edit(s, state.Groups, group, func(g *ecs.SecurityGroup) {
		g.Rules = append(g.Rules[:len(g.Rules):len(g.Rules)], ecs.Rule{ID: 1, Priority: 1, PrefixList: key}, ecs.Rule{ID: 2, Priority: 2, PrefixList: key})
	})
	a := actiontest.Call[api.DescribePrefixListAssociationsResponse](s, "DescribePrefixListAssociations", "PrefixListId", id).PrefixListAssociations.PrefixListAssociation
	if len(a) != 1 || a[0].ResourceID != group || a[0].ResourceType != "securitygroup" {
		t.Errorf("%+v", a)
	}
	if l := actiontest.Call[api.DescribePrefixListsResponse](s, "DescribePrefixLists").PrefixLists.PrefixList; l[0].AssociationCount != 1 {
		t.Errorf("%+v", l)
	}
	s.Refuse(400, "NotAllowed.AssociationExist", "The specified prefix list has associated resources.", "DeletePrefixList", "PrefixListId", id)
	actiontest.Edit(s, state.Groups, group, func(g *ecs.SecurityGroup) { g.Rules = nil })
	s.Do("DeletePrefixList", "PrefixListId", id)
	s.Refuse(404, "InvalidPrefixListId.NotFound", "", "DeletePrefixList", "PrefixListId", id)
}

func TestRefusals(t *testing.T) {
	s := actiontest.Start(t)
	id := create(s, "Entry.1.Cidr", "10.0.0.0/8")
	many := func(name string, n int) (out []string) {
		for i := range n {
			out = append(out, name+"."+strconv.Itoa(i+1)+".Cidr", "10.0.0."+strconv.Itoa(i))
		}
		return out
	}
	s.Refusals(t, "CreatePrefixList", []string{"AddressFamily", "IPv4", "MaxEntries", "3", "PrefixListName", "office"}, []actiontest.Refusal{
		{"family", []string{"AddressFamily", "ipv4"}, 400, "InvalidParameter.AddressFamily", "The parameter AddressFamily should be IPv4 or IPv6."},
		{"no room", []string{"MaxEntries", "0"}, 400, "InvalidParameter", ""},
		{"too much room", []string{"MaxEntries", "201"}, 400, "InvalidParameter", ""},
		{"name empty", []string{"PrefixListName", ""}, 400, api.CodeMissingParameter, ""},
		{"name of the service's own", []string{"PrefixListName", "com.aliyun.x"}, 400, "InvalidParameter.PrefixListName", ""},
		{"name", []string{"PrefixListName", "1"}, 400, "InvalidParameter.PrefixListName", ""},
		{"description", []string{"Description", "x"}, 400, "InvalidDescription.Malformed", ""},
		{"description of an entry", []string{"Entry.1.Cidr", "10.0.0.0/8", "Entry.1.Description", strings.Repeat("x", 33)}, 400, "InvalidDescription.Malformed", ""},
		{"host bits", []string{"Entry.1.Cidr", "10.0.0.1/8"}, 400, "InvalidParameter.CidrMalformed", ""},
		{"no network", []string{"Entry.1.Cidr", "x"}, 400, "InvalidParameter.CidrMalformed", ""},
		{"other family", []string{"Entry.1.Cidr", "2001:db8::/32"}, 400, "InvalidParameter.CidrMalformed", ""},
		{"mapped", []string{"AddressFamily", "IPv6", "Entry.1.Cidr", "::ffff:10.0.0.1"}, 400, "InvalidParameter.CidrMalformed", ""},
		{"twice", []string{"Entry.1.Cidr", "10.0.0.1/32", "Entry.2.Cidr", "10.0.0.1"}, 400, "InvalidParameter.CidrDuplicated", ""},
		{"too many", many("Entry", 4), 400, "LimitExceed.MaxEntries", ""},
		{"too many at once", many("Entry", 201), 400, "LimitExceed.Entry", ""},
		{"resource group", []string{"ResourceGroupId", "rg-x"}, 404, "InvalidResourceGroup.NotFound", ""},
		{"tag", []string{"Tag.1.Key", "acs:x"}, 400, "InvalidTagKey.Malformed", ""},
		{"token", []string{"ClientToken", strings.Repeat("x", 65)}, 400, "InvalidClientToken.ValueNotSupported", ""},
	})
	s.Refusals(t, "ModifyPrefixList", []string{"PrefixListId", id}, []actiontest.Refusal{
		{"unknown", []string{"PrefixListId", "pl-x"}, 404, "InvalidPrefixListId.NotFound", ""},
		{"name", []string{"PrefixListName", "1"}, 400, "InvalidParameter.PrefixListName", ""},
		{"description", []string{"Description", "x"}, 400, "InvalidDescription.Malformed", ""},
		{"added and removed", []string{"AddEntry.1.Cidr", "10.0.0.0/8", "RemoveEntry.1.Cidr", "10.0.0.0/8"}, 400, "InvalidParameter.CidrDuplicated", ""},
		{"malformed", []string{"RemoveEntry.1.Cidr", "10.0.0.1/8"}, 400, "InvalidParameter.CidrMalformed", ""},
		{"too many", many("AddEntry", 3), 400, "LimitExceed.MaxEntries", ""},
		{"too many at once", many("RemoveEntry", 201), 400, "LimitExceed.Entry", ""},
	})
	if got := entries(s, id); got != "10.0.0.0/8 " {
		t.Errorf("a refused change changed the entries: %s", got)
	}
	s.Refuse(400, "InvalidParameter", "", "DescribePrefixLists", "MaxResults", "101")
	s.Refuse(400, "InvalidParameter", "", "DescribePrefixLists", "AddressFamily", "x")
	s.Refuse(400, "InvalidParameter.NextToken", "", "DescribePrefixListAssociations", "PrefixListId", id, "NextToken", "x")
	for _, other := range []*actiontest.Service{s.As(s.Other), s.As(s.In("cn-beijing"))} {
		for _, name := range []string{"DescribePrefixListAttributes", "DescribePrefixListAssociations", "DeletePrefixList"} {
			other.Refuse(404, "InvalidPrefixListId.NotFound", "", name, "PrefixListId", id)
		}
	}
	for range ecs.MaxPrefixLists - 1 {
		create(s)
	}
	s.Refuse(404, "LimitExceed.PrefixListPerRegion", "", "CreatePrefixList", "AddressFamily", "IPv4", "MaxEntries", "3", "PrefixListName", "office")
}

func TestPages(t *testing.T) {
	s := actiontest.Start(t)
	for range 3 {
		create(s)
	}
	r := actiontest.Call[api.DescribePrefixListsResponse](s, "DescribePrefixLists", "MaxResults", "2")
	rest := actiontest.Call[api.DescribePrefixListsResponse](s, "DescribePrefixLists", "MaxResults", "2", "NextToken", r.NextToken)
	if len(r.PrefixLists.PrefixList) != 2 || len(rest.PrefixLists.PrefixList) != 1 || rest.NextToken != "" {
		t.Errorf("%+v, %+v", r, rest)
	}
}
