package network

import (
	"slices"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// DeleteVPC deletes a VPC and what goes with it: its system route table, the
// routes of that and its gateways.
func DeleteVPC(tx *state.Tx, vpc ecs.Key) {
	clear(tx, state.RouteEntries, state.RouteEntriesByTable, vpc)
	clear(tx, state.RouteTables, state.RouteTablesByVPC, vpc)
	clear(tx, state.IPv4Gateways, state.IPv4GatewaysByVPC, vpc)
	clear(tx, state.IPv6Gateways, state.IPv6GatewaysByVPC, vpc)
	state.VPCs.Delete(tx, vpc)
}

// clear deletes the rows that an index has under a key.
func clear[R any](tx *state.Tx, t *state.Table[R], x *state.Index[R], key ecs.Key) {
	for _, k := range slices.Collect(x.Keys(tx, uint64(key), 0)) {
		tx.Cancel(DuePhase, k)
		t.Delete(tx, k)
	}
}
