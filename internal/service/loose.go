package service

import (
	"strings"

	"github.com/openecs/openecs/internal/action"
)

// looseType is what a loose service takes for an instance type that it does not
// know. The image is the newest of Alibaba Cloud Linux 3.
const looseType = "ecs.g7.large"

// loosen is what a loose service does to a request, nil for a strict one:
// CreateInstance, RunInstances and a launch template's data that name a public
// image or an instance type that the catalogue does not have get the usual ones.
// Custom images (m-…) and all else stay strict.
func (s *Service) loosen(c Config) func(*action.Call) {
	if !c.Loose {
		return nil
	}
	return func(call *action.Call) {
		switch call.Info.Name {
		case "CreateInstance", "RunInstances", "CreateLaunchTemplate", "CreateLaunchTemplateVersion":
		default:
			return
		}
		if id, _ := call.Params.Get("ImageId"); id != "" && !strings.HasPrefix(id, "m-") {
			if _, ok := c.Catalog.Image(id); !ok {
				call.Params.Set("ImageId", c.Catalog.NewestAlibabaCloudLinux3().ID)
			}
		}
		if id, _ := call.Params.Get("InstanceType"); id != "" {
			if _, ok := c.Catalog.Type(id); !ok {
				call.Params.Set("InstanceType", looseType)
			}
		}
	}
}
