package launchtemplate_test

import (
	"strconv"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

// harness is a service with what tests of templates ask for again and again.
type harness struct{ *actiontest.Service }

func start(t *testing.T) *harness { return &harness{actiontest.Start(t)} }

// call makes a call that must succeed.
func call[R any](h *harness, action string, params ...string) *R {
	h.T.Helper()
	return actiontest.Call[R](h.Service, action, params...)
}

// refuse makes a call that must be refused so, by a code that docs/errors.tsv
// has for the action.
func (h *harness) refuse(status int, code, action string, params ...string) {
	h.T.Helper()
	h.Refuse(status, code, "", action, params...)
	if !api.HasCode("Ecs", action, code) {
		h.T.Errorf("docs/errors.tsv has no %s for %s", code, action)
	}
}

// stranger is the service as another account sees it.
func (h *harness) stranger() *harness { return &harness{h.As(h.Other)} }

// refusal is a request and how it must be refused.
type refusal struct {
	params []string
	status int
	code   string
}

// table checks refusals, each on top of a request that would succeed.
func (h *harness) table(action string, good []string, rows []refusal) {
	h.T.Helper()
	for _, r := range rows {
		h.refuse(r.status, r.code, action, append(good[:len(good):len(good)], r.params...)...)
	}
}

// create makes a template and answers its identifier.
func (h *harness) create(name string, params ...string) string {
	h.T.Helper()
	return call[api.CreateLaunchTemplateResponse](h, "CreateLaunchTemplate", append([]string{"LaunchTemplateName", name}, params...)...).LaunchTemplateID
}

// add adds a version to a template and answers its number.
func (h *harness) add(id string, params ...string) int64 {
	h.T.Helper()
	return call[api.CreateLaunchTemplateVersionResponse](h, "CreateLaunchTemplateVersion", append([]string{"LaunchTemplateId", id}, params...)...).LaunchTemplateVersionNumber
}

// names are the templates that DescribeLaunchTemplates finds.
func (h *harness) names(params ...string) (names []string) {
	h.T.Helper()
	for _, t := range call[api.DescribeLaunchTemplatesResponse](h, "DescribeLaunchTemplates", params...).LaunchTemplateSets.LaunchTemplateSet {
		names = append(names, t.LaunchTemplateName)
	}
	return names
}

func (h *harness) template(id string) api.DescribeLaunchTemplatesLaunchTemplateSet {
	h.T.Helper()
	list := call[api.DescribeLaunchTemplatesResponse](h, "DescribeLaunchTemplates", "LaunchTemplateId.1", id).LaunchTemplateSets.LaunchTemplateSet
	if len(list) != 1 {
		h.T.Fatalf("%d templates %s", len(list), id)
	}
	return list[0]
}

func (h *harness) versions(params ...string) []api.DescribeLaunchTemplateVersionsLaunchTemplateVersionSet {
	h.T.Helper()
	return call[api.DescribeLaunchTemplateVersionsResponse](h, "DescribeLaunchTemplateVersions", params...).LaunchTemplateVersionSets.LaunchTemplateVersionSet
}

// numbers are the versions that DescribeLaunchTemplateVersions finds.
func (h *harness) numbers(params ...string) (numbers []int64) {
	h.T.Helper()
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
