package ecstest_test

import (
	"context"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/ecstest"
)

// TestBalance: an account starts with what the test says.
func TestBalance(t *testing.T) {
	s := ecstest.Start(t, ecstest.Balance("10.00"))
	out, err := s.Client.QueryAccountBalance(context.Background(), &api.QueryAccountBalanceRequest{})
	if err != nil || out.Data.AvailableAmount != "10.00" || out.Data.Currency != "CNY" {
		t.Errorf("%+v, %v", out, err)
	}
}
