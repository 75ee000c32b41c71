package prefixlist

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DeletePrefixList", (*Service).DeletePrefixList)

// DeletePrefixList removes a prefix list that no security group names; 400
// NotAllowed.AssociationExist says that one does.
func (s *Service) DeletePrefixList(c *action.Call, in *api.DeletePrefixListRequest) (*api.DeletePrefixListResponse, error) {
	err := s.DB.Update(c.Context, func(tx *state.Tx) error {
		k, _, err := find(c, tx, in.PrefixListID)
		if err != nil {
			return err
		}
		if state.GroupsByPrefixList.Count(tx, uint64(k)) > 0 {
			return api.Errorf(api.CodeNotAllowedAssociationExist, "The specified prefix list has associated resources.")
		}
		state.PrefixLists.Delete(tx, k)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &api.DeletePrefixListResponse{}, nil
}
