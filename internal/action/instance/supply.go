package instance

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/supply"
	"github.com/openecs/openecs/internal/state"
)

// supply checks that there is stock, and that the account may have so much.
func (p *planner) supply() error {
	_, err := p.plan.supplied(p.snap)
	return err
}

// supplied is how many instances of the plan can be made: those that are asked
// for, or as many as there is stock of where those are MinAmount at least. Codes:
// 403 OperationDenied.NoStock, and 400 QuotaExceed.AfterpayInstance, 403
// QuotaExceed.ElasticQuota and 400 QuotaExceed.DiskCapacity for the quotas of what
// is paid as it is used.
func (p *plan) supplied(v state.View) (int, error) {
	n := p.amount
	if p.hosting == nil {
		n = min(n, supply.RoomOf(v, p.zone.ID, p.typ.ID))
	}
	if n < p.min {
		return 0, noStock()
	}
	if p.record.ChargeType != ecs.PostPaid {
		return n, nil
	}
	size := p.system.SizeGiB
	for i := range p.data {
		size += p.data[i].SizeGiB
	}
	vcpus := ecs.QuotaVCPUs
	if p.record.Spot != ecs.NoSpot {
		vcpus = ecs.QuotaSpotVCPUs
	}
	at := supply.At(v, p.record.Account, p.zone.Region.Code, p.zone.Region.ID, p.zone.ID)
	return n, action.FirstOf([]action.Check{
		{supply.Exceeds(v, at, ecs.QuotaInstances, int64(n)), api.CodeQuotaExceedAfterpayInstance, "Living afterpay instances quota exceeded."},
		{supply.Exceeds(v, at, vcpus, int64(n*p.typ.VCPU)), api.CodeQuotaExceedElasticQuota, "The number of vCPUs exceeds the quota of the account."},
		{supply.Exceeds(v, at, ecs.QuotaDisks, int64(n*size)), api.CodeQuotaExceedDiskCapacity, "The capacity of the disks exceeds the quota of the account."},
	})
}

// startable checks what a stopped instance needs beside its state to start: that
// the market is not above its bid (403 OperationDenied.SpotPriceLowerThanPublicPrice)
// and, where the stop gave its capacity back, stock (403 OperationDenied.NoStock)
// and quota (403 QuotaExceed.ElasticQuota).
func (s *Service) startable(tx *state.Tx, k ecs.Key, r *ecs.Instance) error {
	if s.spot().Outbid(tx, k, r, tx.Now()) {
		return api.Errorf(api.CodeOperationDeniedSpotPriceLowerThanPublicPrice, "The price limit of the spot instance is lower than the market price.")
	}
	if !r.Flags.Has(ecs.StopCharging) {
		return nil
	}
	if !r.Placement.HostTenancy && supply.Room(tx, r.Zone, r.Type) < 1 {
		return noStock()
	}
	return s.vcpuRoom(tx, k, r, int(r.VCPUs))
}

// vcpuRoom checks that the account of an instance may have so many vCPUs more in
// its place: 403 QuotaExceed.ElasticQuota.
func (s *Service) vcpuRoom(v state.View, k ecs.Key, r *ecs.Instance, more int) error {
	zone, ok := s.Catalog.Zone(v.Str(r.Zone))
	if !ok || r.ChargeType != ecs.PostPaid {
		return nil
	}
	q := ecs.QuotaVCPUs
	if r.Spot != ecs.NoSpot {
		q = ecs.QuotaSpotVCPUs
	}
	if supply.Exceeds(v, supply.At(v, r.Account, k.Region(), zone.Region.ID, zone.ID), q, int64(more)) {
		return api.Errorf(api.CodeQuotaExceedElasticQuota, "The number of vCPUs exceeds the quota of the account.")
	}
	return nil
}

func noStock() error {
	return api.Errorf(api.CodeOperationDeniedNoStock, "The requested resource is sold out in the specified zone; try other types of resources or other regions and zones.").WithStatus(403)
}
