// Package networkacl is the actions on the network ACLs of VPCs.
//
// What is made or changed is Modifying first, for network.PhaseTime; an
// association with a vSwitch is BINDING or UNBINDING for as long. Package service
// binds the package; it imports no other group.
package networkacl

import (
	"unicode/utf8"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

// Service is what the actions work on.
type Service struct {
	DB      *state.DB
	Catalog *catalog.Catalog
	Pager   *action.Pager
}

var actions = action.Set[Service]{Version: "2016-04-28"}

// Actions are the group's actions, bound to a service.
func (s *Service) Actions() action.Group { return actions.Bind(s) }

func account(r *ecs.NetworkACL) uint64 { return r.Account }

// find finds a network ACL, or answers 400 InvalidNetworkAcl.NotFound.
func find(c *action.Call, v state.View, id string) (ecs.Key, *ecs.NetworkACL, error) {
	k, r, ok := action.Find(c, v, state.NetworkACLs, ecs.KindNetworkACL, account, id)
	if !ok {
		return 0, nil, api.Errorf(api.CodeInvalidNetworkAclNotFound, "The network ACL does not exist.").WithStatus(400)
	}
	return k, r, nil
}

// request is what the actions that change an ACL have in common.
type request struct {
	id, token string
	dryRun    *bool
}

// change makes a change to a network ACL, once for a token: check refuses it, and
// do makes it on next, a copy that is written afterwards.
func (s *Service) change(c *action.Call, r request, check func(v state.View, k ecs.Key, a *ecs.NetworkACL) error, do func(tx *state.Tx, k ecs.Key, next *ecs.NetworkACL)) error {
	return c.Change(s.DB, r.token, r.dryRun, func(v state.View) (ecs.Key, error) {
		k, _, err := find(c, v, r.id)
		return k, err
	}, func(v state.View, k ecs.Key) error {
		_, a, err := find(c, v, r.id)
		switch {
		case err != nil:
			return err
		case a.Phase != ecs.PhaseReady:
			return api.Errorf(api.CodeNetworkStatusModifying, "The network ACL is being changed.").WithStatus(400)
		}
		return check(v, k, a)
	}, func(tx *state.Tx, k ecs.Key) {
		network.Change(tx, state.NetworkACLs, k, func(next *ecs.NetworkACL) { do(tx, k, next) })
	})
}

// still refuses an ACL that a vSwitch is just being associated with or taken from.
func still(v state.View, k ecs.Key) error {
	if network.ACLMoving(v, k) {
		return api.Errorf(api.CodeOperationDeniedNetworkAclAttachmentInMiddleStatus, "The network ACL is being associated with a vSwitch or taken from one.").WithStatus(400)
	}
	return nil
}

// checkText refuses a name or description that neither an ACL nor an entry has.
func checkText(name, description string) error {
	switch {
	case utf8.RuneCountInString(name) > network.MaxName:
		return api.Errorf(api.CodeParameterLengthIllegalName, "The name has more than %d characters.", network.MaxName).WithStatus(400)
	case !network.ValidText(name, network.MaxName):
		return api.Errorf(api.CodeParameterIllegalName, "The name is not valid.").WithStatus(400)
	case utf8.RuneCountInString(description) > network.MaxDescription:
		return api.Errorf(api.CodeParameterLengthIllegalDescription, "The description has more than %d characters.", network.MaxDescription).WithStatus(400)
	case !network.ValidText(description, network.MaxDescription):
		return api.Errorf(api.CodeParameterIllegalDescription, "The description is not valid.").WithStatus(400)
	}
	return nil
}
