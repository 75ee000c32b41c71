package instance

import (
	"fmt"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/model/pricing"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ModifyInstanceNetworkSpec", (*Service).ModifyInstanceNetworkSpec)

// ModifyInstanceNetworkSpec changes the public bandwidth of an instance and how
// it is paid, at once. A subscription instance gets a public address with its
// first bandwidth; a pay-as-you-go one only where AllocatePublicIp asks for it.
// What is paid in advance is an order.
func (s *Service) ModifyInstanceNetworkSpec(c *action.Call, req *api.ModifyInstanceNetworkSpecRequest) (*api.ModifyInstanceNetworkSpecResponse, error) {
	charge, err := newNetworkSpec(req)
	if err != nil {
		return nil, err
	}
	once, err := c.Once(req.ClientToken, nil)
	if err != nil {
		return nil, err
	}
	var made []ecs.Key
	err = s.DB.Update(c.Context, func(tx *state.Tx) error {
		var err error
		made, err = once.Do(tx, func() ([]ecs.Key, error) {
			k, r, err := action.Instance(c, tx, req.InstanceID)
			if err != nil {
				return nil, err
			}
			next := *r
			if req.NetworkChargeType != "" {
				next.InternetCharge = charge
			}
			if err := checkNetworkSpec(tx, r, &next, req); err != nil {
				return nil, err
			}
			if err := compute.NothingUnpaid(tx, k, api.CodeInvalidInstanceUnPaidOrder); err != nil {
				return nil, err
			}
			return s.writeNetworkSpec(tx, k, r, &next, action.Flag(req.AllocatePublicIP), req.AutoPay != nil && !*req.AutoPay)
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	out := &api.ModifyInstanceNetworkSpecResponse{}
	if len(made) > 0 {
		out.OrderID = fmt.Sprintf("%015d", ecs.OrderNumber(made[0]))
	}
	return out, nil
}

// newNetworkSpec checks what can be told from the request alone.
func newNetworkSpec(req *api.ModifyInstanceNetworkSpecRequest) (ecs.InternetCharge, error) {
	charge, ok := ecs.ParseInternetCharge(req.NetworkChargeType)
	start, startOK := ecs.ParseTime(req.StartTime)
	end, endOK := ecs.ParseTime(req.EndTime)
	ours := api.CodeUnsupportedOperationNotImplemented
	return charge, action.FirstOf([]action.Check{
		{!ok, api.CodeInvalidInternetChargeTypeValueNotSupported, "The specified InternetChargeType is invalid."},
		{req.StartTime != "" && !startOK, api.CodeInvalidStartTimeValueNotSupported, "The specified StartTime is not valid."},
		{startOK && endOK && !start.Before(end), api.CodeInvalidStartTimeValueNotSupported, "The specified StartTime is later than EndTime."},
		{req.StartTime != "" || req.EndTime != "", ours, "OpenECS does not support bandwidth for a time (StartTime, EndTime) yet."},
		{!action.OneOf(req.ISP, "BGP"), ours, "OpenECS has no ISP but BGP."},
		{req.InternetMaxBandwidthOut == nil && req.InternetMaxBandwidthIn == nil && req.NetworkChargeType == "" && req.AllocatePublicIP == nil,
			api.CodeMissingParameter, `The input parameter "InternetMaxBandwidthOut" that is mandatory for processing this request is not supplied.`},
	})
}

// checkNetworkSpec checks what depends on the instance r, and puts the bandwidth
// into next, which is paid as asked for already.
func checkNetworkSpec(v state.View, r, next *ecs.Instance, req *api.ModifyInstanceNetworkSpecRequest) error {
	var badOut, badIn bool
	next.BandwidthOut, next.BandwidthIn, badOut, badIn =
		bandwidth{req.InternetMaxBandwidthOut, req.InternetMaxBandwidthIn}.apply(r, mostBandwidth(r.ChargeType, next.InternetCharge))
	n, ok := state.Interfaces.Get(v, r.Interface)
	classic := !ok || n.VPC == 0
	err := action.FirstOf([]action.Check{
		{badOut, api.CodeInvalidInternetMaxBandwidthOutValueNotSupported, "The specified InternetMaxBandwidthOut is beyond the permitted range."},
		{badIn, api.CodeInvalidInternetMaxBandwidthInValueNotSupported, "The specified InternetMaxBandwidthIn is beyond the permitted range."},
		{action.Flag(req.AllocatePublicIP) && next.BandwidthOut == 0, api.CodeInvalidParamAllocatePublicIp, "The specified param AllocatePublicIp is invalid."},
	})
	if err != nil {
		return err
	}
	if err := in(r, ecs.Running, ecs.Stopped); err != nil {
		return err
	}
	if classic && r.BandwidthOut == 0 && next.BandwidthOut > 0 && r.Status() != ecs.Stopped {
		return api.Errorf(api.CodeInvalidInstanceStatusNotStopped, "The specified Instance status is not stopped.")
	}
	return unlocked(r, api.CodeInstanceExpiredOrInArrears)
}

// writeNetworkSpec writes the instance, with an address where it gets one, and
// the order of what is paid in advance. An address that a stop in economical
// mode took comes back with the next start.
func (s *Service) writeNetworkSpec(tx *state.Tx, k ecs.Key, r, next *ecs.Instance, allocate, unpaid bool) ([]ecs.Key, error) {
	if _, _, bound := network.InstanceEIP(tx, k); bound && (allocate || next.BandwidthOut > r.BandwidthOut) {
		return nil, api.Errorf(api.CodeBandwidthUpgradeDeniedEipBoundInstance, "The specified VPC instance has bound EIP, temporary bandwidth upgrade is denied.")
	}
	var cost ecs.Money
	if r.ChargeType == ecs.PrePaid {
		var err error
		region := s.region(k)
		if cost, err = s.Prices.More(pricing.Bandwidth(region, r), pricing.Bandwidth(region, next), pricing.Rest(r, tx.Now())); err != nil {
			return nil, action.NoPrice(err)
		}
		if unpaid && cost > 0 {
			order, err := reprice(tx, "bandwidth", k, r, cost, &ecs.OrderEffect{Network: true, Internet: next.InternetCharge, Out: next.BandwidthOut, In: next.BandwidthIn})
			return []ecs.Key{order}, err
		}
	}
	first := r.ChargeType == ecs.PrePaid && r.BandwidthOut == 0 && next.BandwidthOut > 0
	if (allocate || first) && r.PublicIP == 0 && !r.Flags.Has(ecs.PublicReleased) {
		var err error
		if next.PublicIP, err = network.TakePublic(tx); err != nil {
			return nil, api.Errorf(api.CodeIpAllocationError, "Allocate public ip failed.")
		}
	}
	state.Instances.Put(tx, k, next)
	if r.ChargeType != ecs.PrePaid {
		return nil, nil
	}
	order, err := reprice(tx, "bandwidth", k, r, cost, nil)
	return []ecs.Key{order}, err
}
