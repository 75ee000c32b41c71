package seed

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/service"
	"github.com/openecs/openecs/internal/state"
)

// Save writes what a service holds, of all accounts, so that Load makes it
// again: with its ids, times and addresses. What a file cannot hold is named at
// its top: passwords, and resources of other kinds. account is the one that
// entries are of unless they say otherwise.
func Save(v *service.Snapshot, cat *catalog.Catalog, account uint64) ([]byte, error) {
	w := &writer{v: v, cat: cat, account: account, left: map[string]int{}}
	w.count()
	lists := []struct {
		name    string
		entries []*yaml.Node
	}{
		{"vpcs", w.vpcs()}, {"vswitches", w.vswitches()}, {"security-groups", w.groups()}, {"key-pairs", w.keyPairs()},
		{"instances", w.instances()}, {"disks", w.disks()}, {"eips", w.eips()},
	}
	root := &fieldsOut{}
	root.add("version", "1")
	for _, l := range lists {
		if len(l.entries) > 0 {
			root.node(l.name, &yaml.Node{Kind: yaml.SequenceNode, Content: l.entries})
		}
	}
	var b bytes.Buffer
	for _, name := range slices.Sorted(maps.Keys(w.left)) {
		fmt.Fprintf(&b, "# not in this file: %d of %s\n", w.left[name], name)
	}
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if err := enc.Encode(root.mapping()); err != nil {
		return nil, err
	}
	return b.Bytes(), enc.Close()
}

type writer struct {
	v       *service.Snapshot
	cat     *catalog.Catalog
	account uint64
	left    map[string]int // what is not saved
}

// saved are the tables that need no mention: they are in the file, or follow from what is, or are
// money, which a seeded service has of its own.
var saved = []string{"account", "transaction", "accrual", "usage", "vpc", "vswitch", "security-group", "key-pair", "instance", "secret", "disk", "interface", "eip", "due", "token", "event", "order"}

// count notes the rows of all other tables.
func (w *writer) count() {
	for name, n := range state.Tables().Counts(w.v) {
		if name == "route-table" { // each VPC has one of its own
			n -= state.VPCs.Len(w.v)
		}
		if n > 0 && !slices.Contains(saved, name) {
			w.left[name] += n
		}
	}
}

// fieldsOut is a YAML mapping under way. Empty values are left out.
type fieldsOut struct{ content []*yaml.Node }

func (f *fieldsOut) add(name, value string) {
	if value != "" {
		n := &yaml.Node{}
		n.SetString(value)
		if _, err := strconv.ParseFloat(value, 64); err == nil || value == "true" || value == "false" {
			n.Tag = "" // as it stands: every value is a parameter's text
		}
		f.node(name, n)
	}
}

func (f *fieldsOut) number(name string, n int64) {
	if n != 0 {
		f.add(name, strconv.FormatInt(n, 10))
	}
}

func (f *fieldsOut) when(name string, unix int64) {
	if unix != 0 {
		f.add(name, time.Unix(unix, 0).UTC().Format(time.RFC3339))
	}
}

func (f *fieldsOut) node(name string, n *yaml.Node) {
	f.content = append(f.content, &yaml.Node{Kind: yaml.ScalarNode, Value: name}, n)
}

func (f *fieldsOut) mapping() *yaml.Node {
	return &yaml.Node{Kind: yaml.MappingNode, Content: f.content}
}

// flow is a mapping on one line.
func (f *fieldsOut) flow() *yaml.Node {
	n := f.mapping()
	n.Style = yaml.FlowStyle
	return n
}

func list(values []string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
	for _, v := range values {
		n.Content = append(n.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: v})
	}
	return n
}

// begin is what every entry begins with.
func (w *writer) begin(kind ecs.Kind, k ecs.Key, account uint64, created int64) *fieldsOut {
	f := &fieldsOut{}
	f.add("id", ecs.ID(kind, k))
	if account != w.account {
		f.add("account", fmt.Sprint(account))
	}
	if r, ok := w.cat.RegionByCode(k.Region()); ok {
		f.add("region", r.ID)
	}
	f.when("created", created)
	return f
}

func (w *writer) tags(f *fieldsOut, tags []ecs.Tag) {
	if len(tags) == 0 {
		return
	}
	t := &fieldsOut{}
	for _, tag := range tags {
		v := &yaml.Node{}
		v.SetString(w.v.Str(tag.Value))
		t.node(w.v.Str(tag.Key), v)
	}
	f.node("Tag", t.flow())
}

func (w *writer) vpcs() (out []*yaml.Node) {
	for k, r := range state.VPCs.Ascend(w.v, 0, 0) {
		if r.Default || len(r.Secondary) > 0 || !r.Prefix6.IsZero() || r.DHCPOptions != 0 {
			w.left["vpc with IPv6, secondary networks or DHCP options: those"]++
		}
		f := w.begin(ecs.KindVPC, k, r.Account, r.Created)
		f.add("VpcName", r.Name)
		f.add("Description", r.Description)
		f.add("CidrBlock", r.Prefix.String())
		w.tags(f, r.Tags)
		out = append(out, f.mapping())
	}
	return out
}

