package node

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/openecs/openecs/internal/ecs"
)

// TestAccountPage: /_openecs/account shows the account, POST changes it, and
// both need the administration token.
func TestAccountPage(t *testing.T) {
	balance := 5 * ecs.Unit
	n, err := Open(context.Background(), Options{Ephemeral: true, Balance: &balance})
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	for _, c := range []struct {
		method, query, token string
		status               int
		want                 string
	}{
		{"GET", "", n.Keys.AdminToken, 200, `"Balance":"5.00"`},
		{"GET", "", "", 401, "administration token"},
		{"POST", "?topUp=1", "wrong", 401, "administration token"},
		{"PUT", "?topUp=1", n.Keys.AdminToken, 405, "GET or POST"},
		{"POST", "", n.Keys.AdminToken, 400, "Nothing is to be changed"},
		{"POST", "?topUp=-1", n.Keys.AdminToken, 400, "is no amount"},
		{"POST", "?topUp=1&charge=0", n.Keys.AdminToken, 400, "above 0"},
		{"POST", "?topUp=1&note=" + strings.Repeat("x", 257), n.Keys.AdminToken, 400, "longer than"},
		{"GET", "?account=x", n.Keys.AdminToken, 400, "is no number"},
		{"GET", "?account=7", n.Keys.AdminToken, 404, "no account 7"},
		{"POST", "?account=7&topUp=1", n.Keys.AdminToken, 400, "no account 7"},
		{"POST", "?topUp=1.5&charge=0.25&credit=2", n.Keys.AdminToken, 200, `"Balance":"6.25","Credit":"2.00","Available":"8.25"`},
		{"GET", "", n.Keys.AdminToken, 200, `"Transactions":3`},
	} {
		req := httptest.NewRequest(c.method, "/_openecs/account"+c.query, nil)
		req.Header.Set("Authorization", "Bearer "+c.token)
		w := httptest.NewRecorder()
		n.ServeHTTP(w, req)
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.want) {
			t.Errorf("%s %s: %d %s, want %d with %s", c.method, c.query, w.Code, w.Body, c.status, c.want)
		}
	}
}
