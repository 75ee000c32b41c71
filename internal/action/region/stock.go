package region

import (
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/model/supply"
	"github.com/openecs/openecs/internal/state"
)

// stocked is what the stock is read from; nil if none is on record, as in most
// services: then every zone has all that it sells.
func (s *Service) stocked() state.View {
	if v := s.DB.Snapshot(); state.Stocks.Len(v) > 0 {
		return v
	}
	return nil
}

// inStock reports whether a zone has room for another instance of a type.
func inStock(v state.View, z *catalog.Zone, t *catalog.Type) bool {
	return v == nil || supply.RoomOf(v, z.ID, t.ID) > 0
}

// supply is an instance type as a zone has it.
func (q *availability) supply(z *catalog.Zone, t *catalog.Type) supported {
	o := plain(t.ID, q.sells(z, t, q.io, q.network))
	if z.SellsFamily(t.Family) && !inStock(q.view, z, t) {
		o.StatusCategory = withoutStock
	}
	return o
}
