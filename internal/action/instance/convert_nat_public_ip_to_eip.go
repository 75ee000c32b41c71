package instance

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ConvertNatPublicIpToEip", (*Service).ConvertNatPublicIPToEIP)

// dayBeforeEnd is how long before its end, in seconds, a subscription's address is
// not made elastic any more.
const dayBeforeEnd = 24 * 60 * 60

// ConvertNatPublicIPToEIP makes an instance's own public address an elastic IP that
// is bound to it, with the instance's bandwidth.
func (s *Service) ConvertNatPublicIPToEIP(c *action.Call, req *api.ConvertNatPublicIpToEipRequest) (*api.ConvertNatPublicIpToEipResponse, error) {
	err := s.DB.Update(c.Context, func(tx *state.Tx) error {
		k, r, err := action.Instance(c, tx, req.InstanceID)
		if err != nil {
			return err
		}
		if err := convertible(tx, k, r); err != nil {
			return err
		}
		next := *r
		next.PublicIP, next.BandwidthOut = 0, 0
		state.Instances.Put(tx, k, &next)
		state.EIPs.Put(tx, tx.NewKey(k.Region()), &ecs.EIP{
			Account: r.Account, Address: r.PublicIP, Bandwidth: r.BandwidthOut, Charge: r.InternetCharge, Created: tx.Now().Unix(),
			ResourceGroup: r.ResourceGroup, Target: k, TargetKind: ecs.EIPInstance, Instance: k, Zone: r.Zone,
		})
		return nil
	})
	return &api.ConvertNatPublicIpToEipResponse{}, err
}

func convertible(tx *state.Tx, k ecs.Key, r *ecs.Instance) error {
	if err := in(r, ecs.Running, ecs.Stopped); err != nil {
		return err
	}
	n, ok := state.Interfaces.Get(tx, r.Interface)
	prepaid := r.ChargeType == ecs.PrePaid
	if err := unlocked(r, api.CodeInvalidInstanceOverduePayment); err != nil {
		return err
	}
	switch {
	case !ok || n.VPC == 0, hasEIP(tx, k):
		return api.Errorf(api.CodeOperationDenied, "The specified instance is in the classic network, or has an elastic IP.").WithStatus(403)
	case r.PublicIP == 0:
		return api.Errorf(api.CodeInvalidInstanceIpAddressMissing, "The specified instance has no public IP address.").WithStatus(404)
	case r.BandwidthOut == 0:
		return api.Errorf(api.CodeInvalidInstanceZeroBandwidth, "The specified instance has no bandwidth.").WithStatus(404)
	case prepaid && r.InternetCharge != ecs.PayByTraffic:
		return api.Errorf(api.CodeInvalidInternetChargeTypeValueNotSupported, "The specified instance does not pay by traffic.").WithStatus(403)
	case prepaid && r.Expires-tx.Now().Unix() < dayBeforeEnd:
		return api.Errorf(api.CodeInvalidEndTimeOperateNotSupport, "The specified instance ends within 24 hours.")
	case state.EIPsByAccount.Count(tx, state.Scope(r.Account, k.Region())) >= ecs.MaxEIPs:
		return api.Errorf(api.CodeMaxEIPQuotaExceeded, "Elastic IP address quota exceeded.")
	}
	return nil
}
