package network_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

// walk is a random walk over what has addresses of one vSwitch, small enough to
// be full now and then.
type walk struct {
	*actiontest.Service
	r       *rand.Rand
	net     actiontest.Network
	vswitch ecs.Key
	prefix  ecs.Prefix
	done    []string // the last operations, to be told with a failure
	worked  map[string]int
}

// refused are the codes that a random operation may be refused with.
var refused = []string{
	api.CodeInvalidVSwitchIdIpNotEnough, api.CodeQuotaExceededPrivateIpAddress, api.CodeInvalidIpIpAssigned, api.CodeInvalidPrivateIpAddressDuplicated,
	api.CodeInvalidVSwitchIdIpInvalid, api.CodeInvalidIpIpUnassigned, api.CodeInvalidIpIpRepeated,
	api.CodeInvalidOperationInvalidEniState, api.CodeInvalidOperationInvalidEcsState, api.CodeInvalidOperationInvalidEniType, api.CodeIncorrectInstanceStatus, api.CodeIncorrectInstanceStatusInitializing,
	api.CodeIncorrectHaVipStatus, api.CodeInvalidOperationIpv6CountExceeded, api.CodeMaxEniIpv6IpsCountExceeded, api.CodeInvalidAssociationDuplicated, api.CodeCountLimitExceedHaVipOnInstance,
	api.CodeInvalidParameterMismatch, api.CodeInvalidInstanceIdNotFound, api.CodeDependencyViolation, api.CodeInvalidIpIpAssigned,
	api.CodeInvalidOperationDetachPrimaryEniNotAllowed, api.CodeEniPerInstanceLimitExceeded, api.CodeInvalidOperationIpv4CountExceeded,
}

// try calls an action, and reports whether it was done.
func (w *walk) try(action string, params ...string) bool {
	w.done = append(w.done, fmt.Sprint(action, params))
	_, err := w.Send(action, params...)
	e, ok := errors.AsType[*api.Error](err)
	switch {
	case err == nil:
		w.worked[action]++
	case ok && strings.HasPrefix(action, "Delete") && strings.HasPrefix(e.Code, "DependencyViolation"):
		w.names(e)
		w.worked["refused "+action]++
	case !ok || !slices.Contains(refused, e.Code):
		w.fatal("%v", err)
	}
	return err == nil
}

var anyID = regexp.MustCompile(`(eni|vsw|havip|ngw|sg|rte|i)-[0-9a-z]+`)

// names fails the walk where a refused delete does not name what depends on the
// resource, or names what is not there.
func (w *walk) names(e *api.Error) {
	v := w.DB().Snapshot()
	there := false
	for _, id := range anyID.FindAllString(e.Message, -1) {
		has := func(kind ecs.Kind, get func(ecs.Key) bool) {
			if k, ok := ecs.ParseID(kind, id); ok && get(k) {
				there = true
			}
		}
		has(ecs.KindNetworkInterface, func(k ecs.Key) bool { _, ok := state.Interfaces.Get(v, k); return ok })
		has(ecs.KindVSwitch, func(k ecs.Key) bool { _, ok := state.VSwitches.Get(v, k); return ok })
		has(ecs.KindHaVip, func(k ecs.Key) bool { _, ok := state.HaVips.Get(v, k); return ok })
		has(ecs.KindNATGateway, func(k ecs.Key) bool { _, ok := state.NATGateways.Get(v, k); return ok })
		has(ecs.KindSecurityGroup, func(k ecs.Key) bool { _, ok := state.Groups.Get(v, k); return ok })
		has(ecs.KindInstance, func(k ecs.Key) bool { _, ok := state.Instances.Get(v, k); return ok })
	}
	if !there {
		w.fatal("%v names nothing that is there", e)
	}
}

func (w *walk) fatal(format string, args ...any) {
	w.T.Helper()
	w.T.Fatalf("after %q:\n%s", w.done[max(0, len(w.done)-20):], fmt.Sprintf(format, args...))
}

// some is the identifier of a row of a table, "" where it has none.
func some[R any](w *walk, t *state.Table[R], kind ecs.Kind) string {
	v := w.DB().Snapshot()
	var keys []ecs.Key
	for k := range t.Ascend(v, 0, 0) {
		keys = append(keys, k)
	}
	if len(keys) == 0 {
		return ""
	}
	return ecs.ID(kind, keys[w.r.IntN(len(keys))])
}

// address is a random address in the vSwitch, or just beside it.
func (w *walk) address() ecs.IPv4 {
	return w.prefix.Addr + ecs.IPv4(w.r.IntN(int(w.prefix.Size())+2)) - 1
}

