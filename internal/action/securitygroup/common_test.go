package securitygroup_test

import (
	"fmt"
	"strconv"

	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// many describes n rules that differ in their ports.
func many(peer string, n int) (params []string) {
	for i := 1; i <= n; i++ {
		p := "Permissions." + strconv.Itoa(i)
		params = append(params, p+".IpProtocol", "tcp", p+"."+peer, "10.0.0.0/8", p+".PortRange", fmt.Sprintf("%d/%[1]d", i))
	}
	return params
}

// prefixList makes a prefix list and returns its identifier.
func prefixList(s *actiontest.Service, r ecs.PrefixList) (id string) {
	if r.Account == 0 {
		r.Account = actiontest.Account
	}
	s.Update(func(tx *state.Tx) {
		k := tx.NewKey(1)
		id = ecs.ID(ecs.KindPrefixList, k)
		state.PrefixLists.Put(tx, k, &r)
	})
	return id
}

// portList makes a port-range list and returns its identifier.
func portList(s *actiontest.Service, entries ...ecs.PortEntry) (id string) {
	s.Update(func(tx *state.Tx) {
		k := tx.NewKey(1)
		id = ecs.ID(ecs.KindPortRangeList, k)
		state.PortRangeLists.Put(tx, k, &ecs.PortRangeList{Account: actiontest.Account, Name: "ports", MaxEntries: 10, Entries: entries})
	})
	return id
}
