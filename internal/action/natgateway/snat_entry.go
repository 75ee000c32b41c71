package natgateway

import (
	"slices"
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

// snatIPs reads the addresses of an SNAT entry, which must be its gateway's and not
// be led away as a whole by a forward entry.
func snatIPs(v state.View, gateway ecs.Key, g *ecs.NATGateway, list string) ([]ecs.IPv4, error) {
	var out []ecs.IPv4
	for s := range strings.SplitSeq(list, ",") {
		ip, ok := ecs.ParseIPv4(strings.TrimSpace(s))
		if !ok {
			return nil, api.Errorf(api.CodeInvalidSnatIpMalformed, "The specified SnatIp is not a valid IP address.")
		}
		if slices.Contains(out, ip) {
			continue
		}
		if err := outer(v, gateway, g, ip, func() error {
			return api.Errorf(api.CodeInvalidSnatIpNotFound, "Specified SnatIp does not found on the NAT Gateway.")
		}); err != nil {
			return nil, err
		}
		for _, f := range state.ForwardEntriesByGateway.Ascend(v, uint64(gateway), 0) {
			if f.Outer == ip && f.OuterPort.Any() {
				return nil, api.Errorf(api.CodeForbiddenIpUsedInForwardTable, "The specified SnatIp already used in forward table.")
			}
		}
		out = append(out, ip)
	}
	if len(out) > ecs.MaxSNATPool {
		return nil, api.Errorf(api.CodeSNAT_IP_POOL_COUNT_TOO_MANY, "The Snat pool ip too many.")
	}
	return out, nil
}

func affinity(n *int) (bool, error) {
	if n != nil && *n != 0 && *n != 1 {
		return false, action.Invalid("EipAffinity")
	}
	return n != nil && *n == 1, nil
}

func snatEntry(v state.View, gateway ecs.Key, id string) (ecs.Key, *ecs.SNATEntry, error) {
	k, ok := ecs.ParseID(ecs.KindSNATEntry, id)
	if e, found := state.SNATEntries.Get(v, k); ok && found && e.Gateway == gateway {
		return k, e, nil
	}
	return 0, nil, api.Errorf(api.CodeInvalidSnatEntryIdNotFound, "Specified SNAT entry does not exist.").WithStatus(404)
}

func snatBusy() error {
	return api.Errorf(api.CodeIncorretSnatEntryStatus, "Some Snat entry status blocked this operation.")
}

var (
	_ = action.Handle(&actions, "CreateSnatEntry", (*Service).CreateSNATEntry)
	_ = action.Handle(&actions, "ModifySnatEntry", (*Service).ModifySNATEntry)
	_ = action.Handle(&actions, "DeleteSnatEntry", (*Service).DeleteSNATEntry)
	_ = action.Handle(&actions, "DescribeSnatTableEntries", (*Service).DescribeSNATTableEntries)
)

// CreateSNATEntry has what comes from a vSwitch, or from addresses, leave through
// addresses of the gateway. The entry is Pending until that is done.
func (s *Service) CreateSNATEntry(c *action.Call, in *api.CreateSnatEntryRequest) (*api.CreateSnatEntryResponse, error) {
	if in.NetworkInterfaceID != "" {
		return nil, notImplemented("SNAT entries of network interfaces (PrivateLink)")
	}
	if in.SnatEntryName != "" && !ecs.ValidName(in.SnatEntryName) {
		return nil, nameMalformed()
	}
	if (in.SourceCIDR == "") == (in.SourceVSwitchID == "") {
		return nil, api.Errorf(api.CodeINVALID_PARAMETER, "One of SourceCIDR and SourceVSwitchId is to be given.")
	}
	k, err := c.Create(s.DB, in.ClientToken, in.DryRun, func(v state.View) error {
		_, err := newSNAT(c, v, in)
		return err
	}, func(tx *state.Tx) (ecs.Key, error) {
		r, err := newSNAT(c, tx, in)
		if err != nil {
			return 0, err
		}
		k := tx.NewKey(r.Gateway.Region())
		r.Created = tx.Now().Unix()
		network.WorkSNAT(tx, k, *r, ecs.WorkCreate)
		return k, nil
	})
	if err != nil {
		return nil, err
	}
	return &api.CreateSnatEntryResponse{SnatEntryID: ecs.ID(ecs.KindSNATEntry, k)}, nil
}

func newSNAT(c *action.Call, v state.View, in *api.CreateSnatEntryRequest) (*ecs.SNATEntry, error) {
	gk, g, err := snatTable(c, v, in.SnatTableID)
	if err == nil {
		err = steady(g)
	}
	if err != nil {
		return nil, err
	}
	r := &ecs.SNATEntry{Account: g.Account, Gateway: gk, Zone: g.Zone, Name: strings.Clone(in.SnatEntryName)}
	if r.Affinity, err = affinity(in.EIPAffinity); err != nil {
		return nil, err
	}
	if in.SourceVSwitchID != "" {
		k, w, err := action.VSwitch(c, v, in.SourceVSwitchID)
		if err != nil || w.VPC != g.VPC {
			return nil, api.Errorf(api.CodeInvalidVSwitchIdNotFound, "The specified virtual switch does not exists.").WithStatus(404)
		}
		r.VSwitch, r.Source = k, w.Prefix
	} else {
		cidr := in.SourceCIDR
		if !strings.Contains(cidr, "/") {
			cidr += "/32"
		}
		var ok bool
		if r.Source, ok = ecs.ParsePrefix(cidr); !ok {
			return nil, api.Errorf(api.CodeINVALID_PARAMETER, "The specified SourceCIDR is not valid.")
		}
	}
	ip := in.SnatIP
	if ip == "" && g.Flags.Has(ecs.GatewayIntranet) {
		ip = g.IP.String()
	}
	if r.IPs, err = snatIPs(v, gk, g, ip); err != nil {
		return nil, err
	}
	n := 0
	for _, e := range state.SNATEntriesByGateway.Ascend(v, uint64(gk), 0) {
		switch n++; {
		case r.VSwitch != 0 && e.VSwitch == r.VSwitch:
			return nil, api.Errorf(api.CodeForbiddenSourceVSwitchIdDuplicated, "The specified SourceCIDR is duplicated.")
		case e.Source == r.Source:
			return nil, api.Errorf(api.CodeOperationUnsupportedCidrConflict, "The specified CIDR block conflicts with an existing SNAT entry.").WithStatus(400)
		}
	}
	if n >= ecs.MaxSNATEntries {
		return nil, api.Errorf(api.CodeForbiddenSnatEntryCountLimited, "SNAT entry in the specified SNAT table reach its limit.")
	}
	return r, nil
}

// ModifySNATEntry changes an SNAT entry's addresses, name and affinity; what is
// absent stays. It is Modifying until that is done.
func (s *Service) ModifySNATEntry(c *action.Call, in *api.ModifySnatEntryRequest) (*api.ModifySnatEntryResponse, error) {
	once, err := c.Once(in.ClientToken, in.DryRun)
	if err != nil {
		return nil, err
	}
	if in.NetworkInterfaceID != "" {
		return nil, notImplemented("SNAT entries of network interfaces (PrivateLink)")
	}
	if in.SnatEntryName != "" && !ecs.ValidName(in.SnatEntryName) {
		return nil, nameMalformed()
	}
	change := func(v state.View) (ecs.Key, *ecs.SNATEntry, error) {
		gk, g, err := snatTable(c, v, in.SnatTableID)
		if err == nil {
			err = steady(g)
		}
		if err != nil {
			return 0, nil, err
		}
		k, e, err := snatEntry(v, gk, in.SnatEntryID)
		if err != nil {
			return 0, nil, err
		}
		if !e.Work.Settled() {
			return 0, nil, snatBusy()
		}
		next := *e
		if in.SnatIP != "" {
			if next.IPs, err = snatIPs(v, gk, g, in.SnatIP); err != nil {
				return 0, nil, err
			}
		}
		if c.Has("SnatEntryName") {
			next.Name = strings.Clone(in.SnatEntryName)
		}
		if in.EIPAffinity != nil {
			if next.Affinity, err = affinity(in.EIPAffinity); err != nil {
				return 0, nil, err
			}
		}
		return k, &next, nil
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
				network.WorkSNAT(tx, k, *next, ecs.WorkModify)
			}
			return k, err
		})
		return err
	})
	return &api.ModifySnatEntryResponse{}, err
}

