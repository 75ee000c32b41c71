package instance

import (
	"encoding/binary"
	"fmt"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/billing"
	"github.com/openecs/openecs/internal/state"
)

// made is what a create request made, or made before with the same token.
type made struct {
	keys     []ecs.Key
	orderKey ecs.Key
	price    int64
}

// order is the number and price of the order, of a subscription only.
func (m *made) order() (id string, price float64) {
	if m.orderKey == 0 {
		return "", 0
	}
	return fmt.Sprintf("%015d", ecs.OrderNumber(m.orderKey)), billing.Yuan(m.price)
}

// tokenLife is how long an answer is kept for its idempotency token.
const tokenLife = 24 * time.Hour

// create is CreateInstance and RunInstances: check, then write everything in
// one transaction. A token that was used answers what it answered.
func (s *Service) create(c *action.Call, in *api.RunInstancesRequest, start bool) (*made, error) {
	if c.Region == nil {
		return nil, api.Errorf(api.CodeMissingParameter, "The input parameter \"RegionId\" that is mandatory for processing this request is not supplied.")
	}
	account, region, hash := c.Caller.Account, c.Region.Code, [16]byte{}
	if in.ClientToken != "" && !flag(in.DryRun) {
		hash = c.ParamsHash()
		b, found, err := state.LookupToken(s.DB.Snapshot(), c.Now, account, region, c.Info.Name, in.ClientToken, hash)
		if err != nil {
			return nil, err
		}
		if found {
			return decodeMade(s.DB.Snapshot(), b), nil
		}
	}
	p, err := s.plan(c, in, start)
	if err != nil {
		return nil, err
	}
	if flag(in.DryRun) {
		return nil, action.DryRun()
	}
	var out *made
	err = s.DB.Update(c.Context, func(tx *state.Tx) error {
		if in.ClientToken != "" {
			b, found, err := tx.Token(account, region, c.Info.Name, in.ClientToken, hash)
			if err != nil {
				return err
			}
			if found {
				out = decodeMade(tx, b)
				return nil
			}
		}
		keys, order, err := p.write(tx, region)
		if err != nil {
			return err
		}
		out = &made{keys: keys, orderKey: order, price: p.price * int64(len(keys))}
		tx.PutToken(account, region, c.Info.Name, in.ClientToken, hash, out.encode(), tx.Now().Add(tokenLife))
		return nil
	})
	return out, err
}

// encode is what is kept for a token: the order, then the keys.
func (m *made) encode() []byte {
	b := binary.BigEndian.AppendUint64(make([]byte, 0, 8+8*len(m.keys)), uint64(m.orderKey))
	for _, k := range m.keys {
		b = binary.BigEndian.AppendUint64(b, uint64(k))
	}
	return b
}

func decodeMade(v state.View, b []byte) *made {
	m := &made{orderKey: ecs.Key(binary.BigEndian.Uint64(b))}
	for b = b[8:]; len(b) >= 8; b = b[8:] {
		m.keys = append(m.keys, ecs.Key(binary.BigEndian.Uint64(b)))
	}
	if o, ok := state.Orders.Get(v, m.orderKey); ok {
		m.price = o.Price
	}
	return m
}
