package instance

import (
	"fmt"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// made is what a create request made, or made before with the same token.
type made struct {
	keys     []ecs.Key
	orderKey ecs.Key
	price    ecs.Money
}

// order is the number and price of the order, of a subscription only.
func (m *made) order() (id string, price float64) {
	if m.orderKey == 0 {
		return "", 0
	}
	return fmt.Sprintf("%015d", ecs.OrderNumber(m.orderKey)), m.price.Float()
}

// create is CreateInstance and RunInstances: check, then write everything in
// one transaction. A token that was used answers what it answered. Of a
// CreateInstance request old is what it asks beside in, else nil.
func (s *Service) create(c *action.Call, in *api.RunInstancesRequest, old *api.CreateInstanceRequest) (*made, error) {
	if c.Region == nil {
		return nil, missing("RegionId")
	}
	once, err := c.Once(in.ClientToken, in.DryRun)
	if err != nil {
		return nil, err
	}
	snap := s.DB.Snapshot()
	if keys, found, err := once.Earlier(snap, c.Now); err != nil || found {
		return madeOf(snap, keys), err
	}
	p, err := s.plan(c, snap, in, old)
	if err != nil {
		return nil, err
	}
	if action.Flag(in.DryRun) {
		return nil, action.DryRun()
	}
	var out *made
	err = s.DB.Update(c.Context, func(tx *state.Tx) error {
		keys, err := once.Do(tx, func() ([]ecs.Key, error) {
			keys, order, err := p.write(tx, c.Region.Code)
			return append([]ecs.Key{order}, keys...), err
		})
		out = madeOf(tx, keys)
		return err
	})
	return out, err
}

// madeOf reads what is kept for a token: the order, then the instances.
func madeOf(v state.View, keys []ecs.Key) *made {
	if len(keys) == 0 {
		return nil
	}
	m := &made{orderKey: keys[0], keys: keys[1:]}
	if o, ok := state.Orders.Get(v, m.orderKey); ok {
		m.price = ecs.Money(o.Price)
	}
	return m
}

// missing refuses a request without a parameter that it must have.
func missing(name string) error {
	return api.Errorf(api.CodeMissingParameter, "The input parameter %q that is mandatory for processing this request is not supplied.", name)
}
