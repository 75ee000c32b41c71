package node

import (
	"context"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/openecs/openecs/internal/catalog"
)

// TestSupplyPages: /_openecs/stock and /_openecs/quota show and change what there is and what an account may have, and
// /_openecs/spot interrupts spot instances only.
func TestSupplyPages(t *testing.T) {
	file := filepath.Join(t.TempDir(), "stock.yaml")
	if err := os.WriteFile(file, []byte("cn-hangzhou-h:\n  ecs.g7.large: 5\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	n, err := Open(context.Background(), Options{Ephemeral: true, Stock: file})
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	for _, c := range []struct {
		method, page string
		status       int
		want         string
	}{
		{"GET", "stock", 200, `{"Stocks":[{"Zone":"cn-hangzhou-h","Type":"ecs.g7.large","Stock":5,"Held":0}]}`},
		{"POST", "stock?zone=cn-hangzhou-h&type=ecs.g7.large&stock=7", 200, `"Stock":7`},
		{"POST", "stock?zone=cn-nowhere&type=ecs.g7.large&stock=7", 400, "no zone"},
		{"POST", "stock?zone=cn-hangzhou-h&type=ecs.fast&stock=7", 400, "no instance type"},
		{"POST", "stock?zone=cn-hangzhou-h&type=ecs.g7.large&stock=-1", 400, "no number"},
		{"POST", "stock?zone=cn-hangzhou-h&type=ecs.g7.large&stock=none", 200, `{"Stocks":[]}`},
		{"GET", "quota", 200, `{"Quota":"instances","Place":"","Limit":1000000}`},
		{"POST", "quota?quota=instances&limit=3&place=cn-hangzhou", 200, `{"Quota":"instances","Place":"cn-hangzhou","Limit":3,"Used":0}`},
		{"POST", "quota?quota=vcpus&limit=3", 200, `{"Quota":"vcpus","Place":"","Limit":3}`},
		{"POST", "quota?quota=fun&limit=3", 400, "no quota"},
		{"POST", "quota?quota=vcpus&limit=many", 400, "no number"},
		{"POST", "quota?quota=vcpus&limit=3&place=mars", 400, "neither a region nor a zone"},
		{"POST", "quota?quota=vcpus&limit=3&account=7", 400, "no account 7"},
		{"POST", "quota?quota=vcpus&limit=none", 200, `{"Quota":"vcpus","Place":"","Limit":10000000}`},
		{"POST", "spot?interrupt=i-none", 400, "no spot instance"},
		{"GET", "spot?interrupt=i-none", 405, "POST"},
	} {
		req := httptest.NewRequest(c.method, "/_openecs/"+c.page, nil)
		req.Header.Set("Authorization", "Bearer "+n.Keys.AdminToken)
		w := httptest.NewRecorder()
		n.ServeHTTP(w, req)
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.want) {
			t.Errorf("%s %s: %d %s, want %d with %s", c.method, c.page, w.Code, w.Body, c.status, c.want)
		}
	}
}

// TestReadStock: a file that is no good is refused with a sentence that names it.
func TestReadStock(t *testing.T) {
	cat, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "stock.yaml")
	for text, want := range map[string]string{
		"- 5":                                   "it holds zones",
		"cn-hangzhou-h: {ecs.g7.large: many}":   "it holds zones",
		"cn-hangzhou-h: {ecs.g7.large: -5}":     "below 0",
		"cn-hangzhou-z: {ecs.g7.large: 5}":      "no zone",
		"cn-hangzhou-h: {ecs.g7.enormous: 5}":   "no instance type",
		"cn-hangzhou-h: {ecs.g7.large: 100000}": "",
	} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := ReadStock(file, cat)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "stock.yaml")) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
	if _, err := ReadStock(file+"x", cat); err == nil {
		t.Error("a file that is not there was read")
	}
}
