package networkinterface

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
)

var _ = action.Handle(&actions, "DisableNetworkInterfaceQoS", (*Service).DisableNetworkInterfaceQoS)

// DisableNetworkInterfaceQoS takes all limits from an interface.
func (s *Service) DisableNetworkInterfaceQoS(c *action.Call, in *api.DisableNetworkInterfaceQoSRequest) (*api.DisableNetworkInterfaceQoSResponse, error) {
	return &api.DisableNetworkInterfaceQoSResponse{}, s.limit(c, in.NetworkInterfaceID, ecs.InterfaceQoS{}, false)
}
