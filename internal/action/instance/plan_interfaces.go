package instance

import (
	"slices"
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

// card is a secondary network interface that each instance gets, or what
// NetworkInterface.N says of the primary one beside what parameters of the
// instance say.
type card struct {
	existing ecs.Key // made before; nothing else counts then but DeleteOnRelease
	vswitch  ecs.Key
	prefix   ecs.Prefix
	prefix6  ecs.Prefix6
	groups   []ecs.Key
	ip       ecs.IPv4 // 0: any
	wish     network.Wish
	six      network.Wish6
	more     ecs.InterfaceMore
}

const (
	maxCardAddresses  = 49 // secondary private addresses of a new interface
	maxCardAddresses6 = 10
)

// primary takes what NetworkInterface.N with InstanceType=Primary says for the
// parameters of the instance that say the same, which must be absent then.
func (p *planner) primary() error {
	at := slices.IndexFunc(p.in.NetworkInterface, isPrimary)
	if at < 0 {
		return nil
	}
	in, n := *p.in, p.in.NetworkInterface[at]
	err := action.FirstOf([]action.Check{
		{slices.ContainsFunc(in.NetworkInterface[at+1:], isPrimary), api.CodeInvalidParameterNetworkInterface, "An instance has one primary network interface."},
		{in.VSwitchID != "" || in.PrivateIPAddress != "" || in.SecurityGroupID != "" || len(in.SecurityGroupIDs) > 0 || len(in.IPv6Address) > 0 ||
			in.IPv6AddressCount != nil || in.NetworkInterfaceQueueNumber != nil, api.CodeInvalidParameterNetworkInterface,
			"What NetworkInterface.N says of the primary network interface cannot be said of the instance as well."},
		{n.NetworkInterfaceID != "", api.CodeInvalidOperationRegionNotSupportNetworkInterfaceId, "The primary network interface of an instance is made with it."},
		{n.VSwitchID == "", api.CodeMissingParameter, `The input parameter "NetworkInterface.N.VSwitchId" that is mandatory for processing this request is not supplied.`},
		{n.SecurityGroupID == "" && len(n.SecurityGroupIDs) == 0, api.CodeMissingParameter, `The input parameter "NetworkInterface.N.SecurityGroupId" that is mandatory for processing this request is not supplied.`},
	})
	if err != nil {
		return err
	}
	in.VSwitchID, in.PrivateIPAddress, in.SecurityGroupID, in.SecurityGroupIDs = n.VSwitchID, n.PrimaryIPAddress, n.SecurityGroupID, n.SecurityGroupIDs
	in.IPv6Address = n.IPv6Address
	if n.IPv6AddressCount != nil {
		count := int(*n.IPv6AddressCount)
		in.IPv6AddressCount = &count
	}
	p.in = &in
	return nil
}

func isPrimary(n api.RunInstancesRequestNetworkInterface) bool { return n.InstanceType == "Primary" }

// interfaces checks NetworkInterface.N, of which there are as many as the
// instance type allows. A secondary interface is in the vSwitch and the security
// groups of the instance unless it names others of the VPC.
func (p *planner) interfaces() error {
	in, pl := p.in, &p.plan
	if q := in.NetworkInterfaceQueueNumber; q != nil {
		if err := p.queues(q); err != nil {
			return err
		}
		pl.main.more.Queues = int32(*q)
	}
	if len(in.NetworkInterface) == 0 {
		return nil
	}
	if pl.network == ecs.NetworkClassic {
		return api.Errorf(api.CodeInvalidParamNetworkInterface, "Instances in the classic network have no further network interfaces.")
	}
	for i := range in.NetworkInterface {
		n := &in.NetworkInterface[i]
		if err := p.cardForm(n); err != nil {
			return err
		}
		if isPrimary(*n) {
			fill(&pl.main, n)
			continue
		}
		c, err := p.card(n)
		if err != nil {
			return err
		}
		pl.cards = append(pl.cards, *c)
	}
	err := action.FirstOf([]action.Check{
		{len(pl.cards) > 0 && pl.typ.ENIs < 2, api.CodeInvalidInstanceTypeElasticNetworkInterfaceNotSupported, "The specified instance type allows no secondary network interface."},
		{1+len(pl.cards) > pl.typ.ENIs, api.CodeInvalidOperationEniCountExceeded, "The specified instance type allows fewer network interfaces."},
		{len(pl.cards) > 0 && pl.amount > 1 && pl.ip != 0, api.CodeInvalidParamSecondaryNetworkInterface, "Several instances whose primary private IP addresses are named have no secondary network interfaces."},
		{pl.main.wish.Count > 0 && pl.amount > 1 && pl.ip != 0, api.CodeInvalidParamsCreateEniParams, "Several instances whose primary private IP addresses are named have no secondary addresses."},
		{p.sameAddress(), api.CodeInvalidPrivateIpAddressDuplicated, "Specified private IP address is duplicated."},
	})
	if err != nil {
		return err
	}
	return pl.groupRoom(p.snap)
}

// sameAddress reports whether an address is asked for twice in a vSwitch.
func (p *planner) sameAddress() bool {
	type place struct {
		vswitch ecs.Key
		ip      ecs.IPv4
	}
	seen := []place{{p.plan.vswitch, p.plan.ip}}
	for _, c := range p.plan.cards {
		at := place{c.vswitch, c.ip}
		if c.ip != 0 && slices.Contains(seen, at) {
			return true
		}
		seen = append(seen, at)
	}
	return false
}

// cardForm checks what is alike for primary and secondary interfaces.
func (p *planner) cardForm(n *api.RunInstancesRequestNetworkInterface) error {
	t, six := p.plan.typ, len(n.IPv6Address)
	if n.IPv6AddressCount != nil {
		six += int(*n.IPv6AddressCount)
	}
	more := number(n.SecondaryPrivateIPAddressCount, 0)
	badSize := func(n *int) bool { return n != nil && *n != 8192 && *n != 16384 }
	err := action.FirstOf([]action.Check{
		{!action.OneOf(n.InstanceType, "Primary", "Secondary"), api.CodeInvalidParameterEniType, "The specified NetworkInterface.N.InstanceType is not valid."},
		{n.NetworkInterfaceName != "" && !ecs.ValidName(n.NetworkInterfaceName), api.CodeInvalidParamNetworkInterface, "The specified NetworkInterface.N.NetworkInterfaceName is not valid."},
		{n.Description != "" && !ecs.ValidDescription(n.Description), api.CodeInvalidParamNetworkInterface, "The specified NetworkInterface.N.Description is not valid."},
		{n.SecurityGroupID != "" && len(n.SecurityGroupIDs) > 0, api.CodeInvalidParamNetworkInterface, "NetworkInterface.N.SecurityGroupId and SecurityGroupIds.N cannot be specified at the same time."},
		{number(n.NetworkCardIndex, 0) != 0, api.CodeInvalidParamNetworkInterface, "The instance types have one network card: NetworkCardIndex is 0."},
		{!action.OneOf(n.NetworkInterfaceTrafficMode, "Standard", "HighPerformance"), api.CodeInvalidParameterEniTrafficMode, "The specified NetworkInterfaceTrafficMode is not valid."},
		{n.QueuePairNumber != nil && n.NetworkInterfaceTrafficMode != "HighPerformance", api.CodeInvalidParameterQueuePairNumberMustEmpty, "QueuePairNumber is for interfaces in HighPerformance mode."},
		{n.NetworkInterfaceTrafficMode == "HighPerformance", api.CodeInvalidOperationHighPerformanceEniPerInstanceLimitExceeded, "The instance type supports no network interface in HighPerformance mode."},
		{badSize(n.RxQueueSize) || badSize(n.TxQueueSize) || number(n.RxQueueSize, 0) != number(n.TxQueueSize, 0), api.CodeInvalidParameterEniQueueSize, "RxQueueSize and TxQueueSize must be the same power of 2 from 8192 to 16384."},
		{n.RxQueueSize != nil, api.CodeInvalidEniQueueSizeRegionOrUserNotSupported, "The depth of queues cannot be set in this region."},
		{n.SecondaryPrivateIPAddressCount != nil && (more < 1 || more > maxCardAddresses), api.CodeInvalidParamsCreateEniParams, "The specified SecondaryPrivateIpAddressCount is not valid."},
		{1+more > t.IPsPerENI, api.CodeInvalidParamsCreateEniParams, "The specified instance type allows fewer private IP addresses of a network interface."},
		{len(n.IPv6Address) > 0 && n.IPv6AddressCount != nil, api.CodeInvalidParamsCreateEniParams, "Ipv6Address.N and Ipv6AddressCount cannot be specified at the same time."},
		{n.IPv6AddressCount != nil && (*n.IPv6AddressCount < 1 || *n.IPv6AddressCount > maxCardAddresses6), api.CodeInvalidParamsCreateEniParams, "The specified Ipv6AddressCount is not valid."},
		{len(n.IPv6Address) > 0 && p.plan.amount > 1, api.CodeInvalidParamsCreateEniParams, "Ipv6Address.N is for one instance only."},
		{six > 0 && t.IPv6sPerENI == 0, api.CodeInvalidOperationIpv6NotSupport, "The specified instance type does not support IPv6."},
		{six > t.IPv6sPerENI, api.CodeInvalidOperationIpv6CountExceeded, "The specified instance type allows fewer IPv6 addresses."},
	})
	if err == nil && n.QueueNumber != nil {
		err = p.queues(n.QueueNumber)
	}
	return err
}

// queues checks how many queues an interface is to have.
func (p *planner) queues(n *int) error {
	return action.FirstOf([]action.Check{
		{*n < 1 || p.plan.network == ecs.NetworkClassic, api.CodeInvalidParameterInvalidEniQueueNumber, "The specified QueueNumber is not valid."},
		{*n > p.plan.typ.Queues, api.CodeInvalidOperationExceedInstanceTypeQueueNumber, "The instance type does not allow so many queues."},
	})
}

// fill is what a primary and a secondary interface are told alike, beside
// addresses of their own and their place.
func fill(c *card, n *api.RunInstancesRequestNetworkInterface) {
	c.wish.Count = number(n.SecondaryPrivateIPAddressCount, 0)
	m := &c.more
	m.Name, m.Description, m.Queues = strings.Clone(n.NetworkInterfaceName), strings.Clone(n.Description), int32(number(n.QueueNumber, 0))
	m.Flags = m.Flags.Set(ecs.SourceDestCheck, action.Flag(n.SourceDestCheck))
	if !isPrimary(*n) {
		m.Flags = m.Flags.Set(ecs.DeleteOnRelease, n.DeleteOnRelease == nil || *n.DeleteOnRelease)
	}
}

// card is a secondary interface that is asked for.
func (p *planner) card(n *api.RunInstancesRequestNetworkInterface) (*card, error) {
	pl := &p.plan
	c := &card{vswitch: pl.vswitch, prefix: pl.prefix, prefix6: pl.prefix6, groups: pl.groups}
	fill(c, n)
	if n.NetworkInterfaceID != "" {
		return c, p.madeBefore(c, n)
	}
	var ok bool
	c.ip, ok = ecs.ParseIPv4(n.PrimaryIPAddress)
	err := action.FirstOf([]action.Check{
		{n.PrimaryIPAddress != "" && !ok, api.CodeInvalidPrivateIpAddressMalformed, "Specified private IP address is malformed."},
		{c.ip != 0 && pl.amount > 1, api.CodeInvalidPrimaryIpAddressSizeInvalid, "The NetworkInterface PrimaryIpAddress is used to create only one instance."},
	})
	if err != nil {
		return nil, err
	}
	if n.VSwitchID != "" {
		k, w, err := action.VSwitch(p.c, p.snap, n.VSwitchID)
		switch {
		case err != nil:
			return nil, api.Errorf(api.CodeInvalidVSwitchIdNotFound, "Specified virtual switch does not exist.")
		case w.VPC != pl.vpc:
			return nil, api.Errorf(api.CodeInvalidParameterMismatch, "The vSwitches of an instance's network interfaces are in one VPC.")
		case p.snap.Str(w.Zone) != pl.zone.ID:
			return nil, api.Errorf(api.CodeInvalidParameterMismatch, "The vSwitches of an instance's network interfaces are in one zone.")
		}
		c.vswitch, c.prefix, c.prefix6 = k, w.Prefix, w.Prefix6
	}
	if c.ip != 0 && !c.prefix.Contains(c.ip) {
		return nil, api.Errorf(api.CodeInvalidPrivateIpAddress, "Specified private IP address is not in the CIDR block of virtual switch.")
	}
	if n.IPv6AddressCount != nil {
		c.six.Count = int(*n.IPv6AddressCount)
	}
	for _, text := range n.IPv6Address {
		ip, ok := ecs.ParseIPv6(text)
		if !ok || slices.Contains(c.six.IPs, ip) {
			return nil, api.Errorf(api.CodeInvalidParamsCreateEniParams, "The specified IPv6 address %q is not valid.", text)
		}
		c.six.IPs = append(c.six.IPs, ip)
	}
	if c.six.Len() > 0 && c.prefix6.IsZero() {
		return nil, api.Errorf(api.CodeInvalidVSwitchIpv6NotTurnOn, "IPv6 is not turned on for the specified vSwitch.")
	}
	return c, p.cardGroups(c, n)
}

// cardGroups finds the security groups of a secondary interface: of the VPC and of
// the kind of the instance's.
func (p *planner) cardGroups(c *card, n *api.RunInstancesRequestNetworkInterface) error {
	ids := n.SecurityGroupIDs
	if n.SecurityGroupID != "" {
		ids = []string{n.SecurityGroupID}
	}
	if len(ids) == 0 {
		return nil
	}
	if len(ids) > maxGroups {
		return api.Errorf(api.CodeJoinedGroupLimitExceed, "A network interface can be in at most %d security groups.", maxGroups)
	}
	c.groups = nil
	var first *ecs.SecurityGroup
	for _, id := range ids {
		k, g, err := action.SecurityGroup(p.c, p.snap, id)
		switch {
		case err != nil:
			return err
		case slices.Contains(c.groups, k):
			return api.Errorf(api.CodeInvalidParameterSecurityGroupIdRepeated, "The specified security group ids are repeated.")
		case g.VPC != p.plan.vpc:
			return api.Errorf(api.CodeInvalidSecurityGroupVpcMismatch, "The specified security groups are not in the same VPC.")
		case first != nil && g.Enterprise != first.Enterprise:
			return api.Errorf(api.CodeEnterpriseGroupLimitedMutliGroupType, "The specified instance can not join multi SecurityGroup types.")
		}
		if first == nil {
			first = g
		}
		c.groups = append(c.groups, k)
	}
	return nil
}

// madeBefore finds an interface that was made before and becomes the one
// instance's: of it nothing else can be said but whether it ends with that.
func (p *planner) madeBefore(c *card, n *api.RunInstancesRequestNetworkInterface) error {
	rest := *n
	rest.NetworkInterfaceID, rest.InstanceType, rest.DeleteOnRelease, rest.NetworkCardIndex = "", "", nil, nil
	k, r, ok := action.Find(p.c, p.snap, state.Interfaces, ecs.KindNetworkInterface, func(n *ecs.NetworkInterface) uint64 { return n.Account }, n.NetworkInterfaceID)
	err := action.FirstOf([]action.Check{
		{!ok || r.VPC == 0, api.CodeInvalidEniIdNotFound, "The specified NetworkInterfaceId does not exist."},
		{p.plan.amount > 1, api.CodeInvalidParameterEniNumExceededWithLaunchEcs, "A network interface that exists can be attached to one instance only."},
		{!said(&rest), api.CodeInvalidOperationNetworkInterface, "Of a network interface that exists nothing else can be said."},
	})
	if err != nil {
		return err
	}
	c.existing = k
	for i := range p.plan.cards {
		if p.plan.cards[i].existing == k {
			return api.Errorf(api.CodeInvalidOperationInvalidNetworkInterfaceId, "The network interface is named twice.")
		}
	}
	m := r.Rest()
	if r.VPC != p.plan.vpc || p.snap.Str(r.Zone) != p.plan.zone.ID || 1+len(m.Secondary)+len(m.Prefixes) > p.plan.typ.IPsPerENI ||
		len(m.IPv6)+len(m.Prefixes6) > p.plan.typ.IPv6sPerENI || int(m.Queues) > p.plan.typ.Queues || m.Flags.Has(ecs.HighPerformance) {
		return api.Errorf(api.CodeInvalidOperationInvalidNetworkInterfaceId, "The network interface is of another VPC or zone, or has more than the instance type allows.")
	}
	return attachable(r)
}

// said reports that nothing is said of an interface.
func said(n *api.RunInstancesRequestNetworkInterface) bool {
	return n.Description == "" && len(n.IPv6Address) == 0 && n.IPv6AddressCount == nil && n.NetworkInterfaceName == "" && n.NetworkInterfaceTrafficMode == "" &&
		n.PrimaryIPAddress == "" && n.QueueNumber == nil && n.QueuePairNumber == nil && n.RxQueueSize == nil && n.SecondaryPrivateIPAddressCount == nil &&
		n.SecurityGroupID == "" && len(n.SecurityGroupIDs) == 0 && n.SourceDestCheck == nil && n.TxQueueSize == nil && n.VSwitchID == ""
}

func attachable(n *ecs.NetworkInterface) error {
	if n.Primary || n.Status() != ecs.InterfaceAvailable {
		return api.Errorf(api.CodeInvalidOperationInvalidNetworkInterfaceId, "The network interface is not Available.")
	}
	return nil
}
