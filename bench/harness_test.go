package bench

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/openecs/openecs/bench/floor"
)

// TestFloorChecks shows that the floor does the work it stands for.
func TestFloorChecks(t *testing.T) {
	web := httptest.NewServer(floor.New("id", "secret", []byte("answer")))
	defer web.Close()
	get := func(query string) (int, string) {
		resp, err := http.Get(web.URL + "/?" + query)
		must(t, err)
		defer resp.Body.Close()
		b, _ := io.ReadAll(resp.Body)
		return resp.StatusCode, string(b)
	}
	good := signed("id", "secret", "DescribeInstances", "InstanceIds", `["i-1 *~+"]`)
	if code, body := get(good); code != 200 || body != "answer" {
		t.Errorf("a good request: %d %s", code, body)
	}
	for what, query := range map[string]string{
		"replayed": good, "another secret": signed("id", "other", "X"), "another key": signed("other", "secret", "X"),
		"altered": strings.Replace(signed("id", "secret", "X"), "hangzhou", "beijing", 1),
	} {
		if code, _ := get(query); code != 403 {
			t.Errorf("%s: %d", what, code)
		}
	}
}

// TestHarness runs each measurement once, small.
func TestHarness(t *testing.T) {
	p, f, _, _ := describe(t, []int{20}, 1, 200)
	if p[0][0] <= 0 || f[0][0] <= 0 {
		t.Errorf("describe: %v of %v a second", p, f)
	}
	c := createDurable(t, 8, 1, 100)
	if len(c.product) != 1 || c.syncs < 1 || c.writes != 100 {
		t.Errorf("create: %+v", c)
	}
	r := runInstances(t, 2, 1, 4)
	if len(r.product) != 1 || len(r.floor) != 1 || r.bytes == 0 {
		t.Errorf("run: %+v", r)
	}
	if a := measureAdvance(t, "", 250, 400); a.took <= 0 {
		t.Errorf("advance: %+v", a)
	}
	l := measureLoad(t, 20, 1)
	if l.rows < 60 || l.load[0] <= 0 || l.scan[0] <= 0 {
		t.Errorf("load: %+v", l)
	}
}
