package natgateway

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/billing"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "CreateNatGateway", (*Service).CreateNATGateway)

// CreateNATGateway makes an enhanced NAT gateway in a vSwitch, of which it takes an
// address. It is Creating until that is done.
func (s *Service) CreateNATGateway(c *action.Call, in *api.CreateNatGatewayRequest) (*api.CreateNatGatewayResponse, error) {
	var r *ecs.NATGateway
	var want ecs.IPv4
	k, err := c.Create(s.DB, in.ClientToken, nil, func(v state.View) (err error) {
		r, want, err = newGateway(c, v, in)
		return err
	}, func(tx *state.Tx) (ecs.Key, error) { return write(tx, *r, want, in) })
	if err != nil {
		return nil, err
	}
	return created(k), nil
}

func created(k ecs.Key) *api.CreateNatGatewayResponse {
	o := &api.CreateNatGatewayResponse{NatGatewayID: ecs.ID(ecs.KindNATGateway, k)}
	o.SnatTableIDs.SnatTableID = []string{ecs.ID(ecs.KindSNATTable, k)}
	o.ForwardTableIDs.ForwardTableID = []string{ecs.ID(ecs.KindForwardTable, k)}
	return o
}

func newGateway(c *action.Call, v state.View, in *api.CreateNatGatewayRequest) (r *ecs.NATGateway, want ecs.IPv4, err error) {
	r = &ecs.NATGateway{Account: c.Caller.Account, Name: strings.Clone(in.Name), Description: strings.Clone(in.Description)}
	if err := options(r, in); err != nil {
		return nil, 0, err
	}
	if in.VSwitchID == "" {
		return nil, 0, api.Errorf(api.CodeMissingParameter, `The input parameter "VSwitchId" that is mandatory for processing this request is not supplied.`)
	}
	if in.NatIP != "" {
		var ok bool
		if want, ok = ecs.ParseIPv4(in.NatIP); !ok {
			return nil, 0, action.Invalid("NatIp")
		}
	}
	if r.VPC, _, err = action.VPC(c, v, in.VPCID); err != nil {
		return nil, 0, err
	}
	w, vswitch, err := action.VSwitch(c, v, in.VSwitchID)
	if err != nil {
		return nil, 0, err
	}
	if vswitch.VPC != r.VPC {
		return nil, 0, api.Errorf(api.CodeOperationFailedVswNotBelongToVpc, "Operation failed because the specified VSwitch is not bound to the same VPC with NAT gateway.")
	}
	r.VSwitch, r.Zone = w, vswitch.Zone
	return r, want, network.CheckTags(in.Tag)
}

// options reads what depends on nothing else. The purchase of a gateway that is
// paid as it goes has no Duration, PricingCycle or AutoPay that mattered.
func options(r *ecs.NATGateway, in *api.CreateNatGatewayRequest) error {
	oneOf := func(v string, list ...string) bool {
		for _, s := range list {
			if v == s {
				return true
			}
		}
		return v == ""
	}
	switch {
	case in.Name != "" && !ecs.ValidName(in.Name):
		return api.Errorf(api.CodeInvalidNatGatewayNameMalFormed, "NatGateway name is not valid.")
	case in.Description != "" && !ecs.ValidDescription(in.Description):
		return api.Errorf(api.CodeInvalidNatGatewayDescriptionMalFormed, "NatGateway description is not valid.")
	case in.NatType == "Normal":
		return notImplemented("NAT gateways that are not enhanced, which the real service sells no more")
	case !oneOf(in.NatType, "Enhanced"):
		return action.Invalid("NatType")
	case !oneOf(in.NetworkType, "internet", "intranet"):
		return action.Invalid("NetworkType")
	case !oneOf(in.EIPBindMode, "MULTI_BINDED", "NAT"):
		return action.Invalid("EipBindMode")
	case !oneOf(in.InternetChargeType, "PayByLcu", "PayBySpec"):
		return action.Invalid("InternetChargeType")
	case !oneOf(in.InstanceChargeType, "PostPaid", "PrePaid"):
		return action.Invalid("InstanceChargeType")
	case in.InstanceChargeType == "PrePaid":
		return notImplemented("NAT gateways that are paid in advance (InstanceChargeType=PrePaid)")
	case !oneOf(in.Spec, "Small", "Middle", "Large", "XLarge.1"):
		return api.Errorf(api.CodeInvalidParameterSpecValueNotSupported, "The specified Spec is not valid.")
	case len(in.BandwidthPackage) > 0:
		return notImplemented("bandwidth packages")
	case action.Flag(in.PrivateLinkEnabled) || in.PrivateLinkMode != "" || in.AccessMode.ModeValue != "" || in.SecurityGroupID != "":
		return notImplemented("PrivateLink")
	case in.IPv4Prefix != "":
		return notImplemented("address prefixes of NAT gateways")
	case action.Flag(in.IsCreateDefaultRoute):
		return notImplemented("the default route of a NAT gateway (IsCreateDefaultRoute)")
	}
	set := func(on bool, f ecs.GatewayFlags) {
		if on {
			r.Flags |= f
		}
	}
	set(in.NetworkType == "intranet", ecs.GatewayIntranet)
	set(in.EIPBindMode == "NAT", ecs.GatewayBindNAT)
	set(in.IcmpReplyEnabled != nil && !*in.IcmpReplyEnabled, ecs.GatewayNoICMP)
	set(action.Flag(in.SecurityProtectionEnabled), ecs.GatewaySecured)
	r.BySpec = in.InternetChargeType == "PayBySpec"
	return nil
}

func write(tx *state.Tx, r ecs.NATGateway, want ecs.IPv4, in *api.CreateNatGatewayRequest) (ecs.Key, error) {
	w, ok := state.VSwitches.Get(tx, r.VSwitch)
	if !ok {
		return 0, api.Errorf(api.CodeInvalidVSwitchIdNotFound, "The specified VSwitchId does not exist.").WithStatus(404)
	}
	if state.NATGatewaysByVPC.Count(tx, uint64(r.VPC)) >= ecs.MaxGateways {
		return 0, api.Errorf(api.CodeQuotaExceededNatGateway, "The VPC has as many NAT gateways as it can have.")
	}
	err := billing.Solvent(tx, r.Account)
	if err != nil {
		return 0, err
	}
	if r.IP, err = network.TakeAddress(tx, r.VSwitch, w.Prefix, want); err != nil {
		return 0, err
	}
	if in.Spec != "" {
		r.Spec = tx.Sym(strings.Clone(in.Spec))
	}
	r.Created, r.Tags = tx.Now().Unix(), tag.Store(tx, in.Tag)
	k := tx.NewKey(r.VSwitch.Region())
	network.WorkGateway(tx, k, r, ecs.WorkCreate)
	return k, nil
}
