package networkacl

import (
	"slices"
	"strconv"
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// entry is an entry as a request has it, of either direction.
type entry struct {
	egress                                                             bool
	cidr, description, typ, version, id, name, policy, ports, protocol string
}

// read reads the entries of one direction of next, of which before were there.
func read(c *action.Call, v state.View, k ecs.Key, next *ecs.NetworkACL, list []entry, before []ecs.ACLEntry) ([]ecs.ACLEntry, error) {
	if len(list) > ecs.MaxACLEntries {
		return nil, api.Errorf(api.CodeQuotaExceedNetworkAclEntry, "A network ACL has %d entries of each direction at most.", ecs.MaxACLEntries)
	}
	var out []ecs.ACLEntry
	for i := range list {
		e, err := list[i].read(c, v, next.VPC)
		if err != nil {
			return nil, err
		}
		if id := list[i].id; id != "" {
			same := func(b ecs.ACLEntry) bool { return entryID(ecs.ID(ecs.KindNetworkACL, k), b.Number) == id }
			at := slices.IndexFunc(before, same)
			if at < 0 || slices.ContainsFunc(out, same) {
				return nil, list[i].badID()
			}
			e.Number = before[at].Number
		} else {
			next.Entries++
			e.Number = next.Entries
		}
		out = append(out, e)
	}
	return out, nil
}

func (e *entry) read(c *action.Call, v state.View, vpc ecs.Key) (out ecs.ACLEntry, err error) {
	missing := func(code, what string) error { return api.Errorf(code, "An entry has no %s.", what).WithStatus(400) }
	illegal := func(code, what string) error {
		return api.Errorf(code, "The %s of an entry is not valid.", what).WithStatus(400)
	}
	cidrName, noCIDR, badCIDR := "SourceCidrIp", api.CodeParameterMissingSourceCidrIp, api.CodeIllegalParamSourceCidrIp
	if e.egress {
		cidrName, noCIDR, badCIDR = "DestinationCidrIp", api.CodeParameterMissingDestinationCidrIp, api.CodeIllegalParamDestinationCidrIp
	}
	switch {
	case e.policy == "":
		return out, missing(api.CodeParameterMissingPolicy, "Policy")
	case e.protocol == "":
		return out, missing(api.CodeParameterMissingProtocol, "Protocol")
	case e.cidr == "":
		return out, missing(noCIDR, cidrName)
	case e.ports == "":
		return out, missing(api.CodeParameterMissingPort, "Port")
	case e.policy != "accept" && e.policy != "drop":
		return out, illegal(api.CodeIllegalParamPolicy, "Policy")
	case e.version != "" && !strings.EqualFold(e.version, "IPv4") && !strings.EqualFold(e.version, "IPv6"):
		return out, illegal(api.CodeIllegalParamIpVersion, "IpVersion")
	case e.typ != "" && e.typ != "custom":
		return out, action.Invalid("EntryType")
	}
	if err := checkText(e.name, e.description); err != nil {
		return out, err
	}
	out = ecs.ACLEntry{Drop: e.policy == "drop", CIDR: strings.Clone(e.cidr), Name: strings.Clone(e.name), Description: strings.Clone(e.description)}
	var ok bool
	if out.Protocol, ok = ecs.ParseProtocol(e.protocol); !ok {
		return out, illegal(api.CodeIllegalParamProtocol, "Protocol")
	}
	if out.From, out.To, ok = parsePorts(e.ports); !ok || !out.Protocol.HasPorts() && out.From != -1 {
		return out, illegal(api.CodeIllegalParamPortRange, "Port")
	}
	if strings.HasPrefix(e.cidr, "pl-") {
		if _, _, ok := action.Find(c, v, state.PrefixLists, ecs.KindPrefixList, func(r *ecs.PrefixList) uint64 { return r.Account }, e.cidr); !ok {
			return out, api.Errorf(api.CodeResourceNotFoundPrefixList, "The prefix list does not exist.").WithStatus(400)
		}
		return out, api.Errorf(api.CodeUnsupportedOperationNotImplemented, "OpenECS does not support prefix lists in network ACLs yet.").WithStatus(400)
	}
	_, four := ecs.ParsePrefix(e.cidr)
	_, six := ecs.ParsePrefix6(e.cidr)
	six = six || e.cidr == "::/0"
	if !four && !six || four && strings.EqualFold(e.version, "IPv6") || six && strings.EqualFold(e.version, "IPv4") {
		return out, illegal(badCIDR, cidrName)
	}
	if six && !has6(v, vpc) {
		return out, no6()
	}
	return out, nil
}

func (e *entry) badID() error {
	if e.egress {
		return api.Errorf(api.CodeIllegalParamEgressAclEntryId, "The network ACL has no egress entry %q.", e.id)
	}
	return api.Errorf(api.CodeIllegalParamIngressAclEntryId, "The network ACL has no ingress entry %q.", e.id)
}

// parsePorts reads "a/b": 1 to 65535 and not reversed, or -1/-1 for all.
func parsePorts(s string) (from, to int32, ok bool) {
	a, b, _ := strings.Cut(s, "/")
	x, err := strconv.ParseInt(a, 10, 32)
	y, err2 := strconv.ParseInt(b, 10, 32)
	return int32(x), int32(y), err == nil && err2 == nil && (x == -1 && y == -1 || 1 <= x && x <= y && y <= 65535)
}

func has6(v state.View, vpc ecs.Key) bool {
	r, ok := state.VPCs.Get(v, vpc)
	return ok && !r.Prefix6.IsZero()
}

func no6() error {
	return api.Errorf(api.CodeOperationDeniedVpcIpv6NotEnabled, "IPv6 has not been enabled for the VPC.").WithStatus(400)
}
