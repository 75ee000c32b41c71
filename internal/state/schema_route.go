package state

import "github.com/openecs/openecs/internal/ecs"

// Route tables, their custom entries and the gateways of VPCs. What the service
// itself routes is no row: it follows from the VPC and its vSwitches.
var (
	RouteTables          = Define[ecs.RouteTable](schema, byte(ecs.KindRouteTable), "route-table")
	RouteTablesByAccount = RouteTables.Index("account", func(k ecs.Key, r *ecs.RouteTable, add func(uint64)) { add(Scope(r.Account, k.Region())) })
	RouteTablesByTag     = byTag(RouteTables, func(r *ecs.RouteTable) (uint64, []ecs.Tag) { return r.Account, r.Tags })
	RouteTablesByVPC     = RouteTables.Index("vpc", func(_ ecs.Key, r *ecs.RouteTable, add func(uint64)) { add(uint64(r.VPC)) })
	RouteTablesByGateway = RouteTables.Index("gateway", func(_ ecs.Key, r *ecs.RouteTable, add func(uint64)) {
		if r.Gateway != 0 {
			add(uint64(r.Gateway))
		}
	}).Sparse()

	RouteEntries        = Define[ecs.RouteEntry](schema, byte(ecs.KindRouteEntry), "route-entry")
	RouteEntriesByTable = RouteEntries.Index("table", func(_ ecs.Key, r *ecs.RouteEntry, add func(uint64)) { add(uint64(r.Table)) })
	// RouteEntriesByHop finds the entries that send packets to a resource: it is not deleted before them.
	RouteEntriesByHop = RouteEntries.Index("hop", func(_ ecs.Key, r *ecs.RouteEntry, add func(uint64)) {
		if r.Hop.Key != 0 {
			add(uint64(r.Hop.Key))
		}
	})
	// RouteEntriesChanging is the entries of a table that are not ready: while there is one, no other changes.
	RouteEntriesChanging = RouteEntries.Index("changing", func(_ ecs.Key, r *ecs.RouteEntry, add func(uint64)) {
		if r.Phase != ecs.PhaseReady {
			add(uint64(r.Table))
		}
	}).Sparse()

	// VSwitchesByRouteTable is those that are bound to a custom route table.
	VSwitchesByRouteTable = VSwitches.Index("route-table", func(_ ecs.Key, r *ecs.VSwitch, add func(uint64)) {
		if r.RouteTable != 0 {
			add(uint64(r.RouteTable))
		}
	})
	// VPCsByPrefix6 finds the VPC that has an IPv6 network, by its first half.
	VPCsByPrefix6 = VPCs.Index("prefix6", func(_ ecs.Key, r *ecs.VPC, add func(uint64)) {
		if !r.Prefix6.IsZero() {
			add(r.Prefix6.Addr.Hi)
		}
		for _, p := range r.Secondary6 {
			add(p.Addr.Hi)
		}
	}).Sparse()
	// DefaultVPCs is an account's default VPC in a region.
	DefaultVPCs = VPCs.Index("default", func(k ecs.Key, r *ecs.VPC, add func(uint64)) {
		if r.Default {
			add(Scope(r.Account, k.Region()))
		}
	}).Sparse()

	IPv4Gateways          = Define[ecs.IPv4Gateway](schema, byte(ecs.KindIPv4Gateway), "ipv4-gateway")
	IPv4GatewaysByAccount = IPv4Gateways.Index("account", func(k ecs.Key, r *ecs.IPv4Gateway, add func(uint64)) { add(Scope(r.Account, k.Region())) })
	IPv4GatewaysByTag     = byTag(IPv4Gateways, func(r *ecs.IPv4Gateway) (uint64, []ecs.Tag) { return r.Account, r.Tags })
	IPv4GatewaysByGroup   = byResourceGroup(IPv4Gateways, func(r *ecs.IPv4Gateway) ecs.Sym { return r.ResourceGroup })
	IPv4GatewaysByVPC     = IPv4Gateways.Index("vpc", func(_ ecs.Key, r *ecs.IPv4Gateway, add func(uint64)) { add(uint64(r.VPC)) }).Sparse()

	IPv6Gateways          = Define[ecs.IPv6Gateway](schema, byte(ecs.KindIPv6Gateway), "ipv6-gateway")
	IPv6GatewaysByAccount = IPv6Gateways.Index("account", func(k ecs.Key, r *ecs.IPv6Gateway, add func(uint64)) { add(Scope(r.Account, k.Region())) })
	IPv6GatewaysByTag     = byTag(IPv6Gateways, func(r *ecs.IPv6Gateway) (uint64, []ecs.Tag) { return r.Account, r.Tags })
	IPv6GatewaysByGroup   = byResourceGroup(IPv6Gateways, func(r *ecs.IPv6Gateway) ecs.Sym { return r.ResourceGroup })
	IPv6GatewaysByVPC     = IPv6Gateways.Index("vpc", func(_ ecs.Key, r *ecs.IPv6Gateway, add func(uint64)) { add(uint64(r.VPC)) }).Sparse()
)
