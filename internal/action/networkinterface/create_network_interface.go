package networkinterface

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "CreateNetworkInterface", (*Service).CreateNetworkInterface)

// CreateNetworkInterface makes a secondary interface. It is Available when the
// answer leaves, as the real service documents, and stays when an instance that
// it was attached to ends, unless DeleteOnRelease says otherwise. BusinessType and
// Visible are of no effect in the real service any more.
func (s *Service) CreateNetworkInterface(c *action.Call, in *api.CreateNetworkInterfaceRequest) (*api.CreateNetworkInterfaceResponse, error) {
	once, err := c.Once(in.ClientToken, nil)
	if err != nil {
		return nil, err
	}
	p, err := newPlan(c, in)
	if err != nil {
		return nil, err
	}
	var out *api.CreateNetworkInterfaceResponse
	err = s.DB.Update(c.Context, func(tx *state.Tx) error {
		k, err := once.DoOne(tx, func() (ecs.Key, error) { return p.write(tx) })
		if err != nil {
			return err
		}
		n, ok := state.Interfaces.Get(tx, k)
		if !ok {
			return notFound() // made with the same token, and gone since
		}
		out = s.created(tx, k, n)
		return nil
	})
	return out, err
}

// plan is a request that is known to be well formed.
type plan struct {
	c        *action.Call
	in       *api.CreateNetworkInterfaceRequest
	ip       ecs.IPv4
	more     network.Wish
	six      network.Wish6
	groups   []string
	settings settings
}

func newPlan(c *action.Call, in *api.CreateNetworkInterfaceRequest) (*plan, error) {
	t := in.NetworkInterfaceTrafficConfig
	p := &plan{c: c, in: in, groups: in.SecurityGroupIDs, settings: settings{
		name: in.NetworkInterfaceName, description: in.Description, deleteOnRelease: in.DeleteOnRelease, sourceDestCheck: in.SourceDestCheck,
		queues: either(in.QueueNumber, t.QueueNumber), pairs: either(in.QueuePairNumber, t.QueuePairNumber), rx: either(in.RxQueueSize, t.RxQueueSize),
		tx: either(in.TxQueueSize, t.TxQueueSize), mode: in.NetworkInterfaceTrafficMode, closed: in.ConnectionTrackingConfiguration.TcpClosedAndTimeWaitTimeout,
		established: in.ConnectionTrackingConfiguration.TcpEstablishedTimeout, udp: in.ConnectionTrackingConfiguration.UdpTimeout,
		enhanced: in.EnhancedNetwork != (api.CreateNetworkInterfaceRequestEnhancedNetwork{}),
	}}
	if p.settings.mode == "" {
		p.settings.mode = t.NetworkInterfaceTrafficMode
	}
	if in.SecurityGroupID != "" {
		p.groups = []string{in.SecurityGroupID}
	}
	var ok bool
	p.ip, ok = ecs.ParseIPv4(in.PrimaryIPAddress)
	err := action.FirstOf([]action.Check{
		{in.InstanceType == "Trunk", api.CodeUnsupportedParameter, "Trunk network interfaces are not supported."},
		{in.InstanceType != "" && in.InstanceType != "Secondary", api.CodeInvalidParameter, `The specified parameter "InstanceType" is not valid.`},
		{in.SecurityGroupID != "" && len(in.SecurityGroupIDs) > 0, api.CodeInvalidParameterConflict, "SecurityGroupId and SecurityGroupIds.N cannot be specified at the same time."},
		{len(p.groups) == 0, api.CodeMissingParameter, `The input parameter "SecurityGroupId" that is mandatory for processing this request is not supplied.`},
		{in.PrimaryIPAddress != "" && !ok, api.CodeInvalidIpAddress, "The specified PrimaryIpAddress is not valid."},
	})
	if err == nil {
		err = p.settings.check()
	}
	if err == nil {
		err = tag.Check(in.Tag)
	}
	if err == nil {
		p.more, err = (&ipv4Request{
			named: in.PrivateIPAddress, maxNamed: maxCreateNamed, count: in.SecondaryPrivateIPAddressCount, prefixes: in.IPv4Prefix, prefixCount: in.IPv4PrefixCount,
			malformed: api.CodeInvalidIpAddress, conflict: api.CodeInvalidParameterConflict,
		}).wish()
	}
	if err == nil {
		p.six, err = (&ipv6Request{
			named: in.IPv6Address, count: in.IPv6AddressCount, prefixes: in.IPv6Prefix, prefixCount: in.IPv6PrefixCount,
			malformed: api.CodeInvalidIpAddress, conflict: api.CodeInvalidParameterConflict,
		}).wish()
	}
	return p, err
}

