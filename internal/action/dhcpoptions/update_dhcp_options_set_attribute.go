package dhcpoptions

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
)

var _ = action.Handle(&actions, "UpdateDhcpOptionsSetAttribute", (*Service).UpdateDHCPOptionsSetAttribute)

// UpdateDHCPOptionsSetAttribute changes what of a set it is asked to.
func (s *Service) UpdateDHCPOptionsSetAttribute(c *action.Call, in *api.UpdateDhcpOptionsSetAttributeRequest) (*api.UpdateDhcpOptionsSetAttributeResponse, error) {
	o := options{in.DhcpOptionsSetName, in.DhcpOptionsSetDescription, in.DomainName, in.DomainNameServers, in.LeaseTime, in.IPv6LeaseTime, in.BootFileName, in.TFTPServerName}
	if err := o.write(new(ecs.DHCPOptionsSet)); err != nil {
		return nil, err
	}
	return &api.UpdateDhcpOptionsSetAttributeResponse{}, s.change(c, in.DhcpOptionsSetID, in.ClientToken, in.DryRun, ready,
		enter(ecs.PhaseModifying, func(r *ecs.DHCPOptionsSet) { o.write(r) })) // which was found well-formed
}
