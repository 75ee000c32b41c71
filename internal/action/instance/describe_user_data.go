package instance

import (
	"encoding/base64"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DescribeUserData", (*Service).DescribeUserData)

// DescribeUserData shows the user data of an instance in Base64, "" for none.
func (s *Service) DescribeUserData(c *action.Call, req *api.DescribeUserDataRequest) (*api.DescribeUserDataResponse, error) {
	snap := s.DB.Snapshot()
	k, _, err := action.Instance(c, snap, req.InstanceID)
	if err != nil {
		return nil, err
	}
	out := &api.DescribeUserDataResponse{InstanceID: req.InstanceID, RegionID: c.Region.ID}
	if secret, ok := state.Secrets.Get(snap, k); ok {
		out.UserData = base64.StdEncoding.EncodeToString(secret.UserData)
	}
	return out, nil
}
