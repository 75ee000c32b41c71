package securitygroup_test

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/client"
	"github.com/openecs/openecs/ecstest"
	"github.com/openecs/openecs/internal/shapetest"
)

// harness calls a running service by action and parameters, as any client does.
type harness struct {
	t *testing.T
	s *ecstest.Server
}

func start(t *testing.T, opts ...ecstest.Option) *harness {
	t.Helper()
	return &harness{t, ecstest.Start(t, opts...)}
}

func (h *harness) send(c *client.Client, product, action string, params []string) ([]byte, error) {
	p := new(api.Params)
	for i := 0; i < len(params); i += 2 {
		p.Set(params[i], params[i+1])
	}
	body, _, err := c.Call(context.Background(), product, action, p)
	return body, err
}

// call makes a call that must succeed: params are name, value, name, value …
// The answer is held to its documented shape.
func call[R any](h *harness, product, action string, params ...string) *R {
	h.t.Helper()
	body, err := h.send(h.s.Client, product, action, params)
	if err != nil {
		h.t.Fatalf("%s %v: %v", action, params, err)
	}
	if err := shapetest.Check(product, action, body); err != nil {
		h.t.Error(err)
	}
	out := new(R)
	if err := json.Unmarshal(body, out); err != nil {
		h.t.Fatal(err)
	}
	return out
}

// refuse makes a call that must be refused so; message "" is any.
func (h *harness) refuse(product, action string, status int, code, message string, params ...string) {
	h.t.Helper()
	_, err := h.send(h.s.Client, product, action, params)
	h.refused(err, product, action, status, code, message, params)
}

func (h *harness) refused(err error, product, action string, status int, code, message string, params []string) {
	h.t.Helper()
	e, ok := errors.AsType[*api.Error](err)
	if !ok {
		h.t.Fatalf("%s %v: %v, wanted %s", action, params, err, code)
	}
	if e.Status != status || e.Code != code || e.Message == "" || message != "" && e.Message != message {
		h.t.Errorf("%s %v:\n got %d %s: %s\nwant %d %s: %s", action, params, e.Status, e.Code, e.Message, status, code, message)
	}
	if !api.HasCode(product, action, code) {
		h.t.Errorf("docs/errors.tsv has no %s for %s", code, action)
	}
}

// refusal is a request and how it must be refused. params come after those
// that the table gives; a later value of a name replaces an earlier one.
type refusal struct {
	name    string
	params  []string
	status  int
	code    string
	message string // "": any
}

// table checks refusals, each on top of a request that would succeed.
func (h *harness) table(product, action string, good []string, rows []refusal) {
	h.t.Helper()
	for _, r := range rows {
		h.t.Run(r.name, func(t *testing.T) {
			(&harness{t, h.s}).refuse(product, action, r.status, r.code, r.message, append(good[:len(good):len(good)], r.params...)...)
		})
	}
}

// stranger is a client of another account.
const strangerID, strangerSecret, strangerAccount = "strangerak", "strangersecret", 42

func withStranger() ecstest.Option {
	return ecstest.OtherAccount(strangerID, strangerSecret, strangerAccount)
}

func (h *harness) stranger() *client.Client {
	h.t.Helper()
	c, err := client.New(client.Config{Endpoint: h.s.Endpoint, Region: "cn-hangzhou", AccessKeyID: strangerID, AccessKeySecret: strangerSecret})
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(c.CloseIdle)
	return c
}

// tags is n different Tag.N parameters.
func tags(n int) []string {
	var out []string
	for i := 1; i <= n; i++ {
		out = append(out, "Tag."+strconv.Itoa(i)+".Key", "k"+strconv.Itoa(i), "Tag."+strconv.Itoa(i)+".Value", "v")
	}
	return out
}