// either is the parameter that was given, of two names that it has.
func either(a, b *int) *int {
	if a != nil {
		return a
	}
	return b
}

// write makes the interface.
func (p *plan) write(tx *state.Tx) (ecs.Key, error) {
	w, vs, err := action.VSwitch(p.c, tx, p.in.VSwitchID)
	if err != nil {
		return 0, err
	}
	if err := network.InterfaceRoom(tx, p.c.Caller.Account, w.Region()); err != nil {
		return 0, err
	}
	n := &ecs.NetworkInterface{Account: p.c.Caller.Account, Zone: vs.Zone, VPC: vs.VPC, VSwitch: w, Created: p.c.Now.Unix()}
	if n.Groups, err = groups(p.c, tx, p.groups, vs.VPC, nil); err != nil {
		return 0, err
	}
	for _, ip := range p.more.IPs {
		if ip == p.ip {
			return 0, api.Errorf(api.CodeInvalidIpIpRepeated, "The specified IP address %q is repeated.", ip)
		}
	}
	if 1+p.more.Len() > maxFree {
		return 0, api.Errorf(api.CodeMaxEniPrivateIpsCountExceeded, "A network interface has at most %d private IP addresses.", maxFree)
	}
	var ok bool
	if n.ResourceGroup, ok = resource.Group(tx, n.Account, p.in.ResourceGroupID); !ok {
		return 0, api.Errorf(api.CodeInvalidResourceGroupNotFound, "The specified resource group does not exist.")
	}
	n.Tags = tag.Store(tx, p.in.Tag)
	n = n.Change(func(m *ecs.InterfaceMore) { p.settings.apply(p.c, m) })
	if p.six.Len() > maxIPv6 {
		return 0, api.Errorf(api.CodeMaxEniIpv6IpsCountExceeded, "A network interface has at most %d IPv6 addresses.", maxIPv6)
	}
	if n, _, err = p.six.Grant(tx, vs.Prefix6, n); err != nil {
		return 0, err
	}
	k, err := network.Make(tx, w.Region(), vs.Prefix, n, p.ip, &p.more)
	return k, recode(err, addressCodes)
}

// created is an interface as its creation is answered.
func (s *Service) created(v state.View, k ecs.Key, n *ecs.NetworkInterface) *api.CreateNetworkInterfaceResponse {
	var e api.DescribeNetworkInterfacesNetworkInterfaceSet
	s.show(&e, v, k, n)
	o := &api.CreateNetworkInterfaceResponse{
		Description: e.Description, MacAddress: e.MacAddress, NetworkInterfaceID: e.NetworkInterfaceID, NetworkInterfaceName: e.NetworkInterfaceName,
		OwnerID: e.OwnerID, PrivateIPAddress: e.PrivateIPAddress, ResourceGroupID: e.ResourceGroupID, SourceDestCheck: e.SourceDestCheck,
		Status: e.Status, Type: e.Type, VSwitchID: e.VSwitchID, VPCID: e.VPCID, ZoneID: e.ZoneID,
	}
	o.SecurityGroupIDs.SecurityGroupID, o.Tags.Tag = e.SecurityGroupIDs.SecurityGroupID, e.Tags.Tag
	for _, ip := range e.PrivateIPSets.PrivateIPSet {
		o.PrivateIPSets.PrivateIPSet = append(o.PrivateIPSets.PrivateIPSet, api.CreateNetworkInterfacePrivateIPSet{PrivateIPAddress: ip.PrivateIPAddress, Primary: ip.Primary})
	}
	for _, p := range e.IPv4PrefixSets.IPv4PrefixSet {
		o.IPv4PrefixSets.IPv4PrefixSet = append(o.IPv4PrefixSets.IPv4PrefixSet, api.CreateNetworkInterfaceIPv4PrefixSet(p))
	}
	for _, ip := range e.IPv6Sets.IPv6Set {
		o.IPv6Sets.IPv6Set = append(o.IPv6Sets.IPv6Set, api.CreateNetworkInterfaceIPv6Set(ip))
	}
	for _, p := range e.IPv6PrefixSets.IPv6PrefixSet {
		o.IPv6PrefixSets.IPv6PrefixSet = append(o.IPv6PrefixSets.IPv6PrefixSet, api.CreateNetworkInterfaceIPv6PrefixSet(p))
	}
	return o
}
