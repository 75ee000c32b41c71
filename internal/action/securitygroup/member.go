package securitygroup

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// member is a group and the instance that is to join or leave it.
type member struct {
	group    ecs.Key
	instance ecs.Key
}

// findMember finds what a Join or Leave request names.
func findMember(c *action.Call, v state.View, groupID, instanceID, interfaceID, regionID string) (m member, err error) {
	switch {
	case instanceID != "" && interfaceID != "":
		return m, api.Errorf(api.CodeInvalidParamEniIdAndInstanceIdConflict, "InstanceId and NetworkInterfaceId cannot be specified at the same time.")
	case interfaceID != "" && regionID == "":
		return m, api.Errorf(api.CodeMissingParameterRegionId, "The specified RegionId should not be null.")
	case instanceID == "" && interfaceID == "":
		return m, api.Errorf(api.CodeInvalidInstanceIdMalformed, "The specified parameter %q is not valid.", "InstanceId")
	}
	if m.group, _, err = action.SecurityGroup(c, v, groupID); err != nil {
		return m, err
	}
	if interfaceID != "" { // no interface exists apart from its instance
		return m, api.Errorf(api.CodeInvalidEniIdNotFound, "The specified NetworkInterfaceId does not exist.").WithStatus(404)
	}
	m.instance, _, err = action.Instance(c, v, instanceID)
	return m, err
}

// load reads the rows as they are now and checks that the instance can change:
// it is Running or Stopped, and not locked.
func (m member) load(v state.View) (k ecs.Key, nic *ecs.NetworkInterface, group *ecs.SecurityGroup, err error) {
	i, ok := state.Instances.Get(v, m.instance)
	if !ok {
		return 0, nil, nil, api.Errorf(api.CodeInvalidInstanceIdNotFound, "The specified InstanceId does not exist.").WithStatus(404)
	}
	if group, ok = state.Groups.Get(v, m.group); !ok {
		return 0, nil, nil, groupNotFound()
	}
	nic, ok = state.Interfaces.Get(v, i.Interface)
	if st := i.Status(); !ok || i.Want.Deleted || st != ecs.Running && st != ecs.Stopped {
		return 0, nil, nil, api.Errorf(api.CodeIncorrectInstanceStatus, "The current status of the resource does not support this operation.").WithStatus(403)
	}
	if i.Locks&ecs.LockSecurity != 0 {
		return 0, nil, nil, api.Errorf(api.CodeInstanceLockedForSecurity, "The specified operation is denied as your instance is locked for security reasons.")
	}
	return i.Interface, nic, group, nil
}