// held has, for each address of the vSwitch that something has, what that is.
func (w *walk) held() map[ecs.IPv4]string {
	held := map[ecs.IPv4]string{}
	add := func(ip ecs.IPv4, who string) {
		if held[ip] != "" {
			w.fatal("%v belongs to %s and to %s", ip, held[ip], who)
		}
		if !w.prefix.Usable(ip) {
			w.fatal("%v, which belongs to %s, is not to be given", ip, who)
		}
		held[ip] = who
	}
	v := w.DB().Snapshot()
	for k, n := range state.Interfaces.Ascend(v, 0, 0) {
		who := ecs.ID(ecs.KindNetworkInterface, k)
		add(n.IP, who)
		for _, ip := range n.Rest().Secondary {
			add(ip, who)
		}
		for _, p := range n.Rest().Prefixes {
			for i := range ecs.PrefixSize {
				add(p.Addr+ecs.IPv4(i), who)
			}
		}
	}
	for k, g := range state.NATGateways.Ascend(v, 0, 0) {
		add(g.IP, ecs.ID(ecs.KindNATGateway, k))
	}
	for k, h := range state.HaVips.Ascend(v, 0, 0) {
		add(h.IP, ecs.ID(ecs.KindHaVip, k))
	}
	return held
}

// check6 fails the walk where two interfaces have one IPv6 address, or one has an
// address of another's prefix.
func (w *walk) check6() {
	had, blocks := map[ecs.IPv6]bool{}, map[ecs.Prefix6]bool{}
	all := state.Interfaces.Ascend(w.DB().Snapshot(), 0, 0)
	for _, n := range all {
		for _, p := range n.Rest().Prefixes6 {
			if blocks[p] {
				w.fatal("%v is given twice", p)
			}
			blocks[p] = true
		}
	}
	for _, n := range all {
		for _, ip := range n.Rest().IPv6 {
			if had[ip] || blocks[ip.Block6()] {
				w.fatal("%v is given twice", ip)
			}
			had[ip] = true
		}
	}
}

// check compares the rows with the count that is shown and with the bitmap that
// addresses are given from.
func (w *walk) check() {
	held := w.held()
	w.check6()
	if n := network.FreeCount(w.DB().Snapshot(), w.vswitch, w.prefix); n != w.prefix.UsableCount()-len(held) {
		w.fatal("%d addresses count as free, %d are held", n, len(held))
	}
	w.Update(func(tx *state.Tx) {
		if n := network.Taken(tx, w.vswitch, w.prefix); n != len(held) {
			w.fatal("%d addresses are taken, %d are held", n, len(held))
		}
	})
}

