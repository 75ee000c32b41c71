package launchtemplate_test

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"testing"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/client"
	"github.com/openecs/openecs/ecstest"
	"github.com/openecs/openecs/internal/shapetest"
)

// harness calls a running service by action and parameters, as any client
// does, in cn-hangzhou at an instant that stands still.
type harness struct {
	t *testing.T
	s *ecstest.Server
}

const strangerID, strangerSecret = "strangerak", "strangersecret"

func start(t *testing.T) *harness {
	t.Helper()
	return &harness{t, ecstest.Start(t, ecstest.At(time.Date(2026, 8, 9, 5, 0, 0, 0, time.UTC)), ecstest.OtherAccount(strangerID, strangerSecret, 42))}
}

func (h *harness) stranger() *client.Client { return h.s.ClientFor(strangerID, strangerSecret) }

// send makes a call: params are name, value, name, value …, and a later value
// takes the place of an earlier one.
func (h *harness) send(c *client.Client, action string, params ...string) (product string, body []byte, err error) {
	p := new(api.Params)
	p.Set("RegionId", "cn-hangzhou")
	for i := 0; i < len(params); i += 2 {
		p.Set(params[i], params[i+1])
	}
	product = "Ecs"
	if _, ok := api.Lookup("2016-04-28", action); ok {
		product = "Vpc"
	}
	body, _, err = c.Call(context.Background(), product, action, p)
	return product, body, err
}

// call makes a call that must succeed, and holds the answer to its shape.
func call[R any](h *harness, action string, params ...string) *R {
	h.t.Helper()
	product, body, err := h.send(h.s.Client, action, params...)
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

// refuse makes a call that must be refused so.
func (h *harness) refuse(status int, code, action string, params ...string) {
	h.t.Helper()
	h.refuseFor(h.s.Client, status, code, action, params...)
}

func (h *harness) refuseFor(c *client.Client, status int, code, action string, params ...string) {
	h.t.Helper()
	product, body, err := h.send(c, action, params...)
	e, ok := errors.AsType[*api.Error](err)
	if !ok {
		h.t.Errorf("%s %v: %s %v, want %s", action, params, body, err, code)
		return
	}
	if e.Status != status || e.Code != code || e.Message == "" {
		h.t.Errorf("%s %v:\n got %d %s: %s\nwant %d %s", action, params, e.Status, e.Code, e.Message, status, code)
	}
	if !api.HasCode(product, action, code) {
		h.t.Errorf("docs/errors.tsv has no %s for %s", code, action)
	}
}

// refusal is a request and how it must be refused.
type refusal struct {
	params []string
	status int
	code   string
}

// table checks refusals, each on top of a request that would succeed.
func (h *harness) table(action string, good []string, rows []refusal) {
	h.t.Helper()
	for _, r := range rows {
		h.refuse(r.status, r.code, action, append(good[:len(good):len(good)], r.params...)...)
	}
}

// create makes a template and answers its identifier.
func (h *harness) create(name string, params ...string) string {
	h.t.Helper()
	return call[api.CreateLaunchTemplateResponse](h, "CreateLaunchTemplate", append([]string{"LaunchTemplateName", name}, params...)...).LaunchTemplateID
}

// add adds a version to a template and answers its number.
func (h *harness) add(id string, params ...string) int64 {
	h.t.Helper()
	return call[api.CreateLaunchTemplateVersionResponse](h, "CreateLaunchTemplateVersion", append([]string{"LaunchTemplateId", id}, params...)...).LaunchTemplateVersionNumber
}

// names are the templates that DescribeLaunchTemplates finds.
func (h *harness) names(params ...string) (names []string) {
	h.t.Helper()
	for _, t := range call[api.DescribeLaunchTemplatesResponse](h, "DescribeLaunchTemplates", params...).LaunchTemplateSets.LaunchTemplateSet {
		names = append(names, t.LaunchTemplateName)
	}
	return names
}

func (h *harness) template(id string) api.DescribeLaunchTemplatesLaunchTemplateSet {
	h.t.Helper()
	list := call[api.DescribeLaunchTemplatesResponse](h, "DescribeLaunchTemplates", "LaunchTemplateId.1", id).LaunchTemplateSets.LaunchTemplateSet
	if len(list) != 1 {
		h.t.Fatalf("%d templates %s", len(list), id)
	}
	return list[0]
}

func (h *harness) versions(params ...string) []api.DescribeLaunchTemplateVersionsLaunchTemplateVersionSet {
	h.t.Helper()
	return call[api.DescribeLaunchTemplateVersionsResponse](h, "DescribeLaunchTemplateVersions", params...).LaunchTemplateVersionSets.LaunchTemplateVersionSet
}

// numbers are the versions that DescribeLaunchTemplateVersions finds.
func (h *harness) numbers(params ...string) (numbers []int64) {
	h.t.Helper()
	for _, v := range h.versions(params...) {
		numbers = append(numbers, v.VersionNumber)
	}
	return numbers
}

// tags is n different tags.
func tags(prefix string, n int) (out []string) {
	for i := 1; i <= n; i++ {
		p := prefix + "." + strconv.Itoa(i)
		out = append(out, p+".Key", "k"+strconv.Itoa(i), p+".Value", "v")
	}
	return out
}