func (w *writer) vswitches() (out []*yaml.Node) {
	for k, r := range state.VSwitches.Ascend(w.v, 0, 0) {
		f := w.begin(ecs.KindVSwitch, k, r.Account, r.Created)
		f.add("VSwitchName", r.Name)
		f.add("Description", r.Description)
		f.add("VpcId", ecs.ID(ecs.KindVPC, r.VPC))
		f.add("ZoneId", w.v.Str(r.Zone))
		f.add("CidrBlock", r.Prefix.String())
		w.tags(f, r.Tags)
		out = append(out, f.mapping())
	}
	return out
}

func (w *writer) groups() (out []*yaml.Node) {
	for k, r := range state.Groups.Ascend(w.v, 0, 0) {
		f := w.begin(ecs.KindSecurityGroup, k, r.Account, r.Created)
		f.add("SecurityGroupName", r.Name)
		f.add("Description", r.Description)
		f.add("VpcId", ecs.ID(ecs.KindVPC, r.VPC))
		if r.Enterprise {
			f.add("SecurityGroupType", "enterprise")
		}
		if r.Managed || r.InnerDrop {
			w.left["security group that is managed or whose members do not reach each other: that"]++
		}
		w.tags(f, r.Tags)
		rules := &yaml.Node{Kind: yaml.SequenceNode}
		for i := range r.Rules {
			if n := w.rule(&r.Rules[i]); n != nil {
				rules.Content = append(rules.Content, n)
			}
		}
		if len(rules.Content) > 0 {
			f.node("rules", rules)
		}
		out = append(out, f.mapping())
	}
	return out
}

func (w *writer) rule(r *ecs.Rule) *yaml.Node {
	if r.PrefixList != 0 || r.PortList != 0 {
		w.left["rules with lists"]++
		return nil
	}
	f := &fieldsOut{}
	f.add("id", ecs.ID(ecs.KindRule, r.ID))
	f.when("created", r.Created)
	peer, near, group := "SourceCidrIp", "DestCidrIp", "SourceGroupId"
	if r.Egress {
		f.add("direction", "egress")
		peer, near, group = near, peer, "DestGroupId"
	}
	f.add("IpProtocol", strings.ToLower(r.Protocol.String()))
	f.add("PortRange", fmt.Sprintf("%d/%d", r.From, r.To))
	cidr := func(name, cidr string) {
		if strings.Contains(cidr, ":") {
			name = "Ipv6" + name
		}
		f.add(name, cidr)
	}
	cidr(peer, r.Peer)
	cidr(near, r.Local)
	f.add(group, ecs.ID(ecs.KindSecurityGroup, r.PeerGroup))
	if r.PeerAccount != 0 {
		f.add(strings.TrimSuffix(group, "Id")+"OwnerId", fmt.Sprint(r.PeerAccount))
	}
	if r.SourcePorts != [2]int32{} && r.SourcePorts != [2]int32{-1, -1} {
		f.add("SourcePortRange", fmt.Sprintf("%d/%d", r.SourcePorts[0], r.SourcePorts[1]))
	}
	if r.Drop {
		f.add("Policy", "drop")
	}
	f.number("Priority", int64(r.Priority))
	if r.NIC == ecs.Internet {
		f.add("NicType", r.NIC.String())
	}
	f.add("Description", r.Description)
	return f.flow()
}

func (w *writer) keyPairs() (out []*yaml.Node) {
	for k, r := range state.KeyPairs.Ascend(w.v, 0, 0) {
		f := w.begin(ecs.KindKeyPair, k, r.Account, r.Created)
		f.add("KeyPairName", r.Name)
		f.add("PublicKeyBody", r.PublicKey)
		w.tags(f, r.Tags)
		out = append(out, f.mapping())
	}
	return out
}

func (w *writer) eips() (out []*yaml.Node) {
	for k, r := range state.EIPs.Ascend(w.v, 0, 0) {
		f := w.begin(ecs.KindEIP, k, r.Account, r.Created)
		f.add("address", r.Address.String())
		f.add("Name", r.Name)
		f.add("Description", r.Description)
		f.number("Bandwidth", int64(r.Bandwidth))
		f.add("InternetChargeType", r.Charge.String())
		f.add("ISP", w.v.Str(r.ISP))
		f.add("Zone", w.v.Str(r.Home))
		w.tags(f, r.Tags)
		if r.TargetKind == ecs.EIPInstance && r.Target != 0 {
			a := &fieldsOut{}
			a.add("InstanceId", r.TargetID())
			f.node("associate", a.flow())
		} else if r.Target != 0 {
			w.left["associations of elastic IPs with what is no instance"]++
		}
		out = append(out, f.mapping())
	}
	return out
}

func userData(b []byte) string { return base64.StdEncoding.EncodeToString(b) }
