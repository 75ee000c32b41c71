package agent

import (
	"fmt"
	"slices"

	"github.com/google/nftables"
	"github.com/mdlayher/netlink"
	"golang.org/x/sys/unix"

	"github.com/openecs/openecs/internal/agent/plan"
)

// tableName is what the agent calls its table in each namespace.
const tableName = "openecs"

// buffers hold the messages of a transaction and the kernel's answers.
const buffers = 16 << 20

// chunk is how many elements a message has: its length is a number of 16 bits.
const chunk = 256

// nft is a connection to the tables of one namespace.
type nft struct {
	conn  *nftables.Conn
	table *nftables.Table
	setID uint32
}

func newNFT(ns int) (*nft, error) {
	conn, err := nftables.New(nftables.WithNetNSFd(ns), nftables.WithSockOptions(func(c *netlink.Conn) error {
		if err := c.SetReadBuffer(buffers); err != nil {
			return err
		}
		return c.SetWriteBuffer(buffers)
	}))
	if err != nil {
		return nil, err
	}
	return &nft{conn: conn, table: &nftables.Table{Name: tableName, Family: nftables.TableFamilyIPv4}}, nil
}

// replace makes a table hold what t says, in one transaction. old is what it is
// known to hold; nil: that is not known, and the table is made anew. Until the
// transaction is through the old table is in force, and as a whole.
func (n *nft) replace(old, t *plan.Table) error {
	n.conn.AddTable(n.table)
	if old == nil {
		n.conn.DelTable(n.table)
		n.conn.AddTable(n.table)
		if err := n.addPortProtocols(); err != nil {
			return err
		}
		old = &plan.Table{}
	}
	was := map[string]*plan.Set{}
	for i := range old.Sets {
		was[old.Sets[i].Name] = &old.Sets[i]
	}
	chains := map[string]*plan.Chain{}
	for i := range old.Chains {
		chains[old.Chains[i].Name] = &old.Chains[i]
	}
	// Whatever is named must be there first: chains, then sets, which name chains, then rules, which name both.
	for i := range t.Chains {
		if c := &t.Chains[i]; chains[c.Name] == nil {
			n.conn.AddChain(n.chain(c))
		}
	}
	for i := range t.Sets {
		if err := n.set(was[t.Sets[i].Name], &t.Sets[i]); err != nil {
			return err
		}
		delete(was, t.Sets[i].Name)
	}
	for i := range t.Chains {
		c := &t.Chains[i]
		if o := chains[c.Name]; o == nil || !o.Equal(c) {
			n.fill(c, o != nil)
		}
		delete(chains, c.Name)
	}
	for name := range chains {
		n.conn.FlushChain(&nftables.Chain{Table: n.table, Name: name})
	}
	for name := range chains {
		n.conn.DelChain(&nftables.Chain{Table: n.table, Name: name})
	}
	for _, s := range was {
		n.conn.DelSet(n.kernelSet(s))
	}
	if err := n.conn.Flush(); err != nil {
		return fmt.Errorf("the kernel refused the rules: %w", err)
	}
	return nil
}

// fill puts the rules into a chain.
func (n *nft) fill(c *plan.Chain, flush bool) {
	k := &nftables.Chain{Table: n.table, Name: c.Name}
	if flush {
		n.conn.FlushChain(k)
	}
	for _, r := range c.Rules {
		n.conn.AddRule(&nftables.Rule{Table: n.table, Chain: k, Exprs: expressions(r)})
	}
}

var hooks = map[plan.Hook]struct {
	hook     *nftables.ChainHook
	priority nftables.ChainPriority
	kind     nftables.ChainType
}{
	plan.Prerouting:  {nftables.ChainHookPrerouting, -300, nftables.ChainTypeFilter},
	plan.DNAT:        {nftables.ChainHookPrerouting, -100, nftables.ChainTypeNAT},
	plan.Input:       {nftables.ChainHookInput, 0, nftables.ChainTypeFilter},
	plan.ACLEgress:   {nftables.ChainHookForward, -21, nftables.ChainTypeFilter},
	plan.ACLIngress:  {nftables.ChainHookForward, -20, nftables.ChainTypeFilter},
	plan.Egress:      {nftables.ChainHookForward, -11, nftables.ChainTypeFilter},
	plan.Ingress:     {nftables.ChainHookForward, -10, nftables.ChainTypeFilter},
	plan.Postrouting: {nftables.ChainHookPostrouting, 100, nftables.ChainTypeNAT},
}

func (n *nft) chain(c *plan.Chain) *nftables.Chain {
	out := &nftables.Chain{Table: n.table, Name: c.Name}
	if h, ok := hooks[c.Hook]; ok {
		policy := nftables.ChainPolicyAccept
		if c.Drop {
			policy = nftables.ChainPolicyDrop
		}
		out.Hooknum, out.Priority, out.Type, out.Policy = h.hook, &h.priority, h.kind, &policy
	}
	return out
}

func (n *nft) kernelSet(s *plan.Set) *nftables.Set {
	key, value := dataTypes(s.Type)
	n.setID++
	return &nftables.Set{
		Table: n.table, Name: s.Name, ID: n.setID, KeyType: key, DataType: value,
		IsMap: s.Type == plan.Dispatch || s.Type == plan.AddrMap, Interval: s.Type == plan.Nets || s.Type == plan.Ports, Concatenation: s.Type == plan.Owners,
	}
}

// set makes a set or changes it from what it was.
func (n *nft) set(was, s *plan.Set) error {
	k := n.kernelSet(s)
	var gone []plan.Element
	add := s.Elements
	if was == nil {
		if err := n.conn.AddSet(k, nil); err != nil {
			return err
		}
	} else {
		gone, add = missing(was.Elements, s.Elements), missing(s.Elements, was.Elements)
	}
	if err := inChunks(gone, func(e []plan.Element) error { return n.conn.SetDeleteElements(k, kernelElements(s.Type, e)) }); err != nil {
		return err
	}
	return inChunks(add, func(e []plan.Element) error { return n.conn.SetAddElements(k, kernelElements(s.Type, e)) })
}

func kernelElements(t plan.SetType, list []plan.Element) (out []nftables.SetElement) {
	for _, e := range list {
		out = append(out, elements(t, e)...)
	}
	return out
}

func inChunks(list []plan.Element, f func([]plan.Element) error) error {
	for part := range slices.Chunk(list, chunk) {
		if err := f(part); err != nil {
			return err
		}
	}
	return nil
}

// missing are the elements of a that b has not; both are in order.
func missing(a, b []plan.Element) (out []plan.Element) {
	for _, e := range a {
		if _, ok := slices.BinarySearchFunc(b, e, plan.Element.Compare); !ok {
			out = append(out, e)
		}
	}
	return out
}

func (n *nft) addPortProtocols() error {
	n.setID++
	s := &nftables.Set{Table: n.table, Name: portProtocols, ID: n.setID, KeyType: nftables.TypeInetProto}
	return n.conn.AddSet(s, []nftables.SetElement{{Key: []byte{unix.IPPROTO_TCP}}, {Key: []byte{unix.IPPROTO_UDP}}})
}
