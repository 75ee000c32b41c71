package cli

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/openecs/openecs/api"
)

// The names of what launch makes for itself.
const (
	ownVPC     = "openecs-launch"
	ownVSwitch = "openecs-launch"
	ownGroup   = "openecs-launch"
)

// network settles the zone, the vSwitch and the group: those named, or
// launch's own, made if they are not there.
func (l *launcher) network(ctx context.Context) error {
	if l.create.SecurityGroupID != "" && l.create.VSwitchID == "" {
		return l.networkOfGroup(ctx)
	}
	vpc := ""
	if l.create.VSwitchID != "" {
		out, err := l.t.DescribeVSwitchAttributes(ctx, &api.DescribeVSwitchAttributesRequest{RegionID: l.region, VSwitchID: l.create.VSwitchID})
		if err != nil {
			return err
		}
		vpc = out.VPCID
		l.inZone(out.ZoneID)
	}
	if vpc == "" {
		var err error
		if vpc, err = l.findVPC(ctx); err != nil {
			return err
		}
		if err := l.ownVSwitch(ctx, vpc); err != nil {
			return err
		}
	}
	if l.create.SecurityGroupID == "" {
		return l.ownGroup(ctx, vpc)
	}
	return nil
}

// networkOfGroup finds a vSwitch for the group that was named; a classic group
// needs none.
func (l *launcher) networkOfGroup(ctx context.Context) error {
	out, err := l.t.DescribeSecurityGroupAttribute(ctx, &api.DescribeSecurityGroupAttributeRequest{RegionID: l.region, SecurityGroupID: l.create.SecurityGroupID})
	if err != nil {
		return err
	}
	if out.VPCID == "" {
		return nil
	}
	return l.ownVSwitch(ctx, out.VPCID)
}

func (l *launcher) findVPC(ctx context.Context) (string, error) {
	out, err := l.t.DescribeVpcs(ctx, &api.DescribeVpcsRequest{RegionID: l.region, VPCName: ownVPC})
	if err != nil {
		return "", err
	}
	for _, v := range out.VPCs.VPC {
		if v.VPCName == ownVPC {
			return v.VPCID, nil
		}
	}
	l.show.line("making a VPC, a vSwitch and a security group")
	made, err := l.t.CreateVpc(ctx, &api.CreateVpcRequest{RegionID: l.region, VPCName: ownVPC, CidrBlock: "172.16.0.0/12"})
	if err != nil {
		return "", err
	}
	return made.VPCID, nil
}

// ownVSwitch finds a vSwitch of the VPC in a zone that sells the type, or makes
// one.
func (l *launcher) ownVSwitch(ctx context.Context, vpc string) error {
	zones, err := l.zones(ctx)
	if err != nil {
		return err
	}
	out, err := l.t.DescribeVSwitches(ctx, &api.DescribeVSwitchesRequest{RegionID: l.region, VPCID: vpc, PageSize: new(50)})
	if err != nil {
		return err
	}
	var blocks []netip.Prefix
	for _, w := range out.VSwitches.VSwitch {
		if slices.Contains(zones, w.ZoneID) && w.AvailableIPAddressCount > int64(l.flags.count) {
			l.create.VSwitchID = w.VSwitchID
			l.inZone(w.ZoneID)
			return nil
		}
		if p, err := netip.ParsePrefix(w.CidrBlock); err == nil {
			blocks = append(blocks, p)
		}
	}
	attr, err := l.t.DescribeVpcAttribute(ctx, &api.DescribeVpcAttributeRequest{RegionID: l.region, VPCID: vpc})
	if err != nil {
		return err
	}
	block, ok := freeBlock(attr.CidrBlock, blocks)
	if !ok {
		return usagef("the VPC %s has no room for another vSwitch; name one with --vswitch", vpc)
	}
	made, err := l.t.CreateVSwitch(ctx, &api.CreateVSwitchRequest{RegionID: l.region, VPCID: vpc, ZoneID: zones[0], CidrBlock: block, VSwitchName: ownVSwitch})
	if err != nil {
		return err
	}
	l.create.VSwitchID = made.VSwitchID
	l.inZone(zones[0])
	return nil
}

// inZone names the vSwitch's zone where none was named; the service refuses one
// that disagrees.
func (l *launcher) inZone(zone string) {
	if l.create.ZoneID == "" {
		l.create.ZoneID = zone
	}
}

// zones are where the instance may go: the one named, else all that sell the
// type.
func (l *launcher) zones(ctx context.Context) ([]string, error) {
	if l.create.ZoneID != "" {
		return []string{l.create.ZoneID}, nil
	}
	out, err := l.t.DescribeAvailableResource(ctx, &api.DescribeAvailableResourceRequest{
		RegionID: l.region, DestinationResource: "InstanceType", InstanceType: l.create.InstanceType, IOOptimized: l.create.IOOptimized,
	})
	if err != nil {
		return nil, err
	}
	var zones []string
	for _, z := range out.AvailableZones.AvailableZone {
		if z.Status == "Available" {
			zones = append(zones, z.ZoneID)
		}
	}
	if len(zones) == 0 {
		return nil, usagef("no zone of %s sells %s; openecs type list shows what there is", l.region, l.create.InstanceType)
	}
	return zones, nil
}

