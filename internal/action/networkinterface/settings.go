package networkinterface

import (
	"slices"
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// settings is what both the creation and the modification of an interface may
// say of it. nil and "" say nothing, but that c.Has tells an empty text.
type settings struct {
	name, description        string
	deleteOnRelease          *bool
	sourceDestCheck          *bool
	queues, pairs            *int
	rx, tx                   *int
	mode                     string
	closed, established, udp *int
	enhanced                 bool // parameters of EnhancedNetwork, which is not open to the public
}

// Bounds of what an interface may be set to.
const (
	maxQueues    = 2048
	minQueueSize = 8192
	maxQueueSize = 16384
)

var (
	establishedTimes = []int{30, 60, 80, 100, 200, 300, 500, 700, 910}
	udpTimes         = []int{10, 20, 30, 60, 80, 100}
)

// check checks the form. Depths of queues are refused in any case: the real
// service opens them to some accounts only.
func (p *settings) check() error {
	badSize := func(n *int) bool { return n != nil && *n != minQueueSize && *n != maxQueueSize }
	return action.FirstOf([]action.Check{
		{p.name != "" && !ecs.ValidName(p.name), api.CodeInvalidParameter, `The specified parameter "NetworkInterfaceName" is not valid.`},
		{p.description != "" && !ecs.ValidDescription(p.description), api.CodeInvalidParameter, `The specified parameter "Description" is not valid.`},
		{p.queues != nil && (*p.queues < 1 || *p.queues > maxQueues), api.CodeInvalidParameterInvalidEniQueueNumber, "The specified QueueNumber is not valid."},
		{p.mode != "" && p.mode != "Standard" && p.mode != "HighPerformance", api.CodeInvalidParameter, `The specified parameter "NetworkInterfaceTrafficMode" is not valid.`},
		{p.pairs != nil && (*p.pairs < 1 || p.mode != "HighPerformance"), api.CodeInvalidParameter, "QueuePairNumber is for interfaces in HighPerformance mode."},
		{badSize(p.rx) || badSize(p.tx) || number(p.rx) != number(p.tx), api.CodeInvalidParameterEniQueueSize, "RxQueueSize and TxQueueSize must be the same power of 2 from 8192 to 16384."},
		{p.rx != nil, api.CodeInvalidEniQueueSizeRegionOrUserNotSupported, "The depth of queues cannot be set in this region."},
		{p.enhanced, api.CodeUnsupportedParameter, "EnhancedNetwork is not supported."},
		{p.closed != nil && (*p.closed < 3 || *p.closed > 15), api.CodeInvalidParameter, "The specified TcpClosedAndTimeWaitTimeout is not valid."},
		{p.established != nil && !slices.Contains(establishedTimes, *p.established), api.CodeInvalidParameter, "The specified TcpEstablishedTimeout is not valid."},
		{p.udp != nil && !slices.Contains(udpTimes, *p.udp), api.CodeInvalidParameter, "The specified UdpTimeout is not valid."},
	})
}

// apply writes what is said.
func (p *settings) apply(c *action.Call, m *ecs.InterfaceMore) {
	if c.Has("NetworkInterfaceName") {
		m.Name = strings.Clone(p.name)
	}
	if c.Has("Description") {
		m.Description = strings.Clone(p.description)
	}
	if p.deleteOnRelease != nil {
		m.Flags = m.Flags.Set(ecs.DeleteOnRelease, *p.deleteOnRelease)
	}
	if p.sourceDestCheck != nil {
		m.Flags = m.Flags.Set(ecs.SourceDestCheck, *p.sourceDestCheck)
	}
	if p.queues != nil {
		m.Queues = int32(*p.queues)
	}
	if p.mode != "" {
		m.Flags = m.Flags.Set(ecs.HighPerformance, p.mode == "HighPerformance")
		m.QueuePairs = int32(number(p.pairs))
	}
	t := &m.ConnectionTrack
	for _, s := range [...]struct {
		to *uint16
		n  *int
	}{{&t.TCPClosed, p.closed}, {&t.TCPEstablished, p.established}, {&t.UDP, p.udp}} {
		if s.n != nil {
			*s.to = uint16(*s.n)
		}
	}
}

// maxGroups is how many security groups an interface may be in.
const maxGroups = 5

// groups finds the security groups that an interface of a VPC is to be in; have
// are those that it is in already. They are of the VPC and of one type, and have
// room.
func groups(c *action.Call, v state.View, ids []string, vpc ecs.Key, have []ecs.Key) (keys []ecs.Key, err error) {
	if len(ids) > maxGroups {
		return nil, api.Errorf(api.CodeJoinedGroupLimitExceed, "A network interface can be in at most %d security groups.", maxGroups)
	}
	var first *ecs.SecurityGroup
	for _, id := range ids {
		k, g, err := action.SecurityGroup(c, v, id)
		if err != nil {
			return nil, err
		}
		if first == nil {
			first = g
		}
		err = action.FirstOf([]action.Check{
			{slices.Contains(keys, k), api.CodeInvalidParameter, "The specified security groups are repeated."},
			{g.VPC == 0, api.CodeInvalidSecurityGroupIdNotVpc, "The specified security group is not of a VPC."},
			{g.VPC != vpc, api.CodeInvalidOperationVpcMismatch, "The specified security group and the network interface are not in the same VPC."},
			{g.Enterprise != first.Enterprise, api.CodeInvalidOperationMultiGroupType, "A network interface cannot be in security groups of different types."},
			{!slices.Contains(have, k) && state.InterfacesByGroup.Count(v, uint64(k)) >= g.Limit(), api.CodeSecurityGroupInstanceLimitExceed, "The security group is full."},
		})
		if err != nil {
			return nil, err
		}
		keys = append(keys, k)
	}
	return keys, nil
}
