package cli

import (
	"strings"
	"testing"
)

func TestAccount(t *testing.T) {
	clean(t)
	dir := t.TempDir()
	see := func(want string, args ...string) {
		t.Helper()
		o := run(t, dir, append([]string{"account"}, append(args, "-o", "json", "--query", "[Currency, Balance, Credit, Available, Payment]")...)...).want(t, 0, "")
		if got := strings.Join(strings.Fields(o.out), ""); got != want {
			t.Errorf("%v: %s, want %s", args, got, want)
		}
	}
	see(`["CNY","1000000.00","0.00","1000000.00",true]`, "show")
	see(`["USD","1000000.00","0.00","1000000.00",true]`, "credit", "--currency", "USD")
	see(`["USD","1000000.50","0.00","1000000.50",true]`, "top-up", "0.5", "--note", "a gift")
	see(`["USD","-1.00","0.00","-1.00",true]`, "charge", "1000001.50")
	see(`["USD","-1.00","5.00","4.00",false]`, "credit", "5", "--payment", "off")
	o := run(t, dir, "account", "show").want(t, 0, "")
	for _, s := range []string{"ACCOUNT", "BALANCE", "-1.00", "5.00", "USD", "off"} {
		if !strings.Contains(o.out, s) {
			t.Errorf("no %q in\n%s", s, o.out)
		}
	}
	run(t, dir, "launch").want(t, 1, "PaymentMethodNotFound")
	for _, c := range []struct {
		code int
		err  string
		args []string
	}{
		{2, "no amount to top-up", []string{"top-up", "0"}},
		{2, "no amount to charge", []string{"charge", "1,5"}},
		{2, "no credit line", []string{"credit", "much"}},
		{2, "needs an amount", []string{"credit"}},
		{2, "accepts 1 arg", []string{"top-up"}},
		{1, "stands in orders or bills already", []string{"credit", "--currency", "CNY"}},
		{1, "neither CNY nor USD", []string{"credit", "--currency", "EUR"}},
		{1, "neither on nor off", []string{"credit", "--payment", "maybe"}},
		{1, "holds at most", []string{"charge", "1000000000000"}},
		{1, "no account 12", []string{"show", "--account", "12"}},
		{1, "no account 12", []string{"top-up", "1", "--account", "12"}},
		{2, "--cloud", []string{"show", "--cloud", "alibaba"}},
	} {
		run(t, dir, append([]string{"account"}, c.args...)...).want(t, c.code, c.err)
	}
	see(`["USD","-1.00","5.00","4.00",false]`, "show")
}

// TestServeBalance: what a fresh data directory starts with, and that a later
// start changes nothing.
func TestServeBalance(t *testing.T) {
	clean(t)
	t.Setenv("OPENECS_ADMIN_TOKEN", "")
	dir := t.TempDir()
	run(t, dir, "serve", "--balance", "-1").want(t, 2, "--balance -1")
	s := startServe(t, dir, "--balance", "500")
	o := run(t, dir, "account", "show", "-o", "json", "--query", "Balance").want(t, 0, "")
	if got := strings.TrimSpace(o.out); got != `"500.00"` {
		t.Errorf("%s", got)
	}
	s.stop(t)
	startServe(t, dir, "--balance", "7")
	o = run(t, dir, "account", "show", "-o", "json", "--query", "Balance").want(t, 0, "")
	if got := strings.TrimSpace(o.out); got != `"500.00"` {
		t.Errorf("after a start with another balance: %s", got)
	}
}
