package instance

import (
	"errors"
	"slices"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/billing"
	"github.com/openecs/openecs/internal/state"
)

// change is one operation on the power of an instance: what must hold of it,
// and what to write.
type change struct {
	check func(r *ecs.Instance) error
	apply func(tx *state.Tx, k ecs.Key, r *ecs.Instance) error
	costs bool // it starts what is paid as it is used: the account must have something left
}

// allowed checks what must hold of an instance, and of the account that pays.
func (ch *change) allowed(v state.View, r *ecs.Instance) error {
	if err := ch.check(r); err != nil {
		return err
	}
	if ch.costs && r.ChargeType == ecs.PostPaid {
		return billing.Solvent(v, r.Account)
	}
	return nil
}

// one carries a change out on one instance. What holds of it is checked where
// it is written, so that of two that race one is refused.
func (s *Service) one(c *action.Call, id string, dryRun *bool, ch change) error {
	if action.Flag(dryRun) {
		snap := s.DB.Snapshot()
		_, r, err := action.Instance(c, snap, id)
		if err == nil {
			err = ch.allowed(snap, r)
		}
		if err != nil {
			return err
		}
		return action.DryRun()
	}
	return s.DB.Update(c.Context, func(tx *state.Tx) error {
		k, r, err := action.Instance(c, tx, id)
		if err != nil {
			return err
		}
		if err := ch.allowed(tx, r); err != nil {
			return err
		}
		return ch.apply(tx, k, r)
	})
}

// item is what a batch action answers for one instance.
type item struct {
	id, code, message, previous, current string
}

// maxBatch is how many instances a batch action takes.
const maxBatch = 100

// batch carries a change out on several instances: with AllTogether on all or
// none of them, with SuccessFirst on those that allow it.
func (s *Service) batch(c *action.Call, ids []string, optimization string, dryRun *bool, ch change) ([]item, error) {
	if err := batchIDs(ids); err != nil {
		return nil, err
	}
	ids = distinct(ids)
	first := false
	switch optimization {
	case "", "AllTogether":
	case "SuccessFirst":
		first = true
	default:
		return nil, action.Invalid("BatchOptimization")
	}
	if action.Flag(dryRun) {
		if !first {
			if id, err := s.checkAll(c, ids, ch); err != nil {
				return nil, nameInstance(err, id)
			}
		}
		return nil, batchDryRun()
	}
	var items []item
	err := s.DB.Update(c.Context, func(tx *state.Tx) error {
		items = make([]item, 0, len(ids))
		for _, id := range ids {
			it, err := applyOne(c, tx, id, ch)
			if err != nil && !first {
				return nameInstance(err, id)
			}
			var refusal *api.Error
			if err != nil && !errors.As(err, &refusal) {
				return err // no refusal of this instance, but a failure of ours
			}
			items = append(items, it)
		}
		return nil
	})
	return items, err
}

func batchIDs(ids []string) error {
	if len(ids) > maxBatch {
		return api.Errorf(api.CodeInvalidParameterTooManyInstanceIds, "Instance ids cannot be more than 100.")
	}
	if slices.ContainsFunc(ids, func(id string) bool { return id == "" || len(id) > 64 }) {
		return api.Errorf(api.CodeAbsInvalidInstanceIdsMalFormed, "The specified instanceIds is not valid.")
	}
	return nil
}

// batchDryRun is how a batch action answers a good dry run.
func batchDryRun() error {
	return api.Errorf(api.CodeDRYRUNSUCCESS, "This request is a dryrun request with successful result.")
}

// distinct is the identifiers without repeats: asking twice for one instance
// in one request is asking once.
func distinct(ids []string) []string {
	out := make([]string, 0, len(ids))
	for _, id := range ids {
		if !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// nameInstance says which instance of a batch is in the wrong state. Other
// refusals keep the words that the real service has for them.
func nameInstance(err error, id string) error {
	if errors.Is(err, &api.Error{Code: api.CodeIncorrectInstanceStatus}) {
		return api.Errorf(api.CodeIncorrectInstanceStatus, "The current status of the resource %s does not support this operation.", id).WithStatus(403)
	}
	return err
}

// checkAll checks instances without writing, and gives the identifier of the
// one that was refused.
func (s *Service) checkAll(c *action.Call, ids []string, ch change) (id string, err error) {
	snap := s.DB.Snapshot()
	for _, id := range ids {
		_, r, err := action.Instance(c, snap, id)
		if err == nil {
			err = ch.allowed(snap, r)
		}
		if err != nil {
			return id, err
		}
	}
	return "", nil
}

// applyOne carries a change out on one instance of a batch. A refusal is both
// in the item and returned; nothing was written then.
func applyOne(c *action.Call, tx *state.Tx, id string, ch change) (item, error) {
	it := item{id: id}
	k, r, err := action.Instance(c, tx, id)
	if err == nil {
		it.previous = r.Status().String()
		it.current = it.previous
		err = ch.allowed(tx, r)
	}
	if err == nil {
		err = ch.apply(tx, k, r)
	}
	if err != nil {
		var e *api.Error
		if errors.As(err, &e) {
			it.code, it.message = e.Code, e.Message
		}
		return it, err
	}
	if now, ok := state.Instances.Get(tx, k); ok {
		it.current = now.Status().String()
	}
	it.code, it.message = "200", "success"
	return it, nil
}

// wrongState is the refusal of an operation in a state that does not allow it.
func wrongState() error {
	return api.Errorf(api.CodeIncorrectInstanceStatus, "The current status of the resource does not support this operation.").WithStatus(403)
}

// in checks that an instance is in one of the states, and not on its way out.
func in(r *ecs.Instance, states ...ecs.Status) error {
	if r.Want.Deleted || !slices.Contains(states, r.Status()) {
		return wrongState()
	}
	return nil
}

// unlocked checks that no lock forbids the operation. What a financial lock is
// called depends on the action; "" is an action that it does not forbid.
func unlocked(r *ecs.Instance, financial string) error {
	switch {
	case r.Locks&ecs.LockSecurity != 0:
		return api.Errorf(api.CodeInstanceLockedForSecurity, "The specified operation is denied as your instance is locked for security reasons.")
	case r.Locks&ecs.LockFinancial == 0 || financial == "":
		return nil
	case financial != api.CodeInstanceExpired:
		return api.Errorf(financial, "The specified operation is denied as your prepay instance is expired (prepay mode) or in arrears (afterpay mode).")
	case r.ChargeType == ecs.PrePaid:
		return api.Errorf(financial, "The prePaid instance has been expired.")
	}
	return api.Errorf(financial, "The postPaid instance has been expired.Please ensure your account have enough balance.")
}
