package instance

import (
	"fmt"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/billing"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/model/pricing"
	"github.com/openecs/openecs/internal/price"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ModifyPrepayInstanceSpec", (*Service).ModifyPrepayInstanceSpec)

// maxDowngrades is how often the type of an instance may become a cheaper one.
const maxDowngrades = 3

// ModifyPrepayInstanceSpec changes the type of a subscription instance by an
// order. The type is shown at once and had from the next boot, which
// RebootWhenFinished asks for. Whether it is an upgrade is told by the price;
// OperatorType may say so too.
func (s *Service) ModifyPrepayInstanceSpec(c *action.Call, req *api.ModifyPrepayInstanceSpecRequest) (*api.ModifyPrepayInstanceSpecResponse, error) {
	to, err := s.newPrepaySpec(req)
	if err != nil {
		return nil, err
	}
	once, err := c.Once(req.ClientToken, nil)
	if err != nil {
		return nil, err
	}
	var made []ecs.Key
	err = s.DB.Update(c.Context, func(tx *state.Tx) error {
		var err error
		made, err = once.Do(tx, func() ([]ecs.Key, error) {
			k, r, err := action.Instance(c, tx, req.InstanceID)
			if err != nil {
				return nil, err
			}
			cost, err := s.checkPrepaySpec(tx, k, r, req, to, tx.Now())
			if err != nil {
				return nil, err
			}
			order, err := s.writePrepaySpec(tx, k, r, req, to, cost)
			return []ecs.Key{order}, err
		})
		return err
	})
	if err != nil {
		return nil, otherRequest(err)
	}
	return &api.ModifyPrepayInstanceSpecResponse{OrderID: fmt.Sprintf("%015d", ecs.OrderNumber(made[0]))}, nil
}

func (s *Service) writePrepaySpec(tx *state.Tx, k ecs.Key, r *ecs.Instance, req *api.ModifyPrepayInstanceSpecRequest, to *catalog.Type, cost ecs.Money) (ecs.Key, error) {
	reboot := action.Flag(req.RebootWhenFinished)
	if cost >= 0 && req.AutoPay != nil && !*req.AutoPay { // of a downgrade it is ignored
		return reprice(tx, "upgrade", k, r, cost, &ecs.OrderEffect{Type: tx.Sym(to.ID), Credit: resized(tx, r, to).Credit, Reboot: reboot})
	}
	what := "upgrade"
	if cost < 0 {
		what = "downgrade"
		compute.ChangeOptions(tx, k, r.Account, func(o *ecs.InstanceOptions) { o.Downgrades++ })
	}
	next := resized(tx, r, to)
	if reboot && r.Status() == ecs.Running {
		compute.Power(tx, k, next, ecs.OpReboot, false, compute.StartTime)
	} else {
		state.Instances.Put(tx, k, next)
	}
	return reprice(tx, what, k, r, cost, nil)
}

// reprice books a change of an instance that is paid in advance: it buys what
// costs more, and gives back what costs less, of what is left of what was paid for
// the instance. With later the order is left to be paid, which has that effect.
func reprice(tx *state.Tx, what string, k ecs.Key, r *ecs.Instance, cost ecs.Money, later *ecs.OrderEffect) (ecs.Key, error) {
	p := &billing.Purchase{Account: r.Account, Kind: ecs.OrderUpgrade, Action: what, Period: r.Period, Unit: r.PeriodUnit, Zone: r.Zone}
	if cost >= 0 {
		p.Lines, p.From, p.Until = billing.Lines(ecs.KindInstance, cost, k), tx.Now(), r.End()
		if later != nil {
			p.Unpaid, p.Effect = true, *later
		}
		return billing.Buy(tx, p)
	}
	p.Kind = ecs.OrderDowngrade
	p.Lines = billing.Lines(ecs.KindInstance, min(-cost, billing.Worth(tx, r.Account, k, tx.Now())), k)
	return billing.Refund(tx, p)
}

// newPrepaySpec checks what can be told from the request alone, and finds the
// type.
func (s *Service) newPrepaySpec(req *api.ModifyPrepayInstanceSpecRequest) (*catalog.Type, error) {
	_, rebootOK := ecs.ParseTime(req.RebootTime)
	ours := api.CodeUnsupportedOperationNotImplemented
	err := action.FirstOf([]action.Check{
		{!action.OneOf(req.OperatorType, "upgrade", "downgrade"), api.CodeInvalidParameter, `The specified parameter "OperatorType" is not valid.`},
		{req.RebootTime != "" && !rebootOK, api.CodeInvalidRebootTimeMalFormed, "The specified rebootTime is not valid."},
		{req.RebootTime != "" || req.EndTime != "", ours, "OpenECS does not support RebootTime and EndTime, which are of changes for a time, yet."},
		{action.Flag(req.MigrateAcrossZone), ours, "OpenECS does not support MigrateAcrossZone: a zone is one cluster."},
		{req.SystemDisk.Category != "" || len(req.Disk) > 0, ours, "OpenECS does not support SystemDisk.Category and Disk.N here yet: ModifyDiskSpec changes disks."},
		{req.ModifyMode != "", ours, "OpenECS does not support ModifyMode yet."},
	})
	if err != nil {
		return nil, err
	}
	to, ok := s.Catalog.Type(req.InstanceType)
	if !ok {
		return nil, noSuchType()
	}
	return to, nil
}

// checkPrepaySpec checks what depends on the instance, and says what the change
// costs for the rest of the period: a negative price is a refund.
func (s *Service) checkPrepaySpec(v state.View, k ecs.Key, r *ecs.Instance, req *api.ModifyPrepayInstanceSpecRequest, to *catalog.Type, now time.Time) (ecs.Money, error) {
	from, known := s.Catalog.Type(v.Str(r.Type))
	switch {
	case r.ChargeType != ecs.PrePaid:
		return 0, api.Errorf(api.CodeInvalidBillingMethodValueNotSupported, "The operation is not permitted due to an invalid billing method of the instance.")
	case !known:
		return 0, noSuchType()
	case r.Locks&ecs.LockFinancial != 0:
		return 0, api.Errorf(api.CodeInvalidInstancePreInstanceExpired, "The subscription of the instance has expired.")
	case from.LocalDisks > 0 || to.LocalDisks > 0:
		return 0, api.Errorf(api.CodeOperationDeniedLocalDiskUnsupported, "The configuration change is not allowed when the specified instance has local disks mounted.")
	case from == to:
		return 0, api.Errorf(api.CodeInvalidInstanceTypeNotSupported, "The specified InstanceType is not Supported.").WithStatus(400)
	}
	if err := compute.NothingUnpaid(v, k, api.CodeInvalidInstanceUnpaidOrder); err != nil {
		return 0, err
	}
	cost, err := s.specCost(v, k, r, to, now)
	if err != nil {
		return 0, err
	}
	down := cost < 0
	if down && req.OperatorType == "upgrade" || !down && req.OperatorType == "downgrade" {
		return 0, api.Errorf(api.CodeInvalidInstanceTypeValueNotSupported, "The specified InstanceType is no %s of the instance's.", req.OperatorType).WithStatus(400)
	}
	if err := s.resizable(v, k, r, to); err != nil {
		return 0, err
	}
	switch {
	case down && compute.Options(v, k).Downgrades >= maxDowngrades:
		return 0, api.Errorf(api.CodeInstanceDowngradeQuotaExceed, "Quota of instance downgrade is exceed.")
	case down && in(r, ecs.Stopped) != nil:
		return 0, api.Errorf(api.CodeInvalidStatusNotStopped, "Instance status must be stopped.")
	}
	if err := in(r, ecs.Running, ecs.Stopped); err != nil {
		return 0, err
	}
	return cost, unlocked(r, "")
}

// specCost is what an instance of another type costs more for the rest of its
// period.
func (s *Service) specCost(v state.View, k ecs.Key, r *ecs.Instance, to *catalog.Type, now time.Time) (ecs.Money, error) {
	was := pricing.Type(v, s.region(k), r)
	is := price.Want{Region: was.Region, Type: to.ID}
	cost, err := s.Prices.More(was, is, pricing.Rest(r, now))
	return cost, action.NoPrice(err)
}

// region is the name of a resource's region.
func (s *Service) region(k ecs.Key) string {
	if r, ok := s.Catalog.RegionByCode(k.Region()); ok {
		return r.ID
	}
	return ""
}
