package action

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/state"
)

// LaunchTemplate finds a launch template of the request's region by its
// identifier, its name, or both, or answers 404 InvalidLaunchTemplate.NotFound.
func LaunchTemplate(c *Call, v state.View, id, name string) (ecs.Key, *ecs.LaunchTemplate, error) {
	k, r, ok := compute.LaunchTemplate(v, c.Caller.Account, c.RegionCode(), id, name)
	if !ok {
		return 0, nil, api.Errorf(api.CodeInvalidLaunchTemplateNotFound, "The specified launch template does not exist.").WithStatus(404)
	}
	return k, r, nil
}
