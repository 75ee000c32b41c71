package portrangelist

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DeletePortRangeList", (*Service).DeletePortRangeList)

// DeletePortRangeList removes a port-range list that no security group names; 400
// InvalidPortRangeListId.AssociationExist says that one does.
func (s *Service) DeletePortRangeList(c *action.Call, in *api.DeletePortRangeListRequest) (*api.DeletePortRangeListResponse, error) {
	err := s.DB.Update(c.Context, func(tx *state.Tx) error {
		k, _, err := find(c, tx, in.PortRangeListID)
		if err != nil {
			return err
		}
		if state.GroupsByPortRangeList.Count(tx, uint64(k)) > 0 {
			return api.Errorf(api.CodeInvalidPortRangeListIdAssociationExist, "The specified port range list has association resources.")
		}
		state.PortRangeLists.Delete(tx, k)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &api.DeletePortRangeListResponse{}, nil
}
