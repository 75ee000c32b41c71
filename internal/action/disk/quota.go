package disk

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/supply"
	"github.com/openecs/openecs/internal/state"
)

// diskRoom checks that the account of a pay-as-you-go disk may have so many GiB
// more: 403 QuotaExceed.PostPaidDisk.
func (s *Service) diskRoom(v state.View, region uint8, d *ecs.Disk, more int32) error {
	zone, ok := s.Catalog.Zone(v.Str(d.Zone))
	if !ok || d.ChargeType != ecs.PostPaid {
		return nil
	}
	if supply.Exceeds(v, supply.At(v, d.Account, region, zone.Region.ID, zone.ID), ecs.QuotaDisks, int64(more)) {
		return api.Errorf(api.CodeQuotaExceedPostPaidDisk, "The capacity of the disks exceeds the quota of the account.")
	}
	return nil
}
