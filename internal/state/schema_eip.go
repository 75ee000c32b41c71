package state

import "github.com/openecs/openecs/internal/ecs"

// Elastic IPs, NAT gateways and their entries.
var (
	EIPs                = Define[ecs.EIP](schema, byte(ecs.KindEIP), "eip")
	EIPsByAccount       = EIPs.Index("account", func(k ecs.Key, r *ecs.EIP, add func(uint64)) { add(Scope(r.Account, k.Region())) })
	EIPsByTag           = byTag(EIPs, func(r *ecs.EIP) (uint64, []ecs.Tag) { return r.Account, r.Tags })
	EIPsByResourceGroup = byResourceGroup(EIPs, func(r *ecs.EIP) ecs.Sym { return r.ResourceGroup })
	EIPsByAddress       = EIPs.Index("address", func(_ ecs.Key, r *ecs.EIP, add func(uint64)) { add(uint64(r.Address)) }).Sparse()
	EIPsByTarget        = EIPs.Index("target", func(_ ecs.Key, r *ecs.EIP, add func(uint64)) {
		if r.Target != 0 {
			add(uint64(r.Target))
		}
	}).Sparse()
	// EIPsByInstance finds the elastic IP that an instance reaches the outside by.
	EIPsByInstance = EIPs.Index("instance", func(_ ecs.Key, r *ecs.EIP, add func(uint64)) {
		if r.Instance != 0 {
			add(uint64(r.Instance))
		}
	}).Sparse()
	EIPsOpen = EIPs.Index("open", func(_ ecs.Key, r *ecs.EIP, add func(uint64)) { addOpen(&r.Work, add) })

	NATGateways                = Define[ecs.NATGateway](schema, byte(ecs.KindNATGateway), "nat-gateway")
	NATGatewaysByAccount       = NATGateways.Index("account", func(k ecs.Key, r *ecs.NATGateway, add func(uint64)) { add(Scope(r.Account, k.Region())) })
	NATGatewaysByTag           = byTag(NATGateways, func(r *ecs.NATGateway) (uint64, []ecs.Tag) { return r.Account, r.Tags })
	NATGatewaysByResourceGroup = byResourceGroup(NATGateways, func(r *ecs.NATGateway) ecs.Sym { return r.ResourceGroup })
	NATGatewaysByVPC           = NATGateways.Index("vpc", func(_ ecs.Key, r *ecs.NATGateway, add func(uint64)) { add(uint64(r.VPC)) })
	NATGatewaysByVSwitch       = NATGateways.Index("vswitch", func(_ ecs.Key, r *ecs.NATGateway, add func(uint64)) { add(uint64(r.VSwitch)) })
	NATGatewaysOpen            = NATGateways.Index("open", func(_ ecs.Key, r *ecs.NATGateway, add func(uint64)) { addOpen(&r.Work, add) })

	SNATEntries          = Define[ecs.SNATEntry](schema, byte(ecs.KindSNATEntry), "snat-entry")
	SNATEntriesByGateway = SNATEntries.Index("gateway", func(_ ecs.Key, r *ecs.SNATEntry, add func(uint64)) { add(uint64(r.Gateway)) })
	SNATEntriesByVSwitch = SNATEntries.Index("vswitch", func(_ ecs.Key, r *ecs.SNATEntry, add func(uint64)) {
		if r.VSwitch != 0 {
			add(uint64(r.VSwitch))
		}
	})
	SNATEntriesOpen = SNATEntries.Index("open", func(_ ecs.Key, r *ecs.SNATEntry, add func(uint64)) { addOpen(&r.Work, add) })

	ForwardEntries          = Define[ecs.ForwardEntry](schema, byte(ecs.KindForwardEntry), "forward-entry")
	ForwardEntriesByGateway = ForwardEntries.Index("gateway", func(_ ecs.Key, r *ecs.ForwardEntry, add func(uint64)) { add(uint64(r.Gateway)) })
	ForwardEntriesOpen      = ForwardEntries.Index("open", func(_ ecs.Key, r *ecs.ForwardEntry, add func(uint64)) { addOpen(&r.Work, add) })
)
