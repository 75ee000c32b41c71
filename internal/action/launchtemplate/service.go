// Package launchtemplate is the actions on launch templates and their
// versions.
//
// A version keeps the parameters of instances as they were given; what they
// are worth is checked when RunInstances uses them, which merges them with its
// own (model/compute.MergeTemplate). Package service binds the package; it
// imports no other group.
package launchtemplate

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// Service is what the actions work on.
type Service struct {
	DB    *state.DB
	Pager *action.Pager
}

var actions = action.Set[Service]{Version: "2014-05-26"}

// Actions are the group's actions, bound to a service.
func (s *Service) Actions() action.Group { return actions.Bind(s) }

// find finds the template that a request names by identifier, name or both;
// with neither it is 400 MissingParameter.
func find(c *action.Call, v state.View, id, name string) (ecs.Key, *ecs.LaunchTemplate, error) {
	if id == "" && name == "" {
		return 0, nil, api.Errorf(api.CodeMissingParameter, "The input parameter %q or %q that is mandatory for processing this request is not supplied.", "LaunchTemplateId", "LaunchTemplateName")
	}
	return action.LaunchTemplate(c, v, id, name)
}

// versions are a template's versions, oldest first.
func versions(v state.View, k ecs.Key) (keys []ecs.Key, rows []*ecs.LaunchTemplateVersion) {
	for vk, r := range state.LaunchTemplateVersionsByTemplate.Ascend(v, uint64(k), 0) {
		keys, rows = append(keys, vk), append(rows, r)
	}
	return keys, rows
}

// invalidVersion refuses a number that no version of the template has.
func invalidVersion() error {
	return api.Errorf(api.CodeInvalidLaunchTemplateVersionNotFound, "The specified version of the launch template does not exist.").WithStatus(400)
}
