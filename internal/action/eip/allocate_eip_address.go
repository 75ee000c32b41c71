package eip

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/resource"
)

var _ = action.Handle(&actions, "AllocateEipAddress", (*Service).AllocateEIPAddress)

// AllocateEIPAddress makes an elastic IP. What belongs to a purchase (ActivityId,
// AutoPay, Period, PricingCycle) has no meaning for one that is paid as it goes.
func (s *Service) AllocateEIPAddress(c *action.Call, in *api.AllocateEipAddressRequest) (*api.AllocateEipAddressResponse, error) {
	a := &allocation{
		bandwidth: in.Bandwidth, internetCharge: in.InternetChargeType, charge: in.InstanceChargeType, isp: in.ISP, netmode: in.Netmode,
		pool: in.PublicIPAddressPoolID, zone: in.Zone, id: in.InstanceID, address: in.IPAddress, group: in.ResourceGroupID,
		protection: in.SecurityProtectionTypes, tags: in.Tag,
	}
	if in.Name != "" && !ecs.ValidName(in.Name) {
		return nil, action.Invalid("Name")
	}
	if in.Description != "" && !ecs.ValidDescription(in.Description) {
		return nil, action.Invalid("Description")
	}
	a.record.Name, a.record.Description = strings.Clone(in.Name), strings.Clone(in.Description)
	k, e, err := a.do(c, s, in.ClientToken)
	if err != nil {
		return nil, err
	}
	return &api.AllocateEipAddressResponse{
		AllocationID: ecs.ID(ecs.KindEIP, k), EIPAddress: e.Address.String(),
		ResourceGroupID: resource.ShowGroup(s.DB.Snapshot(), c.Caller.Account, e.ResourceGroup),
	}, nil
}
