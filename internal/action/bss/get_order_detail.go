package bss

import (
	"strconv"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/model/billing"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "GetOrderDetail", (*Service).GetOrderDetail)

// GetOrderDetail shows an order of the account, with an entry for each resource.
func (s *Service) GetOrderDetail(c *action.Call, in *api.GetOrderDetailRequest) (*api.GetOrderDetailResponse, error) {
	if err := ownOnly(c, in.OwnerID); err != nil {
		return nil, err
	}
	number, err := strconv.ParseUint(in.OrderID, 10, 64)
	if err != nil {
		return nil, action.Invalid("OrderId")
	}
	snap := s.DB.Snapshot()
	for k, o := range state.OrdersByNumber.Ascend(snap, number, 0) {
		if o.Account != c.Caller.Account {
			continue
		}
		a, _ := billing.Find(snap, o.Account)
		out := &api.GetOrderDetailResponse{Code: "Success", Message: "Successful!", Success: true}
		out.Data.OrderList.Order = s.showLines(snap, &a, k, o)
		out.Data.PageNum, out.Data.PageSize, out.Data.TotalCount = 1, max(defaultSize, len(out.Data.OrderList.Order)), len(out.Data.OrderList.Order)
		return out, nil
	}
	return nil, action.Invalid("OrderId")
}
