package region

import (
	"errors"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/auth"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/shapetest"
)

// harness calls actions through their binding, as the server does.
type harness struct {
	t       testing.TB
	catalog *catalog.Catalog
	mux     *action.Mux
	account uint64
}

func newHarness(t testing.TB) *harness {
	t.Helper()
	cat, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	s := &Service{Catalog: cat, Pager: action.NewPager([]byte("a secret of the tests"))}
	return &harness{t, cat, action.NewMux(s.Actions()), 1}
}

// call runs an action with name, value, name, value … and holds the answer to
// its documented shape.
func call[R any](h *harness, name string, params ...string) (*R, error) {
	h.t.Helper()
	info, ok := api.Lookup("2014-05-26", name)
	if !ok {
		h.t.Fatalf("%s is not known", name)
	}
	p := new(api.Params)
	for i := 0; i < len(params); i += 2 {
		p.Set(params[i], params[i+1])
	}
	c := &action.Call{Info: info, Params: p, Caller: auth.Identity{Account: h.account}}
	if id, ok := p.Get("RegionId"); ok {
		c.Region, _ = h.catalog.Region(id)
	}
	out, err := h.mux.Do(c)
	if err != nil {
		return nil, err
	}
	out.SetRequestID("R")
	var e api.Encoder
	e.Reset(nil, api.JSON)
	out.Encode(&e)
	if err := shapetest.Check("Ecs", name, e.Bytes()); err != nil {
		h.t.Error(err)
	}
	return any(out).(*R), nil
}

// refusal is a request and how it must be refused.
type refusal struct {
	name   string
	params []string
	status int
	code   string
}

func refused[R any](t *testing.T, action string, rows []refusal) {
	h := newHarness(t)
	for _, c := range rows {
		t.Run(c.name, func(t *testing.T) {
			_, err := call[R](h, action, c.params...)
			e, ok := errors.AsType[*api.Error](err)
			if !ok {
				t.Fatalf("%v, wanted %s", err, c.code)
			}
			status := e.Status
			if status == 0 {
				status = api.StatusOf("Ecs", action, e.Code)
			}
			if status != c.status || e.Code != c.code || e.Message == "" {
				t.Errorf("%d %s: %s, wanted %d %s", status, e.Code, e.Message, c.status, c.code)
			}
			if !api.HasCode("Ecs", action, e.Code) {
				t.Errorf("docs/errors.tsv has no %s for %s", e.Code, action)
			}
		})
	}
}
