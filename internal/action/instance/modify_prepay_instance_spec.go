package instance

import (
	"fmt"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/billing"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ModifyPrepayInstanceSpec", (*Service).ModifyPrepayInstanceSpec)

// maxDowngrades is how often the type of an instance may become a cheaper one.
const maxDowngrades = 3

// ModifyPrepayInstanceSpec changes the type of a subscription instance by an
// order. The type is shown at once and had from the next boot, which
// RebootWhenFinished asks for. Whether it is an upgrade is told by the price;
// OperatorType may say so too. Balances are not checked.
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
			price, err := s.checkPrepaySpec(tx, k, r, req, to)
			if err != nil {
				return nil, err
			}
			return []ecs.Key{s.writePrepaySpec(tx, k, r, req, to, price)}, nil
		})
		return err
	})
	if err != nil {
		return nil, otherRequest(err)
	}
	return &api.ModifyPrepayInstanceSpecResponse{OrderID: fmt.Sprintf("%015d", ecs.OrderNumber(made[0]))}, nil
}

func (s *Service) writePrepaySpec(tx *state.Tx, k ecs.Key, r *ecs.Instance, req *api.ModifyPrepayInstanceSpecRequest, to *catalog.Type, price int64) ecs.Key {
	what := "upgrade"
	if price < 0 {
		what = "downgrade"
		compute.ChangeOptions(tx, k, r.Account, func(o *ecs.InstanceOptions) { o.Downgrades++ })
	}
	next := resized(tx, r, to)
	if action.Flag(req.RebootWhenFinished) && r.Status() == ecs.Running {
		compute.Power(tx, k, next, ecs.OpReboot, false, compute.StartTime)
	} else {
		state.Instances.Put(tx, k, next)
	}
	order := compute.OrderKey(tx, k.Region())
	state.Orders.Put(tx, order, &ecs.Order{
		Account: r.Account, Created: tx.Now().Unix(), Action: tx.Sym(what), Items: []ecs.Key{k}, Price: price,
		Period: r.Period, Unit: r.PeriodUnit, Zone: r.Zone,
	})
	return order
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
		{req.AutoPay != nil && !*req.AutoPay && req.OperatorType != "downgrade", ours, "OpenECS does not support unpaid orders (AutoPay=false) yet."},
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
// costs for a whole period: a negative price is a refund.
func (s *Service) checkPrepaySpec(v state.View, k ecs.Key, r *ecs.Instance, req *api.ModifyPrepayInstanceSpecRequest, to *catalog.Type) (int64, error) {
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
	price := subscription(r, to) - subscription(r, from)
	down := price < 0
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
	return price, unlocked(r, "")
}

// subscription is what an instance of a type costs for its period, without
// disks and bandwidth.
func subscription(r *ecs.Instance, t *catalog.Type) int64 {
	return billing.Subscription(t.VCPU, t.MemoryGiB, 0, r.InternetCharge, nil, max(1, int(r.Period)), r.PeriodUnit)
}
