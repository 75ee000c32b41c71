package assistant

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
)

var _ = action.Handle(&actions, "DeregisterManagedInstance", (*Service).DeregisterManagedInstance)

// DeregisterManagedInstance finds no managed instance.
func (s *Service) DeregisterManagedInstance(_ *action.Call, in *api.DeregisterManagedInstanceRequest) (*api.DeregisterManagedInstanceResponse, error) {
	if err := checkToken(in.ClientToken); err != nil {
		return nil, err
	}
	return nil, noInstance()
}
