package instance

import (
	"encoding/base64"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DescribeUserData", (*Service).DescribeUserData)

// DescribeUserData shows an instance's user data in Base64, and nothing where
// it has none.
func (s *Service) DescribeUserData(c *action.Call, in *api.DescribeUserDataRequest) (*api.DescribeUserDataResponse, error) {
	snap := s.DB.Snapshot()
	k, _, err := action.Instance(c, snap, in.InstanceID)
	if err != nil {
		return nil, err
	}
	out := &api.DescribeUserDataResponse{InstanceID: in.InstanceID, RegionID: c.Region.ID}
	if secret, ok := state.Secrets.Get(snap, k); ok {
		out.UserData = base64.StdEncoding.EncodeToString(secret.UserData)
	}
	return out, nil
}
