package networkacl

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "CreateNetworkAcl", (*Service).CreateNetworkACL)

// CreateNetworkACL makes a network ACL that lets everything through.
func (s *Service) CreateNetworkACL(c *action.Call, in *api.CreateNetworkAclRequest) (*api.CreateNetworkAclResponse, error) {
	if err := checkText(in.NetworkAclName, in.Description); err != nil {
		return nil, err
	}
	if err := network.CheckTags(in.Tag); err != nil {
		return nil, err
	}
	k, err := c.Create(s.DB, in.ClientToken, in.DryRun, func(v state.View) error {
		_, err := room(c, v, in.VPCID)
		return err
	}, func(tx *state.Tx) (ecs.Key, error) {
		vpc, err := room(c, tx, in.VPCID)
		if err != nil {
			return 0, err
		}
		r := &ecs.NetworkACL{
			Account: c.Caller.Account, VPC: vpc, Name: strings.Clone(in.NetworkAclName), Description: strings.Clone(in.Description),
			Created: tx.Now().Unix(), Tags: tag.Store(tx, in.Tag), Phase: ecs.PhaseCreating,
		}
		open(tx, r)
		k := tx.NewKey(vpc.Region())
		state.NetworkACLs.Put(tx, k, r)
		network.Pass(tx, k)
		return k, nil
	})
	if err != nil {
		return nil, err
	}
	return s.created(k), nil
}

func (s *Service) created(k ecs.Key) *api.CreateNetworkAclResponse {
	o := &api.CreateNetworkAclResponse{NetworkAclID: ecs.ID(ecs.KindNetworkACL, k)}
	snap := s.DB.Snapshot()
	if r, ok := state.NetworkACLs.Get(snap, k); ok {
		s.show(snap, k, r).create(&o.NetworkAclAttribute)
	}
	return o
}

// room finds the VPC of a new network ACL, which has room for one more.
func room(c *action.Call, v state.View, id string) (ecs.Key, error) {
	vpc, _, err := action.VPC(c, v, id)
	if err != nil {
		return 0, api.Errorf(api.CodeInvalidVpcIdNotFound, "The VPC does not exist.").WithStatus(400)
	}
	if state.NetworkACLsByVPC.Count(v, uint64(vpc)) >= ecs.MaxNetworkACLs {
		return 0, api.Errorf(api.CodeQuotaExceedNetworkAcl, "The VPC has as many network ACLs as it can have.").WithStatus(400)
	}
	return vpc, nil
}

// open gives a new ACL the entries that let everything through.
func open(v state.View, r *ecs.NetworkACL) {
	all := []string{"0.0.0.0/0"}
	if vpc, ok := state.VPCs.Get(v, r.VPC); ok && !vpc.Prefix6.IsZero() {
		all = append(all, "::/0")
	}
	for _, list := range []*[]ecs.ACLEntry{&r.Ingress, &r.Egress} {
		for _, cidr := range all {
			r.Entries++
			*list = append(*list, ecs.ACLEntry{Protocol: ecs.ProtocolAll, From: -1, To: -1, CIDR: cidr, Number: r.Entries})
		}
	}
}
