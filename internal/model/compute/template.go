package compute

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// LaunchTemplate finds an account's launch template by its identifier or its
// name; where both are given they must name the same one.
func LaunchTemplate(v state.View, account uint64, region uint8, id, name string) (ecs.Key, *ecs.LaunchTemplate, bool) {
	if id != "" {
		k, ok := ecs.ParseID(ecs.KindLaunchTemplate, id)
		if !ok || k.Region() != region {
			return 0, nil, false
		}
		r, ok := state.LaunchTemplates.Get(v, k)
		if !ok || r.Account != account || name != "" && r.Name != name {
			return 0, nil, false
		}
		return k, r, true
	}
	for k, r := range state.LaunchTemplatesByName.Ascend(v, state.Within(account, region, state.Hash(name)), 0) {
		if r.Name == name && r.Account == account && k.Region() == region {
			return k, r, true
		}
	}
	return 0, nil, false
}

// LaunchTemplateVersion finds a version of a launch template by its number.
func LaunchTemplateVersion(v state.View, template ecs.Key, number int64) (ecs.Key, *ecs.LaunchTemplateVersion, bool) {
	for k, r := range state.LaunchTemplateVersionsByTemplate.Ascend(v, uint64(template), 0) {
		if r.Number == number {
			return k, r, true
		}
	}
	return 0, nil, false
}

// EncodeParams is parameters in the form in which a launch template's version
// keeps them: that of a query string.
func EncodeParams(p *api.Params) string {
	var b strings.Builder
	for _, q := range p.All() {
		if b.Len() > 0 {
			b.WriteByte('&')
		}
		b.WriteString(url.QueryEscape(q.Name))
		b.WriteByte('=')
		b.WriteString(url.QueryEscape(q.Value))
	}
	return b.String()
}

// DecodeParams is the parameters that a version keeps.
func DecodeParams(r *ecs.LaunchTemplateVersion) (*api.Params, error) {
	p := new(api.Params)
	if err := p.Parse(r.Params, nil); err != nil {
		return nil, fmt.Errorf("parameters of a launch template: %w", err)
	}
	return p, nil
}

// MergeTemplate is a request with what a launch template adds to it. What the
// request gives wins; what it gives as "" does not unset anything. A list of
// the request (DataDisk.N, Tag.N) takes the place of the template's whole
// list, and what excludes each other (SecurityGroupId and SecurityGroupIds.N)
// counts as one. Neither argument is changed.
func MergeTemplate(request, template *api.Params) *api.Params {
	out, given := new(api.Params), map[string]bool{}
	for _, p := range request.All() {
		out.Set(p.Name, p.Value)
		if p.Value != "" {
			given[choice(p.Name)] = true
		}
	}
	for _, p := range template.All() {
		if !given[choice(p.Name)] {
			out.Set(p.Name, p.Value)
		}
	}
	return out
}

// choice is what a parameter decides, as a whole: a list, one field of a
// structure, or a value.
func choice(name string) string {
	head, rest, _ := strings.Cut(name, ".")
	switch head {
	case "SecurityGroupIds":
		return "SecurityGroupId"
	case "ImageFamily":
		return "ImageId"
	}
	if index, _, _ := strings.Cut(rest, "."); index != "" && strings.Trim(index, "0123456789") == "" {
		return head
	}
	return name
}