// DeleteSNATEntry deletes an SNAT entry. It is Deleting until that is done.
func (s *Service) DeleteSNATEntry(c *action.Call, in *api.DeleteSnatEntryRequest) (*api.DeleteSnatEntryResponse, error) {
	once, err := c.Once(in.ClientToken, nil)
	if err != nil {
		return nil, err
	}
	err = s.DB.Update(c.Context, func(tx *state.Tx) error {
		_, err := once.DoOne(tx, func() (ecs.Key, error) {
			gk, _, err := snatTable(c, tx, in.SnatTableID)
			if err != nil {
				return 0, err
			}
			k, e, err := snatEntry(tx, gk, in.SnatEntryID)
			if err != nil {
				return 0, err
			}
			if !e.Work.Settled() {
				return 0, snatBusy()
			}
			network.WorkSNAT(tx, k, *e, ecs.WorkDelete)
			return k, nil
		})
		return err
	})
	return &api.DeleteSnatEntryResponse{}, err
}

// DescribeSNATTableEntries lists the entries of a table, or of a gateway.
func (s *Service) DescribeSNATTableEntries(c *action.Call, in *api.DescribeSnatTableEntriesRequest) (*api.DescribeSnatTableEntriesResponse, error) {
	snap := s.DB.Snapshot()
	page, err := s.Pager.Page(c, action.PageRequest{PageNumber: in.PageNumber, PageSize: in.PageSize, DefaultSize: 10, MaxSize: 50})
	if err != nil {
		return nil, err
	}
	gk, err := listed(c, snap, ecs.KindSNATTable, in.SnatTableID, in.NatGatewayID)
	if err != nil {
		return nil, err
	}
	source := func(below ecs.Key) seq[ecs.SNATEntry] {
		return state.SNATEntriesByGateway.Descend(snap, uint64(gk), below)
	}
	rows, total, _ := action.List(page, source, func(k ecs.Key, e *ecs.SNATEntry) bool {
		ips := join(e.IPs)
		return fits(in.SnatEntryID, ecs.ID(ecs.KindSNATEntry, k)) && fits(in.SnatEntryName, e.Name) && (fits(in.SnatIP, ips) || slices.Contains(strings.Split(ips, ","), in.SnatIP)) &&
			fits(in.SourceCIDR, e.Source.String()) && fits(in.SourceVSwitchID, ecs.ID(ecs.KindVSwitch, e.VSwitch)) && len(in.NetworkInterfaceIDs) == 0
	}, -1)
	out := &api.DescribeSnatTableEntriesResponse{PageNumber: page.Number, PageSize: page.Size, TotalCount: total}
	out.SnatTableEntries.SnatTableEntry = make([]api.DescribeSnatTableEntriesSnatTableEntry, len(rows))
	for i, r := range rows {
		e := r.Record
		o := &out.SnatTableEntries.SnatTableEntry[i]
		o.SnatEntryID, o.SnatTableID, o.NatGatewayID = ecs.ID(ecs.KindSNATEntry, r.Key), ecs.ID(ecs.KindSNATTable, gk), ecs.ID(ecs.KindNATGateway, gk)
		o.SnatEntryName, o.SnatIP, o.SourceCIDR, o.SourceVSwitchID = e.Name, join(e.IPs), e.Source.String(), ecs.ID(ecs.KindVSwitch, e.VSwitch)
		o.Status, o.EIPAffinity = ecs.RuleStatus(&e.Work, "Pending"), "0"
		if e.Affinity {
			o.EIPAffinity = "1"
		}
	}
	return out, nil
}

func fits(want, have string) bool { return want == "" || want == have }

func join(ips []ecs.IPv4) string {
	var out []string
	for _, ip := range ips {
		out = append(out, ip.String())
	}
	return strings.Join(out, ",")
}
