package agent

import (
	"net/netip"
	"slices"

	"github.com/google/nftables"
	"github.com/google/nftables/expr"
	"golang.org/x/sys/unix"
)

// guardTable is the agent's table in the host's own namespace.
var guardTable = &nftables.Table{Name: tableName, Family: nftables.TableFamilyINet}

// guard drops what host ends send as long as they are in the host's namespace, of
// IPv4 and IPv6, before anything looks at it. With tunnels it drops what enters
// them that does not come from another host: an instance that has a public
// address could send there, or anybody.
func (n *nft) guard(tunnels bool, hosts []netip.Addr) error {
	n.conn.AddTable(guardTable)
	n.conn.DelTable(guardTable)
	n.conn.AddTable(guardTable)
	priority, policy := nftables.ChainPriority(-300), nftables.ChainPolicyAccept
	c := n.conn.AddChain(&nftables.Chain{
		Table: guardTable, Name: "unplugged", Hooknum: nftables.ChainHookPrerouting, Priority: &priority, Type: nftables.ChainTypeFilter, Policy: &policy,
	})
	n.conn.AddRule(&nftables.Rule{Table: guardTable, Chain: c, Exprs: []expr.Any{
		&expr.Meta{Key: expr.MetaKeyIIFNAME, Register: register},
		&expr.Cmp{Op: expr.CmpOpEq, Register: register, Data: []byte("oe")}, // all that begin so
		&expr.Verdict{Kind: expr.VerdictDrop},
	}})
	if tunnels {
		n.setID++
		peers := &nftables.Set{Table: guardTable, Name: "hosts", ID: n.setID, KeyType: nftables.TypeIPAddr}
		var list []nftables.SetElement
		for _, h := range hosts {
			a := h.As4()
			list = append(list, nftables.SetElement{Key: a[:]})
		}
		if err := n.conn.AddSet(peers, list); err != nil {
			return err
		}
		into := []expr.Any{
			&expr.Meta{Key: expr.MetaKeyL4PROTO, Register: register}, &expr.Cmp{Op: expr.CmpOpEq, Register: register, Data: []byte{unix.IPPROTO_UDP}},
			port(2), &expr.Cmp{Op: expr.CmpOpEq, Register: register, Data: port16(tunnelPort)},
		}
		drop := &expr.Verdict{Kind: expr.VerdictDrop}
		for _, from := range [][]expr.Any{
			{&expr.Meta{Key: expr.MetaKeyNFPROTO, Register: register}, &expr.Cmp{Op: expr.CmpOpEq, Register: register, Data: []byte{unix.NFPROTO_IPV4}},
				address(source), &expr.Lookup{SourceRegister: register, SetName: peers.Name, Invert: true}},
			{&expr.Meta{Key: expr.MetaKeyIIFNAME, Register: register}, &expr.Cmp{Op: expr.CmpOpEq, Register: register, Data: []byte("ou")}},
		} {
			n.conn.AddRule(&nftables.Rule{Table: guardTable, Chain: c, Exprs: append(append(slices.Clone(into), from...), drop)})
		}
	}
	return n.conn.Flush()
}

func (n *nft) unguard() error {
	n.conn.AddTable(guardTable)
	n.conn.DelTable(guardTable)
	return n.conn.Flush()
}
