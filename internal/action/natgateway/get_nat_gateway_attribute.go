package natgateway

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "GetNatGatewayAttribute", (*Service).GetNATGatewayAttribute)

// GetNATGatewayAttribute shows a NAT gateway.
func (s *Service) GetNATGatewayAttribute(c *action.Call, in *api.GetNatGatewayAttributeRequest) (*api.GetNatGatewayAttributeResponse, error) {
	snap := s.DB.Snapshot()
	k, g, err := action.NATGateway(c, snap, in.NatGatewayID)
	if err != nil {
		return nil, err
	}
	var d api.DescribeNatGatewaysNatGateway
	s.show(&d, snap, k, g)
	p := d.NatGatewayPrivateInfo
	o := &api.GetNatGatewayAttributeResponse{
		NatGatewayID: d.NatGatewayID, Name: d.Name, Description: d.Description, Status: d.Status, BusinessStatus: d.BusinessStatus,
		CreationTime: d.CreationTime, NatType: d.NatType, NetworkType: d.NetworkType, RegionID: d.RegionID, VPCID: d.VPCID,
		ResourceGroupID:        d.ResourceGroupID,
		BillingConfig:          api.GetNatGatewayAttributeBillingConfig{InstanceChargeType: d.InstanceChargeType, InternetChargeType: d.InternetChargeType, Spec: d.Spec},
		DeletionProtectionInfo: api.GetNatGatewayAttributeDeletionProtectionInfo{Enabled: d.DeletionProtection},
		ForwardTable: api.GetNatGatewayAttributeForwardTable{
			ForwardTableID: ecs.ID(ecs.KindForwardTable, k), ForwardEntryCount: state.ForwardEntriesByGateway.Count(snap, uint64(k)),
		},
		SnatTable: api.GetNatGatewayAttributeSnatTable{
			SnatTableID: ecs.ID(ecs.KindSNATTable, k), SnatEntryCount: state.SNATEntriesByGateway.Count(snap, uint64(k)),
		},
		PrivateInfo: api.GetNatGatewayAttributePrivateInfo{IzNo: p.IzNo, PrivateIPAddress: p.PrivateIPAddress, VswitchID: p.VswitchID, MaxBandwidth: p.MaxBandwidth},
	}
	for _, ip := range d.IPLists.IPList {
		o.IPList = append(o.IPList, api.GetNatGatewayAttributeIPList{AllocationID: ip.AllocationID, IPAddress: ip.IPAddress, UsingStatus: ip.UsingStatus})
	}
	return o, nil
}
