package assistant

import (
	"unicode/utf8"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
)

var _ = action.Handle(&actions, "ModifyManagedInstance", (*Service).ModifyManagedInstance)

// ModifyManagedInstance finds no managed instance.
func (s *Service) ModifyManagedInstance(_ *action.Call, in *api.ModifyManagedInstanceRequest) (*api.ModifyManagedInstanceResponse, error) {
	if n := utf8.RuneCountInString(in.InstanceName); n < 2 || n > 128 {
		return nil, api.Errorf(api.CodeInstanceNameExceedLimit, "The length of the instance name exceeds the limit.")
	}
	return nil, noInstance()
}
