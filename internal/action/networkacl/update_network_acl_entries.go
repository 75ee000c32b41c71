package networkacl

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

var (
	_ = action.Handle(&actions, "UpdateNetworkAclEntries", (*Service).UpdateNetworkACLEntries)
	_ = action.Handle(&actions, "CopyNetworkAclEntries", (*Service).CopyNetworkACLEntries)
)

// UpdateNetworkACLEntries replaces the entries of the directions that it is told
// to update; entries of the other are not looked at. One with the identifier of
// an entry that is there keeps it.
func (s *Service) UpdateNetworkACLEntries(c *action.Call, in *api.UpdateNetworkAclEntriesRequest) (*api.UpdateNetworkAclEntriesResponse, error) {
	var ingress, egress []entry
	for _, e := range in.IngressAclEntries {
		ingress = append(ingress, entry{false, e.SourceCidrIP, e.Description, e.EntryType, e.IPVersion, e.NetworkAclEntryID, e.NetworkAclEntryName, e.Policy, e.Port, e.Protocol})
	}
	for _, e := range in.EgressAclEntries {
		egress = append(egress, entry{true, e.DestinationCidrIP, e.Description, e.EntryType, e.IPVersion, e.NetworkAclEntryID, e.NetworkAclEntryName, e.Policy, e.Port, e.Protocol})
	}
	var next ecs.NetworkACL
	err := s.change(c, request{in.NetworkAclID, in.ClientToken, in.DryRun},
		func(v state.View, k ecs.Key, a *ecs.NetworkACL) (err error) {
			if err := still(v, k); err != nil {
				return err
			}
			next = *a
			if action.Flag(in.UpdateIngressAclEntries) {
				if next.Ingress, err = read(c, v, k, &next, ingress, a.Ingress); err != nil {
					return err
				}
			}
			if action.Flag(in.UpdateEgressAclEntries) {
				next.Egress, err = read(c, v, k, &next, egress, a.Egress)
			}
			return err
		},
		func(tx *state.Tx, k ecs.Key, a *ecs.NetworkACL) {
			*a = next
			a.Phase = ecs.PhaseModifying
			network.Pass(tx, k)
		})
	return &api.UpdateNetworkAclEntriesResponse{}, err
}

// CopyNetworkACLEntries gives a network ACL the entries of another in place of its
// own.
func (s *Service) CopyNetworkACLEntries(c *action.Call, in *api.CopyNetworkAclEntriesRequest) (*api.CopyNetworkAclEntriesResponse, error) {
	var from *ecs.NetworkACL
	err := s.change(c, request{in.NetworkAclID, in.ClientToken, in.DryRun},
		func(v state.View, k ecs.Key, a *ecs.NetworkACL) (err error) {
			if err := still(v, k); err != nil {
				return err
			}
			if _, from, err = find(c, v, in.SourceNetworkAclID); err != nil {
				return err
			}
			for _, list := range [][]ecs.ACLEntry{from.Ingress, from.Egress} {
				for _, e := range list {
					if version(e.CIDR) == "IPv6" && !has6(v, a.VPC) {
						return no6()
					}
				}
			}
			return nil
		},
		func(tx *state.Tx, k ecs.Key, next *ecs.NetworkACL) {
			renumber := func(list []ecs.ACLEntry) (out []ecs.ACLEntry) {
				for _, e := range list {
					next.Entries++
					e.Number = next.Entries
					out = append(out, e)
				}
				return out
			}
			next.Ingress, next.Egress, next.Phase = renumber(from.Ingress), renumber(from.Egress), ecs.PhaseModifying
			network.Pass(tx, k)
		})
	return &api.CopyNetworkAclEntriesResponse{}, err
}