// step is one random operation. A named address is given exactly if nothing has
// it, and one of no name exactly if one is free.
func (w *walk) step() {
	n, before := w.net, w.held()
	eni, instance := some(w, state.Interfaces, ecs.KindNetworkInterface), some(w, state.Instances, ecs.KindInstance)
	free := len(before) < w.prefix.UsableCount()
	ip := w.address()
	if k, _, ok := state.InterfacesSecondary.First(w.DB().Snapshot(), state.Scope(actiontest.Account, w.vswitch.Region())); ok && w.r.IntN(2) == 0 {
		eni = ecs.ID(ecs.KindNetworkInterface, k) // most random ones are primary ones
	}
	if eni == "" || instance == "" {
		w.try("RunInstances", w.launch(n)...)
		return
	}
	switch op := w.r.IntN(22); op {
	case 16:
		w.settles(w.try("CreateHaVip", "VSwitchId", n.VSwitch), free)
	case 17:
		w.haVip(instance)
	case 18:
		w.six(eni)
	case 19:
		w.try("RunInstances", append(w.launch(n), "Amount", "2", "NetworkInterface.1.SecondaryPrivateIpAddressCount", strconv.Itoa(1+w.r.IntN(3)),
			"NetworkInterface.2.DeleteOnRelease", "false", "NetworkInterface.1.Ipv6AddressCount", "1", "MinAmount", strconv.Itoa(1+w.r.IntN(2)))...)
	case 20:
		w.try("DeleteVSwitch", "VSwitchId", n.VSwitch)
		w.try("DeleteVpc", "VpcId", n.VPC)
		w.try("DeleteSecurityGroup", "SecurityGroupId", n.Group)
	case 0:
		w.settles(w.try("CreateNetworkInterface", "VSwitchId", n.VSwitch, "SecurityGroupId", n.Group), free)
	case 1:
		w.settles(w.try("CreateNetworkInterface", "VSwitchId", n.VSwitch, "SecurityGroupId", n.Group, "PrimaryIpAddress", ip.String()), before[ip] == "" && w.prefix.Usable(ip))
	case 2:
		w.try("CreateNetworkInterface", "VSwitchId", n.VSwitch, "SecurityGroupId", n.Group, "DeleteOnRelease", "true", "Ipv4PrefixCount", "1",
			"SecondaryPrivateIpAddressCount", strconv.Itoa(1+w.r.IntN(4)))
	case 3:
		w.try("AssignPrivateIpAddresses", "NetworkInterfaceId", eni, "SecondaryPrivateIpAddressCount", strconv.Itoa(1+w.r.IntN(5)))
	case 4:
		if w.try("AssignPrivateIpAddresses", "NetworkInterfaceId", eni, "PrivateIpAddress.1", ip.String(), "PrivateIpAddress.2", w.address().String()) && before[ip] != "" {
			w.fatal("%v of %s is given once more", ip, before[ip])
		}
	case 5:
		w.try("AssignPrivateIpAddresses", "NetworkInterfaceId", eni, "Ipv4PrefixCount", "1")
	case 6, 7:
		w.unassign(eni)
	case 8:
		w.try("AttachNetworkInterface", "NetworkInterfaceId", eni, "InstanceId", instance)
	case 9:
		if n := actiontest.Record(w.Service, state.Interfaces, eni); n.Instance != 0 {
			instance = ecs.ID(ecs.KindInstance, n.Instance)
		}
		w.try("DetachNetworkInterface", "NetworkInterfaceId", eni, "InstanceId", instance)
	case 10:
		w.try("DeleteNetworkInterface", "NetworkInterfaceId", eni)
	case 11:
		w.settles(w.try("RunInstances", w.launch(n)...), free)
	case 12, 13:
		w.try("DeleteInstance", "InstanceId", instance, "Force", "true")
	case 14:
		w.nat(n)
	default:
		if w.r.IntN(10) == 0 {
			w.Restart()
			w.done = append(w.done, "restart")
			w.worked["restart"]++
		} else {
			w.Settle()
		}
	}
}

// settles fails the walk where an operation that only an address can prevent was
// done without, or not done with one.
func (w *walk) settles(done, can bool) {
	if done != can {
		w.fatal("done %v, want %v", done, can)
	}
}

func (w *walk) launch(n actiontest.Network) []string {
	return []string{"InstanceType", actiontest.InstanceType, "ImageId", actiontest.Image, "SecurityGroupId", n.Group, "VSwitchId", n.VSwitch, "SystemDisk.Category", "cloud_essd"}
}

// unassign takes something that an interface has, where it has it.
func (w *walk) unassign(eni string) {
	if eni == "" {
		return
	}
	m := actiontest.Record(w.Service, state.Interfaces, eni)
	rest := m.Rest()
	switch {
	case len(rest.Prefixes) > 0:
		w.try("UnassignPrivateIpAddresses", "NetworkInterfaceId", eni, "Ipv4Prefix.1", rest.Prefixes[w.r.IntN(len(rest.Prefixes))].String())
	case len(rest.Secondary) > 0:
		w.try("UnassignPrivateIpAddresses", "NetworkInterfaceId", eni, "PrivateIpAddress.1", rest.Secondary[w.r.IntN(len(rest.Secondary))].String())
	default:
		w.try("UnassignPrivateIpAddresses", "NetworkInterfaceId", eni, "PrivateIpAddress.1", m.IP.String())
	}
}

// haVip makes an instance a member of a HaVip, takes one out, or deletes it.
func (w *walk) haVip(instance string) {
	w.Settle()
	id := some(w, state.HaVips, ecs.KindHaVip)
	if _, ok := state.Instances.Get(w.DB().Snapshot(), w.Key(ecs.KindInstance, instance)); id == "" || !ok {
		return
	}
	switch h := actiontest.Record(w.Service, state.HaVips, id); {
	case len(h.Members) == 0 && w.r.IntN(2) == 0:
		w.try("DeleteHaVip", "HaVipId", id)
	case len(h.Members) == 0:
		w.try("AssociateHaVip", "HaVipId", id, "InstanceId", instance)
	default:
		w.try("UnassociateHaVip", "HaVipId", id, "InstanceId", ecs.ID(h.MemberKind(), h.Members[0]))
	}
}

