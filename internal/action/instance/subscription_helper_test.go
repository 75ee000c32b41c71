package instance_test

import (
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/billing"
	"github.com/openecs/openecs/internal/state"
)

// setBalance moves money in or out by the operator's hand.
func setBalance(tx *state.Tx, amount ecs.Money) {
	var err error
	if amount > 0 {
		err = billing.TopUp(tx, actiontest.Account, amount, "")
	} else {
		err = billing.Adjust(tx, actiontest.Account, -amount, "")
	}
	if err != nil {
		panic(err)
	}
}