// freeBlock is a /20 (or a smaller network in a small VPC) that overlaps none
// of those taken.
func freeBlock(vpc string, taken []netip.Prefix) (string, bool) {
	p, err := netip.ParsePrefix(vpc)
	if err != nil {
		return "", false
	}
	bits := max(20, min(p.Bits()+4, 28))
	for a := p.Addr(); p.Contains(a); {
		block := netip.PrefixFrom(a, bits)
		if !slices.ContainsFunc(taken, block.Overlaps) {
			return block.String(), true
		}
		b := a.As4()
		n := uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
		n += 1 << (32 - bits)
		a = netip.AddrFrom4([4]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)})
	}
	return "", false
}

// ownGroup finds or makes the group that opens exactly what --allow says. Each
// set of rules has a group of its own, so that no launch opens another's
// instances.
func (l *launcher) ownGroup(ctx context.Context, vpc string) error {
	name := ownGroup
	if len(l.flags.allow) > 0 {
		rules := slices.Clone(l.flags.allow)
		slices.Sort(rules)
		sum := sha256.Sum256([]byte(strings.Join(rules, " ")))
		name += "-" + hex.EncodeToString(sum[:4])
	}
	out, err := l.t.DescribeSecurityGroups(ctx, &api.DescribeSecurityGroupsRequest{RegionID: l.region, VPCID: vpc, SecurityGroupName: name})
	if err != nil {
		return err
	}
	for _, g := range out.SecurityGroups.SecurityGroup {
		if g.SecurityGroupName == name {
			l.create.SecurityGroupID = g.SecurityGroupID
			return l.ensureRules(ctx)
		}
	}
	made, err := l.t.CreateSecurityGroup(ctx, &api.CreateSecurityGroupRequest{RegionID: l.region, VPCID: vpc, SecurityGroupName: name})
	if err != nil {
		return err
	}
	l.create.SecurityGroupID = made.SecurityGroupID
	return l.ensureRules(ctx)
}

// ensureRules has launch's own group open what --allow says, also when it was
// there already: a launch that ended after making it left it without.
func (l *launcher) ensureRules(ctx context.Context) error {
	out, err := l.t.DescribeSecurityGroupAttribute(ctx, &api.DescribeSecurityGroupAttributeRequest{
		RegionID: l.region, SecurityGroupID: l.create.SecurityGroupID, Direction: "ingress"})
	if err != nil {
		return err
	}
	have := map[allowRule]bool{}
	for _, p := range out.Permissions.Permission {
		if p.Policy == "Accept" {
			have[allowRule{strings.ToLower(p.IPProtocol), p.PortRange, p.SourceCidrIP + p.IPv6SourceCidrIP}] = true
		}
	}
	l.closed = len(have) == 0 && len(l.flags.allow) == 0
	for _, s := range l.flags.allow {
		rule, err := parseAllow(s)
		if err != nil {
			return err
		}
		if have[rule] { // a rule that is written otherwise there is added again, which changes nothing
			continue
		}
		if err := l.allowIn(ctx, l.t, l.create.SecurityGroupID, s); err != nil {
			return err
		}
	}
	return nil
}

// allowRule is --allow: a protocol, a range of ports and where from.
type allowRule struct{ protocol, ports, cidr string }

// parseAllow reads tcp/22=203.0.113.0/24, udp/60000-61000=…, icmp=….
func parseAllow(s string) (allowRule, error) {
	bad := usagef("%s is no rule: it is PROTOCOL/PORT=CIDR, such as tcp/22=203.0.113.0/24", s)
	what, cidr, ok := strings.Cut(s, "=")
	if _, err := netip.ParsePrefix(cidr); !ok || err != nil {
		return allowRule{}, bad
	}
	protocol, ports, _ := strings.Cut(what, "/")
	r := allowRule{protocol: strings.ToLower(protocol), cidr: cidr, ports: "-1/-1"}
	switch r.protocol {
	case "tcp", "udp":
		from, to, isRange := strings.Cut(ports, "-")
		if !isRange {
			to = from
		}
		var lo, hi int
		if n, err := fmt.Sscanf(from+" "+to, "%d %d", &lo, &hi); n != 2 || err != nil || lo < 1 || hi < lo || hi > 65535 {
			return allowRule{}, bad
		}
		r.ports = fmt.Sprintf("%d/%d", lo, hi)
	case "icmp", "gre", "all":
		if ports != "" {
			return allowRule{}, bad
		}
	default:
		return allowRule{}, bad
	}
	return r, nil
}

func (a *app) allowIn(ctx context.Context, t *target, group, rule string) error {
	r, err := parseAllow(rule)
	if err != nil {
		return err
	}
	in := &api.AuthorizeSecurityGroupRequest{RegionID: a.region, SecurityGroupID: group, IPProtocol: r.protocol, PortRange: r.ports, SourceCidrIP: r.cidr}
	if strings.Contains(r.cidr, ":") {
		in.SourceCidrIP, in.IPv6SourceCidrIP = "", r.cidr
	}
	_, err = t.AuthorizeSecurityGroup(ctx, in)
	return err
}
