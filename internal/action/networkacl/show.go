package networkacl

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

// shown is a network ACL as DescribeNetworkAcls shows it. The other actions show
// the same under names of their own.
type shown api.DescribeNetworkAclsNetworkAcl

func (s *Service) show(v state.View, k ecs.Key, r *ecs.NetworkACL) *shown {
	id := ecs.ID(ecs.KindNetworkACL, k)
	o := &shown{
		NetworkAclID: id, NetworkAclName: r.Name, Description: r.Description, CreationTime: ecs.Second(r.Created), OwnerID: int64(r.Account),
		VPCID:  ecs.ID(ecs.KindVPC, r.VPC),
		Status: [...]string{ecs.PhaseReady: "Available", ecs.PhaseCreating: "Modifying", ecs.PhaseModifying: "Modifying", ecs.PhaseDeleting: "Deleting"}[r.Phase],
	}
	if region, ok := s.Catalog.RegionByCode(k.Region()); ok {
		o.RegionID = region.ID
	}
	for _, e := range r.Ingress {
		o.IngressAclEntries.IngressAclEntry = append(o.IngressAclEntries.IngressAclEntry, api.DescribeNetworkAclsNetworkAclIngressAclEntry{
			NetworkAclEntryID: entryID(id, e.Number), NetworkAclEntryName: e.Name, Description: e.Description, EntryType: "custom", IPVersion: version(e.CIDR),
			Policy: policy(e.Drop), Protocol: strings.ToLower(e.Protocol.String()), Port: ports(&e), SourceCidrIP: e.CIDR,
		})
	}
	for _, e := range r.Egress {
		o.EgressAclEntries.EgressAclEntry = append(o.EgressAclEntries.EgressAclEntry, api.DescribeNetworkAclsNetworkAclEgressAclEntry{
			NetworkAclEntryID: entryID(id, e.Number), NetworkAclEntryName: e.Name, Description: e.Description, EntryType: "custom", IPVersion: version(e.CIDR),
			Policy: policy(e.Drop), Protocol: strings.ToLower(e.Protocol.String()), Port: ports(&e), DestinationCidrIP: e.CIDR,
		})
	}
	for w, r := range state.VSwitchesByACL.Ascend(v, uint64(k), 0) {
		o.Resources.Resource = append(o.Resources.Resource, api.DescribeNetworkAclsNetworkAclResource{
			ResourceID: ecs.ID(ecs.KindVSwitch, w), ResourceType: "VSwitch",
			Status: [...]string{ecs.PhaseReady: "BINDED", ecs.PhaseCreating: "BINDING", ecs.PhaseModifying: "BINDING", ecs.PhaseDeleting: "UNBINDING"}[r.ACLPhase],
		})
	}
	o.Tags.Tag = network.ShowTags(v, r.Tags)
	return o
}

// entryID is the identifier of an entry: that of its ACL with its number.
func entryID(acl string, number int32) string {
	return "nae-" + strings.TrimPrefix(acl, "nacl-") + strconv.FormatInt(int64(number), 36)
}

func version(cidr string) string {
	if strings.Contains(cidr, ":") {
		return "IPv6"
	}
	return "IPv4"
}

func policy(drop bool) string {
	if drop {
		return "drop"
	}
	return "accept"
}

func ports(e *ecs.ACLEntry) string { return fmt.Sprintf("%d/%d", e.From, e.To) }

func (o *shown) create(a *api.CreateNetworkAclNetworkAclAttribute) {
	a.CreationTime, a.Description, a.NetworkAclID, a.NetworkAclName = o.CreationTime, o.Description, o.NetworkAclID, o.NetworkAclName
	a.OwnerID, a.RegionID, a.Status, a.VPCID, a.Tags = o.OwnerID, o.RegionID, o.Status, o.VPCID, o.Tags
	for _, e := range o.IngressAclEntries.IngressAclEntry {
		a.IngressAclEntries.IngressAclEntry = append(a.IngressAclEntries.IngressAclEntry, api.CreateNetworkAclNetworkAclAttributeIngressAclEntry(e))
	}
	for _, e := range o.EgressAclEntries.EgressAclEntry {
		a.EgressAclEntries.EgressAclEntry = append(a.EgressAclEntries.EgressAclEntry, api.CreateNetworkAclNetworkAclAttributeEgressAclEntry(e))
	}
	for _, r := range o.Resources.Resource {
		a.Resources.Resource = append(a.Resources.Resource, api.CreateNetworkAclNetworkAclAttributeResource(r))
	}
}

func (o *shown) attributes(a *api.DescribeNetworkAclAttributesNetworkAclAttribute) {
	a.CreationTime, a.Description, a.NetworkAclID, a.NetworkAclName = o.CreationTime, o.Description, o.NetworkAclID, o.NetworkAclName
	a.OwnerID, a.RegionID, a.Status, a.VPCID, a.Tags = o.OwnerID, o.RegionID, o.Status, o.VPCID, o.Tags
	for _, e := range o.IngressAclEntries.IngressAclEntry {
		a.IngressAclEntries.IngressAclEntry = append(a.IngressAclEntries.IngressAclEntry, api.DescribeNetworkAclAttributesNetworkAclAttributeIngressAclEntry(e))
	}
	for _, e := range o.EgressAclEntries.EgressAclEntry {
		a.EgressAclEntries.EgressAclEntry = append(a.EgressAclEntries.EgressAclEntry, api.DescribeNetworkAclAttributesNetworkAclAttributeEgressAclEntry(e))
	}
	for _, r := range o.Resources.Resource {
		a.Resources.Resource = append(a.Resources.Resource, api.DescribeNetworkAclAttributesNetworkAclAttributeResource(r))
	}
}
