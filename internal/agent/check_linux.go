package agent

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"runtime"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"
	"golang.org/x/sys/unix"

	"github.com/openecs/openecs/internal/agent/plan"
	"github.com/openecs/openecs/internal/ecs"
)

// Check reports, as a sentence, why this host cannot hold the networks of real
// instances; nil: it can. It tries each thing that the agent does, in a network
// namespace that ends with the call.
func Check() error {
	done := make(chan error)
	go func() {
		runtime.LockOSThread() // the thread ends with the goroutine, and the namespace with it
		done <- check()
	}()
	return <-done
}

func check() error {
	if os.Getuid() != 0 {
		return errors.New("the networks of real instances need root: start the agent as root")
	}
	ns, err := netns.New()
	if err != nil {
		return fmt.Errorf("this kernel makes no network namespaces (CONFIG_NET_NS): %w", err)
	}
	defer ns.Close()
	if err := prepare(); err != nil {
		return fmt.Errorf("this kernel tracks no connections in network namespaces (CONFIG_NF_CONNTRACK, module nf_conntrack): %w", err)
	}
	links, err := netlink.NewHandleAt(ns, unix.NETLINK_ROUTE, unix.NETLINK_NETFILTER)
	if err != nil {
		return fmt.Errorf("this kernel does not answer about interfaces: %w", err)
	}
	defer links.Close()
	attrs := netlink.NewLinkAttrs()
	attrs.Name = plan.Uplink
	if err := links.LinkAdd(&netlink.Veth{LinkAttrs: attrs, PeerName: "other"}); err != nil {
		return fmt.Errorf("this kernel makes no pairs of interfaces (CONFIG_VETH, module veth): %w", err)
	}
	rules, err := newNFT(int(ns))
	if err == nil {
		err = rules.replace(nil, everything())
	}
	if err == nil {
		err = rules.guard(true, nil)
	}
	if err != nil {
		return fmt.Errorf("this kernel cannot hold security groups (nftables with sets, maps, connection tracking and translation: CONFIG_NF_TABLES, CONFIG_NFT_CT, CONFIG_NFT_NAT, modules nf_tables and nft_*): %w", err)
	}
	if _, err := links.ConntrackTableList(netlink.ConntrackTable, unix.AF_INET); err != nil {
		return fmt.Errorf("this kernel does not tell of connections (CONFIG_NF_CT_NETLINK, module nf_conntrack_netlink): %w", err)
	}
	up, err := links.LinkByName(plan.Uplink)
	if err != nil {
		return err
	}
	one := []plan.Public{{Addr: netip.MustParseAddr("192.0.2.1"), Out: 1}}
	if err := limit(links, up, one, func(p plan.Public) int { return p.Out }, source); err != nil {
		return fmt.Errorf("this kernel cannot limit bandwidth (CONFIG_NET_SCH_HTB, CONFIG_NET_CLS_U32, modules sch_htb and cls_u32): %w", err)
	}
	return nil
}

// everything is a table with each kind of set, match and verdict that plans have.
func everything() *plan.Table {
	a, p := netip.MustParseAddr("192.0.2.1"), netip.MustParsePrefix("192.0.2.0/24")
	span := [2]uint16{1, 2}
	var rules []plan.Rule
	for _, m := range []plan.Match{
		{What: plan.Established}, {What: plan.Invalid}, {What: plan.Translated, Not: true}, {What: plan.InNIC, Name: "lo"}, {What: plan.OutNIC, Name: "lo", Not: true},
		{What: plan.Source, Net: p}, {What: plan.Destination, Net: p}, {What: plan.SourceIn, Name: "addrs"}, {What: plan.DestinationIn, Name: "nets", Not: true},
		{What: plan.Proto, Protocol: ecs.ProtocolGRE}, {What: plan.HasPorts}, {What: plan.SPort, Ports: span}, {What: plan.DPort, Ports: span},
		{What: plan.SPortIn, Name: "ports"}, {What: plan.DPortIn, Name: "ports"},
	} {
		rules = append(rules, plan.Rule{Match: []plan.Match{m}, Then: plan.Verdict{Op: plan.Accept}})
	}
	return &plan.Table{
		Sets: []plan.Set{
			{Name: "addrs", Type: plan.Addrs, Elements: []plan.Element{{Addr: a}}}, {Name: "nets", Type: plan.Nets, Elements: []plan.Element{{Net: p}}},
			{Name: "ports", Type: plan.Ports, Elements: []plan.Element{{Ports: span}}}, {Name: "map", Type: plan.AddrMap, Elements: []plan.Element{{Addr: a, To: a}}},
			{Name: "owners", Type: plan.Owners, Elements: []plan.Element{{NIC: "lo", MAC: "00:16:3e:00:00:01", Addr: a}}},
			{Name: "chains", Type: plan.Dispatch, Elements: []plan.Element{{NIC: "lo", Chain: "group"}}},
		},
		Chains: []plan.Chain{
			{Name: "from", Hook: plan.Prerouting, Drop: true, Rules: []plan.Rule{{Match: []plan.Match{{What: plan.Owner, Name: "owners"}}, Then: plan.Verdict{Op: plan.Accept}}}},
			{Name: "group", Rules: rules},
			{Name: "local", Hook: plan.Input, Drop: true},
			{Name: "receiver", Hook: plan.Ingress, Drop: true, Rules: []plan.Rule{{Then: plan.Verdict{Op: plan.OutChain, Set: "chains"}}}},
			{Name: "sender", Hook: plan.Egress, Drop: true, Rules: []plan.Rule{{Then: plan.Verdict{Op: plan.InChain, Set: "chains"}}}},
			{Name: "translate_from", Hook: plan.Postrouting, Rules: []plan.Rule{{Then: plan.Verdict{Op: plan.FromMapped, Set: "map"}}}},
			{Name: "translate_to", Hook: plan.DNAT, Rules: []plan.Rule{
				{Then: plan.Verdict{Op: plan.ToMapped, Set: "map"}},
				{Match: []plan.Match{{What: plan.Proto, Protocol: ecs.ProtocolTCP}}, Then: plan.Verdict{Op: plan.To, To: a, Port: 80}},
			}},
		},
	}
}
