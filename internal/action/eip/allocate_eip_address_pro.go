package eip

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/resource"
)

var _ = action.Handle(&actions, "AllocateEipAddressPro", (*Service).AllocateEIPAddressPro)

// AllocateEIPAddressPro makes an elastic IP, as AllocateEipAddress does; it is the
// one that the documentation names for asking for a certain address.
func (s *Service) AllocateEIPAddressPro(c *action.Call, in *api.AllocateEipAddressProRequest) (*api.AllocateEipAddressProResponse, error) {
	a := &allocation{
		bandwidth: in.Bandwidth, internetCharge: in.InternetChargeType, charge: in.InstanceChargeType, isp: in.ISP, netmode: in.Netmode,
		pool: in.PublicIPAddressPoolID, id: in.InstanceID, address: in.IPAddress, group: in.ResourceGroupID,
		protection: in.SecurityProtectionTypes, tags: in.Tag,
	}
	k, e, err := a.do(c, s, in.ClientToken)
	if err != nil {
		return nil, err
	}
	return &api.AllocateEipAddressProResponse{
		AllocationID: ecs.ID(ecs.KindEIP, k), EIPAddress: e.Address.String(),
		ResourceGroupID: resource.ShowGroup(s.DB.Snapshot(), c.Caller.Account, e.ResourceGroup),
	}, nil
}
