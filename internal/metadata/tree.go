package metadata

import (
	"cmp"
	"encoding/json"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// tree is what an instance can ask for, by path: meta-data/instance-id. What
// nothing here stands behind is not in it, such as a mirror of packages or a time
// server.
type tree map[string]string

// at is a value, or what is in a folder, one a line, folders with a slash. A
// folder may be asked for with a slash at its end or without.
func (t tree) at(path string) (string, int) {
	if v, ok := t[path]; ok {
		return v, http.StatusOK
	}
	folder := strings.TrimSuffix(path, "/")
	if folder != "" {
		folder += "/"
	}
	var names []string
	for p := range t {
		rest, ok := strings.CutPrefix(p, folder)
		if !ok {
			continue
		}
		name, _, deeper := strings.Cut(rest, "/")
		if deeper {
			name += "/"
		}
		names = append(names, name)
	}
	if len(names) == 0 {
		return "", http.StatusNotFound
	}
	slices.Sort(names)
	return strings.Join(slices.Compact(names), "\n"), http.StatusOK
}

// set sets a value, but no empty one.
func (t tree) set(path, value string) {
	if value != "" {
		t["meta-data/"+path] = value
	}
}

func (t tree) fill(cat *catalog.Catalog, v *state.Snapshot, k ecs.Key, i *ecs.Instance) {
	id := ecs.ID(ecs.KindInstance, k)
	region := ""
	if r, ok := cat.RegionByCode(k.Region()); ok {
		region = r.ID
	}
	serial, account := ecs.UUID(id), strconv.FormatUint(i.Account, 10)
	n, ok := state.Interfaces.Get(v, i.Interface)
	if !ok {
		return
	}
	for path, value := range map[string]string{
		"instance-id": id, "image-id": v.Str(i.Image), "hostname": cmp.Or(i.HostName, ecs.DefaultHostName(id)), "region-id": region, "zone-id": v.Str(i.Zone),
		"owner-account-id": account, "serial-number": serial, "network-type": "vpc", "mac": ecs.MAC(i.Interface), "private-ipv4": n.IP.String(),
		"eipv4": public(v, k, i), "instance/instance-type": v.Str(i.Type),
	} {
		t.set(path, value)
	}
	if typ, ok := cat.Type(v.Str(i.Type)); ok {
		t.set("instance/max-netbw-egress", strconv.Itoa(typ.BandwidthKbps))
		t.set("instance/max-netbw-ingress", strconv.Itoa(typ.BandwidthKbps))
	}
	t.network(v, n, "")
	for key, nic := range state.InterfacesByInstance.Ascend(v, uint64(k), 0) {
		t.nic(v, key, nic)
	}
	if vpc, ok := state.VPCs.Get(v, n.VPC); ok {
		if set, ok := state.DHCPOptionsSets.Get(v, vpc.DHCPOptions); ok {
			t.set("dns-conf/nameservers", strings.ReplaceAll(set.Servers, ",", "\n"))
		}
	}
	if i.KeyPair != 0 {
		for key, pair := range state.KeyPairsByName.Ascend(v, state.Within(i.Account, k.Region(), state.Hash(v.Str(i.KeyPair))), 0) {
			if pair.Name == v.Str(i.KeyPair) && pair.Account == i.Account && key.Region() == k.Region() {
				t.set("public-keys/0/openssh-key", pair.PublicKey)
			}
		}
	}
	if secret, ok := state.Secrets.Get(v, k); ok && len(secret.UserData) > 0 {
		t["user-data"] = string(secret.UserData)
	}
	document, _ := json.Marshal(map[string]string{ // strings always can be
		"owner-account-id": account, "instance-id": id, "mac": ecs.MAC(i.Interface), "region-id": region, "serial-number": serial,
		"zone-id": v.Str(i.Zone), "instance-type": v.Str(i.Type), "image-id": v.Str(i.Image), "private-ipv4": n.IP.String(),
	})
	t["dynamic/instance-identity/document"] = string(document)
}

// network sets where an interface is.
func (t tree) network(v state.View, n *ecs.NetworkInterface, under string) {
	if vpc, ok := state.VPCs.Get(v, n.VPC); ok {
		t.set(under+"vpc-id", ecs.ID(ecs.KindVPC, n.VPC))
		t.set(under+"vpc-cidr-block", vpc.Prefix.String())
	}
	if w, ok := state.VSwitches.Get(v, n.VSwitch); ok {
		t.set(under+"vswitch-id", ecs.ID(ecs.KindVSwitch, n.VSwitch))
		t.set(under+"vswitch-cidr-block", w.Prefix.String())
	}
}

// nic sets what there is of one interface.
func (t tree) nic(v state.View, k ecs.Key, n *ecs.NetworkInterface) {
	under := "network/interfaces/macs/" + ecs.MAC(k) + "/"
	t.network(v, n, under)
	t.set(under+"network-interface-id", ecs.ID(ecs.KindNetworkInterface, k))
	t.set(under+"primary-ip-address", n.IP.String())
	ips := []string{n.IP.String()}
	for _, ip := range n.Rest().Secondary {
		ips = append(ips, ip.String())
	}
	all, _ := json.Marshal(ips)
	t.set(under+"private-ipv4s", string(all))
	if w, ok := state.VSwitches.Get(v, n.VSwitch); ok {
		t.set(under+"netmask", net.IP(net.CIDRMask(int(w.Prefix.Bits), 32)).String())
		t.set(under+"gateway", (w.Prefix.Addr + ecs.IPv4(w.Prefix.Size()) - 3).String())
	}
}

// public is the public address of an instance, its own or an elastic IP.
func public(v state.View, k ecs.Key, i *ecs.Instance) string {
	if i.PublicIP != 0 {
		return i.PublicIP.String()
	}
	for _, e := range state.EIPsByInstance.Ascend(v, uint64(k), 0) {
		if e.Work.Settled() {
			return e.Address.String()
		}
	}
	return ""
}
