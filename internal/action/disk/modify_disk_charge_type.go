package disk

import (
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/block"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ModifyDiskChargeType", (*Service).ModifyDiskChargeType)

// maxChargeIDs is how many disks ModifyDiskChargeType takes.
const maxChargeIDs = 16

// chargeEvery is how long the charge type of a disk stays after a change.
const chargeEvery = 5 * time.Minute

// ModifyDiskChargeType changes how data disks of a subscription instance are paid:
// to the end of the instance's paid period, or as they are used.
func (s *Service) ModifyDiskChargeType(c *action.Call, in *api.ModifyDiskChargeTypeRequest) (*api.ModifyDiskChargeTypeResponse, error) {
	to := ecs.PrePaid
	ids, err := action.Strings("DiskIds", in.DiskIDs, maxChargeIDs)
	if err != nil {
		return nil, err
	}
	if in.DiskChargeType != "" {
		var ok bool
		if to, ok = ecs.ParseChargeType(in.DiskChargeType); !ok {
			return nil, action.Invalid("DiskChargeType")
		}
	}
	if in.AutoPay != nil && !*in.AutoPay {
		return nil, api.Errorf(api.CodeUnsupportedOperationNotImplemented, "OpenECS does not support unpaid orders (AutoPay=false) yet.")
	}
	if len(ids) == 0 {
		return nil, action.Invalid("DiskIds")
	}
	once, err := c.Once(in.ClientToken, nil)
	if err != nil {
		return nil, err
	}
	var made []ecs.Key
	err = s.DB.Update(c.Context, func(tx *state.Tx) error {
		made, err = once.Do(tx, func() ([]ecs.Key, error) {
			k, i, err := action.Instance(c, tx, in.InstanceID)
			if err != nil {
				return nil, api.Errorf(api.CodeInvalidInstanceIdNotFound, "The specified InstanceId does not exist.") // 400 here
			}
			if err := chargeable(i); err != nil {
				return nil, err
			}
			var order ecs.Key
			for _, id := range ids {
				if order, err = recharge(c, tx, id, k, i, to); err != nil {
					return nil, err
				}
			}
			return []ecs.Key{order}, nil
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	return &api.ModifyDiskChargeTypeResponse{OrderID: block.OrderID(made[0])}, nil
}

// chargeable checks whether the disks of an instance may be paid otherwise.
func chargeable(i *ecs.Instance) error {
	st := i.Status()
	return action.FirstOf([]action.Check{
		{i.ChargeType != ecs.PrePaid, api.CodeChargeTypeViolation, "The disks of a pay-as-you-go instance are pay-as-you-go."},
		{st != ecs.Running && st != ecs.Stopped || i.Want.Deleted || i.Locks&ecs.LockFinancial != 0, api.CodeInvalidInstanceStatusNotSupported,
			"The current status of the instance does not support this operation."},
	})
}

// recharge changes one disk, and books what was paid for it.
func recharge(c *action.Call, tx *state.Tx, id string, instance ecs.Key, i *ecs.Instance, to ecs.ChargeType) (order ecs.Key, err error) {
	k, d, err := find(c, tx, id)
	if err != nil || d.Instance != instance {
		return 0, api.Errorf(api.CodeInvalidDiskIdsNotFound, "A specified disk does not exist or is not attached to the instance.")
	}
	err = action.FirstOf([]action.Check{
		{d.System, api.CodeInvalidDiskIdsNotPortable, "A specified disk is a system disk."},
		{d.ChargeType == to, api.CodeChargeTypeViolation, "A specified disk is paid so already."},
		{d.ChargeChanged != 0 && tx.Now().Unix() < d.ChargeChanged+int64(chargeEvery/time.Second), api.CodeThrottling, "The charge type of a disk can be changed every five minutes."},
	})
	if err != nil {
		return 0, err
	}
	if err := calm(d); err != nil {
		return 0, api.Errorf(api.CodeInvalidDiskIdsNotFound, "Something is under way with a specified disk.")
	}
	next := *d
	next.ChargeType, next.Expires, next.ChargeChanged = to, 0, tx.Now().Unix()
	if to == ecs.PrePaid {
		next.Expires = i.Expires
	}
	if order, err = block.Order(tx, ecs.OrderConvert, k, &next); err != nil {
		return 0, err
	}
	next.Order = order
	state.Disks.Put(tx, k, &next)
	return order, nil
}
