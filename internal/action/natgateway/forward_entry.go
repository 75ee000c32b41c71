package natgateway

import (
	"strconv"
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

var (
	_ = action.Handle(&actions, "CreateForwardEntry", (*Service).CreateForwardEntry)
	_ = action.Handle(&actions, "ModifyForwardEntry", (*Service).ModifyForwardEntry)
	_ = action.Handle(&actions, "DeleteForwardEntry", (*Service).DeleteForwardEntry)
	_ = action.Handle(&actions, "DescribeForwardTableEntries", (*Service).DescribeForwardTableEntries)
)

// rule is what the requests say of a forward entry; "" leaves what there is.
type rule struct{ outer, outerPort, inner, innerPort, protocol, name string }

// apply puts a rule into an entry and refuses one that cannot be.
func (q rule) apply(v state.View, k, gk ecs.Key, g *ecs.NATGateway, r *ecs.ForwardEntry) error {
	var ok bool
	switch strings.ToLower(q.protocol) {
	case "":
	case "any":
		r.Protocol = ecs.ForwardAny
	case "tcp":
		r.Protocol = ecs.ForwardTCP
	case "udp":
		r.Protocol = ecs.ForwardUDP
	default:
		return api.Errorf(api.CodeInvalidProtocalValueNotSupported, "The specified IpProtocol does not support.")
	}
	if q.outer != "" {
		if r.Outer, ok = ecs.ParseIPv4(q.outer); !ok {
			return api.Errorf(api.CodeInvalidExternalIpMalformed, "The specified ExternalIp is not a valid IP address.")
		}
	}
	if q.inner != "" {
		if r.Inner, ok = ecs.ParseIPv4(q.inner); !ok {
			return api.Errorf(api.CodeInvalidInternalIpMalformed, "The specified InternalIp is not a valid IP address.")
		}
	}
	if q.outerPort != "" {
		if r.OuterPort, ok = parsePorts(q.outerPort); !ok {
			return api.Errorf(api.CodeInvalidExternalPortMalformed, "The specified ExternalPort is not a valid port.")
		}
	}
	if q.innerPort != "" {
		if r.InnerPort, ok = parsePorts(q.innerPort); !ok {
			return api.Errorf(api.CodeInvalidInternalPortMalformed, "The specified InternalPort is not a valid port.")
		}
	}
	if q.name != "" && !ecs.ValidName(q.name) {
		return nameMalformed()
	}
	anyPort := r.OuterPort.Any()
	if r.InnerPort.Any() != anyPort || anyPort != (r.Protocol == ecs.ForwardAny) || r.InnerPort.To-r.InnerPort.From != r.OuterPort.To-r.OuterPort.From {
		return api.Errorf(api.CodeInvalidInternalPortMalformed, "Both ports and the protocol are any, or none of them is, and both ranges are as long.")
	}
	vpc, ok := state.VPCs.Get(v, g.VPC)
	inside := ok && vpc.Prefix.Contains(r.Inner)
	for i := 0; ok && i < len(vpc.Secondary); i++ {
		inside = inside || vpc.Secondary[i].Contains(r.Inner)
	}
	if !inside {
		return api.Errorf(api.CodeForbiddenInternalIpOutOfVpcCIDR, "The specified Internal Ip is Out of VPC CIDR.")
	}
	if err := outer(v, gk, g, r.Outer, func() error {
		return api.Errorf(api.CodeInvalidIpNotInNatgw, "The specified Ip not belong to natgateway.")
	}); err != nil {
		return err
	}
	if anyPort && network.UsedBySNAT(v, gk, r.Outer) {
		return api.Errorf(api.CodeForbiddenExternalIpUsedInSnatTable, "The specified ExternalIp is already used in SnatTable.")
	}
	for _, n := range state.InterfacesByIP.Ascend(v, state.AddressKey(gk.Region(), g.VPC, r.Inner), 0) {
		if n.VPC == g.VPC && n.IP == r.Inner && n.Instance != 0 && !g.Flags.Has(ecs.GatewayIntranet) {
			if _, _, bound := network.InstanceEIP(v, n.Instance); bound {
				return api.Errorf(api.CodeForbindden, "The specified Instance already bind eip.")
			}
		}
	}
	for other, e := range state.ForwardEntriesByGateway.Ascend(v, uint64(gk), 0) {
		if other != k && e.Outer == r.Outer && (e.Protocol == r.Protocol || anyPort || e.OuterPort.Any()) && e.OuterPort.Overlaps(r.OuterPort) {
			return action.Invalid("ExternalPort")
		}
	}
	return nil
}

// parsePorts reads a port, a range 10/20, or any.
func parsePorts(s string) (p ecs.PortSpan, ok bool) {
	if strings.EqualFold(s, "any") {
		return p, true
	}
	from, to, both := strings.Cut(s, "/")
	if !both {
		to = from
	}
	a, err1 := strconv.ParseUint(from, 10, 16)
	b, err2 := strconv.ParseUint(to, 10, 16)
	return ecs.PortSpan{From: uint16(a), To: uint16(b)}, err1 == nil && err2 == nil && a >= 1 && a <= b
}

func showPorts(p ecs.PortSpan) string {
	switch {
	case p.Any():
		return "any"
	case p.From == p.To:
		return strconv.Itoa(int(p.From))
	}
	return strconv.Itoa(int(p.From)) + "/" + strconv.Itoa(int(p.To))
}

// CreateForwardEntry leads what arrives at an address of the gateway to a private
// address. The entry is Pending until that is done.
func (s *Service) CreateForwardEntry(c *action.Call, in *api.CreateForwardEntryRequest) (*api.CreateForwardEntryResponse, error) {
	q := rule{in.ExternalIP, in.ExternalPort, in.InternalIP, in.InternalPort, in.IPProtocol, in.ForwardEntryName}
	fresh := func(v state.View) (*ecs.ForwardEntry, error) {
		gk, g, err := forwardTable(c, v, in.ForwardTableID)
		if err != nil {
			return nil, err
		}
		if !g.Work.Settled() {
			return nil, forwardGatewayBusy()
		}
		if state.ForwardEntriesByGateway.Count(v, uint64(gk)) >= ecs.MaxForwardEntries {
			return nil, api.Errorf(api.CodeForbiddenForwardEntryCountLimited, "The forward table has as many entries as it can have.")
		}
		r := &ecs.ForwardEntry{Account: g.Account, Gateway: gk, Zone: g.Zone, Name: strings.Clone(in.ForwardEntryName), PortBreak: action.Flag(in.PortBreak)}
		return r, q.apply(v, 0, gk, g, r)
	}
	k, err := c.Create(s.DB, in.ClientToken, in.DryRun, func(v state.View) error {
		_, err := fresh(v)
		return err
	}, func(tx *state.Tx) (ecs.Key, error) {
		r, err := fresh(tx)
		if err != nil {
			return 0, err
		}
		k := tx.NewKey(r.Gateway.Region())
		r.Created = tx.Now().Unix()
		network.WorkForward(tx, k, *r, ecs.WorkCreate)
		return k, nil
	})
	if err != nil {
		return nil, err
	}
	return &api.CreateForwardEntryResponse{ForwardEntryID: ecs.ID(ecs.KindForwardEntry, k)}, nil
}

func forwardGatewayBusy() error {
	return api.Errorf(api.CodeIncorrectStatus, "The status of the NAT gateway is incorrect.").WithStatus(400)
}

func forwardEntry(v state.View, gateway ecs.Key, id string) (ecs.Key, *ecs.ForwardEntry, error) {
	k, ok := ecs.ParseID(ecs.KindForwardEntry, id)
	e, found := state.ForwardEntries.Get(v, k)
	if !ok || !found || e.Gateway != gateway {
		return 0, nil, api.Errorf(api.CodeInvalidForwardEntryIdNotFound, "Specified forward entry ID does not exist.").WithStatus(404)
	}
	if !e.Work.Settled() {
		return 0, nil, api.Errorf(api.CodeIncorretForwardEntryStatus, "Some Forward entry status blocked this operation.")
	}
	return k, e, nil
}

// ModifyForwardEntry changes a forward entry; what is absent stays. It is Modifying
// until that is done.
func (s *Service) ModifyForwardEntry(c *action.Call, in *api.ModifyForwardEntryRequest) (*api.ModifyForwardEntryResponse, error) {
	once, err := c.Once(in.ClientToken, in.DryRun)
	if err != nil {
		return nil, err
	}
	q := rule{in.ExternalIP, in.ExternalPort, in.InternalIP, in.InternalPort, in.IPProtocol, in.ForwardEntryName}
	change := func(v state.View) (ecs.Key, *ecs.ForwardEntry, error) {
		gk, g, err := forwardTable(c, v, in.ForwardTableID)
		if err != nil {
			return 0, nil, err
		}
		if !g.Work.Settled() {
			return 0, nil, forwardGatewayBusy()
		}
		k, e, err := forwardEntry(v, gk, in.ForwardEntryID)
		if err != nil {
			return 0, nil, err
		}
		next := *e
		if c.Has("ForwardEntryName") {
			next.Name = strings.Clone(in.ForwardEntryName)
		}
		if in.PortBreak != nil {
			next.PortBreak = *in.PortBreak
		}
		return k, &next, q.apply(v, k, gk, g, &next)
	}
	if action.Flag(in.DryRun) {
		if _, _, err := change(s.DB.Snapshot()); err != nil {
			return nil, err
		}
		return nil, action.DryRun()
	}
	err = s.DB.Update(c.Context, func(tx *state.Tx) error {
		_, err := once.DoOne(tx, func() (ecs.Key, error) {
			k, next, err := change(tx)
			if err == nil {
				network.WorkForward(tx, k, *next, ecs.WorkModify)
			}
			return k, err
		})
		return err
	})
	return &api.ModifyForwardEntryResponse{}, err
}

// DeleteForwardEntry deletes a forward entry. It is Deleting until that is done.
func (s *Service) DeleteForwardEntry(c *action.Call, in *api.DeleteForwardEntryRequest) (*api.DeleteForwardEntryResponse, error) {
	once, err := c.Once(in.ClientToken, nil)
	if err != nil {
		return nil, err
	}
	err = s.DB.Update(c.Context, func(tx *state.Tx) error {
		_, err := once.DoOne(tx, func() (ecs.Key, error) {
			gk, _, err := forwardTable(c, tx, in.ForwardTableID)
			if err != nil {
				return 0, err
			}
			k, e, err := forwardEntry(tx, gk, in.ForwardEntryID)
			if err == nil {
				network.WorkForward(tx, k, *e, ecs.WorkDelete)
			}
			return k, err
		})
		return err
	})
	return &api.DeleteForwardEntryResponse{}, err
}

// DescribeForwardTableEntries lists the entries of a table, or of a gateway.
func (s *Service) DescribeForwardTableEntries(c *action.Call, in *api.DescribeForwardTableEntriesRequest) (*api.DescribeForwardTableEntriesResponse, error) {
	snap := s.DB.Snapshot()
	page, err := s.Pager.Page(c, action.PageRequest{PageNumber: in.PageNumber, PageSize: in.PageSize, DefaultSize: 10, MaxSize: 50})
	if err != nil {
		return nil, err
	}
	gk, err := listed(c, snap, ecs.KindForwardTable, in.ForwardTableID, in.NatGatewayID)
	if err != nil {
		return nil, err
	}
	source := func(below ecs.Key) seq[ecs.ForwardEntry] {
		return state.ForwardEntriesByGateway.Descend(snap, uint64(gk), below)
	}
	rows, total, _ := action.List(page, source, func(k ecs.Key, e *ecs.ForwardEntry) bool {
		return fits(in.ForwardEntryID, ecs.ID(ecs.KindForwardEntry, k)) && fits(in.ForwardEntryName, e.Name) && fits(in.ExternalIP, e.Outer.String()) &&
			fits(in.ExternalPort, showPorts(e.OuterPort)) && fits(in.InternalIP, e.Inner.String()) && fits(in.InternalPort, showPorts(e.InnerPort)) &&
			(in.IPProtocol == "" || strings.EqualFold(in.IPProtocol, e.Protocol.String()))
	}, -1)
	out := &api.DescribeForwardTableEntriesResponse{PageNumber: page.Number, PageSize: page.Size, TotalCount: total}
	out.ForwardTableEntries.ForwardTableEntry = make([]api.DescribeForwardTableEntriesForwardTableEntry, len(rows))
	for i, r := range rows {
		e := r.Record
		out.ForwardTableEntries.ForwardTableEntry[i] = api.DescribeForwardTableEntriesForwardTableEntry{
			ForwardEntryID: ecs.ID(ecs.KindForwardEntry, r.Key), ForwardTableID: ecs.ID(ecs.KindForwardTable, gk), NatGatewayID: ecs.ID(ecs.KindNATGateway, gk),
			ForwardEntryName: e.Name, ExternalIP: e.Outer.String(), ExternalPort: showPorts(e.OuterPort), InternalIP: e.Inner.String(),
			InternalPort: showPorts(e.InnerPort), IPProtocol: strings.ToLower(e.Protocol.String()), Status: ecs.RuleStatus(&e.Work, "Pending"),
		}
	}
	return out, nil
}
