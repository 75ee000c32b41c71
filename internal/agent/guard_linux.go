package agent

import (
	"github.com/google/nftables"
	"github.com/google/nftables/expr"
)

// guardTable is the agent's table in the host's own namespace.
var guardTable = &nftables.Table{Name: tableName, Family: nftables.TableFamilyINet}

// guard drops what host ends send as long as they are in the host's namespace, of
// IPv4 and IPv6, before anything looks at it.
func (n *nft) guard() error {
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
	return n.conn.Flush()
}

func (n *nft) unguard() error {
	n.conn.AddTable(guardTable)
	n.conn.DelTable(guardTable)
	return n.conn.Flush()
}