// six gives an interface something of IPv6, or takes something.
func (w *walk) six(eni string) {
	n := actiontest.Record(w.Service, state.Interfaces, eni)
	m := n.Rest()
	switch {
	case len(m.IPv6) > 1:
		w.try("UnassignIpv6Addresses", "NetworkInterfaceId", eni, "Ipv6Address.1", m.IPv6[w.r.IntN(len(m.IPv6))].String())
	case len(m.Prefixes6) > 0:
		w.try("UnassignIpv6Addresses", "NetworkInterfaceId", eni, "Ipv6Prefix.1", m.Prefixes6[0].String())
	case w.r.IntN(2) == 0:
		w.try("AssignIpv6Addresses", "NetworkInterfaceId", eni, "Ipv6AddressCount", strconv.Itoa(1+w.r.IntN(2)))
	default:
		w.try("AssignIpv6Addresses", "NetworkInterfaceId", eni, "Ipv6PrefixCount", "1")
	}
}

func (w *walk) nat(n actiontest.Network) {
	v := w.DB().Snapshot()
	if state.NATGateways.Len(v) < 2 {
		w.try("CreateNatGateway", "RegionId", "cn-hangzhou", "VpcId", n.VPC, "VSwitchId", n.VSwitch)
		return
	}
	w.Settle()
	w.try("DeleteNatGateway", "RegionId", "cn-hangzhou", "NatGatewayId", some(w, state.NATGateways, ecs.KindNATGateway))
}

// end deletes everything: each delete succeeds, and no address stays taken.
func (w *walk) end() {
	w.Settle()
	for id := some(w, state.Instances, ecs.KindInstance); id != ""; id = some(w, state.Instances, ecs.KindInstance) {
		w.Do("DeleteInstance", "InstanceId", id, "Force", "true")
		w.Settle()
	}
	for id := some(w, state.NATGateways, ecs.KindNATGateway); id != ""; id = some(w, state.NATGateways, ecs.KindNATGateway) {
		w.Do("DeleteNatGateway", "RegionId", "cn-hangzhou", "NatGatewayId", id)
		w.Settle()
	}
	for id := some(w, state.HaVips, ecs.KindHaVip); id != ""; id = some(w, state.HaVips, ecs.KindHaVip) {
		w.Do("DeleteHaVip", "HaVipId", id) // its members are gone
		w.Settle()
		w.Advance(network.PhaseTime)
	}
	for id := some(w, state.Interfaces, ecs.KindNetworkInterface); id != ""; id = some(w, state.Interfaces, ecs.KindNetworkInterface) {
		w.Do("DeleteNetworkInterface", "NetworkInterfaceId", id)
		w.Settle()
	}
	w.check()
	w.Do("DeleteVSwitch", "VSwitchId", w.net.VSwitch)
	if n := len(w.held()); n != 0 {
		w.fatal("%d addresses are held by nothing", n)
	}
	w.NothingLeft()
}

// TestAddressesWalk does 10,000 random operations, in walks that each can be
// repeated by itself: no address is ever given twice, none leaks.
func TestAddressesWalk(t *testing.T) {
	const walks, steps = 10, 1000
	worked := map[string]int{}
	for seed := range uint64(walks) {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			s := actiontest.Start(t)
			w := &walk{Service: s, r: rand.New(rand.NewPCG(seed, 1)), worked: worked}
			w.net = s.Network()
			w.net.VSwitch = s.VSwitch(w.net.VPC, "192.168.1.0/25")
			s.Do("ModifyVpcAttribute", "VpcId", w.net.VPC, "EnableIPv6", "true")
			s.Do("ModifyVSwitchAttribute", "VSwitchId", w.net.VSwitch, "EnableIPv6", "true", "Ipv6CidrBlock", "7")
			w.vswitch, w.prefix = s.Key(ecs.KindVSwitch, w.net.VSwitch), actiontest.Record(s, state.VSwitches, w.net.VSwitch).Prefix
			for range steps {
				w.step()
				w.check()
			}
			w.end()
		})
	}
	for _, action := range []string{
		"CreateNetworkInterface", "AssignPrivateIpAddresses", "UnassignPrivateIpAddresses", "AttachNetworkInterface", "DetachNetworkInterface", "DeleteNetworkInterface",
		"RunInstances", "DeleteInstance", "CreateNatGateway", "DeleteNatGateway", "restart",
		"CreateHaVip", "AssociateHaVip", "UnassociateHaVip", "DeleteHaVip", "AssignIpv6Addresses", "UnassignIpv6Addresses",
		"refused DeleteVSwitch", "refused DeleteVpc", "refused DeleteSecurityGroup",
	} {
		if worked[action] < 10 {
			t.Errorf("%s was done %d times only", action, worked[action])
		}
	}
}
