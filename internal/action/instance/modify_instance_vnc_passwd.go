package instance

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ModifyInstanceVncPasswd", (*Service).ModifyInstanceVncPasswd)

// ModifyInstanceVncPasswd keeps the password of an instance's console, six
// letters and digits. No action shows it.
func (s *Service) ModifyInstanceVncPasswd(c *action.Call, req *api.ModifyInstanceVncPasswdRequest) (*api.ModifyInstanceVncPasswdResponse, error) {
	if !validVNCPassword(req.VncPassword) {
		return nil, api.Errorf(api.CodeIncorrectVncPasswordMalformed, "The specified parameter VncPassword is not valid.")
	}
	err := s.DB.Update(c.Context, func(tx *state.Tx) error {
		k, r, err := action.Instance(c, tx, req.InstanceID)
		if err != nil {
			return err
		}
		if r.Want.Deleted {
			return wrongState()
		}
		compute.ChangeOptions(tx, k, r.Account, func(o *ecs.InstanceOptions) { o.VNC = strings.Clone(req.VncPassword) })
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &api.ModifyInstanceVncPasswdResponse{}, nil
}
