package securitygroup

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// member is a group and who is to join or leave it: an instance with its
// primary network interface, or a secondary interface.
type member struct {
	group    ecs.Key
	instance ecs.Key
	nic      ecs.Key
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
	if interfaceID != "" {
		var ok bool
		if m.nic, _, ok = action.Find(c, v, state.Interfaces, ecs.KindNetworkInterface, func(n *ecs.NetworkInterface) uint64 { return n.Account }, interfaceID); !ok {
			err = noInterface()
		}
		return m, err
	}
	m.instance, _, err = action.Instance(c, v, instanceID)
	return m, err
}

func noInterface() error {
	return api.Errorf(api.CodeInvalidEniIdNotFound, "The specified NetworkInterfaceId does not exist.").WithStatus(404)
}

// load reads the rows as they are now and checks that the member can change.
func (m member) load(v state.View) (k ecs.Key, nic *ecs.NetworkInterface, group *ecs.SecurityGroup, err error) {
	group, ok := state.Groups.Get(v, m.group)
	if !ok {
		return 0, nil, nil, groupNotFound()
	}
	if k = m.nic; k != 0 {
		nic, err = m.loadInterface(v)
	} else {
		k, nic, err = m.loadInstance(v)
	}
	if err == nil {
		err = changeable(group)
	}
	return k, nic, group, err
}

// loadInstance finds the primary interface of an instance that is Running or
// Stopped, and not locked.
func (m member) loadInstance(v state.View) (ecs.Key, *ecs.NetworkInterface, error) {
	i, ok := state.Instances.Get(v, m.instance)
	if !ok {
		return 0, nil, api.Errorf(api.CodeInvalidInstanceIdNotFound, "The specified InstanceId does not exist.").WithStatus(404)
	}
	nic, ok := state.Interfaces.Get(v, i.Interface)
	if st := i.Status(); !ok || i.Want.Deleted || st != ecs.Running && st != ecs.Stopped {
		return 0, nil, api.Errorf(api.CodeIncorrectInstanceStatus, "The current status of the resource does not support this operation.").WithStatus(403)
	}
	if i.Locks&ecs.LockSecurity != 0 {
		return 0, nil, api.Errorf(api.CodeInstanceLockedForSecurity, "The specified operation is denied as your instance is locked for security reasons.")
	}
	return i.Interface, nic, nil
}

// loadInterface finds a secondary interface that is Available or InUse. A primary one follows its instance.
func (m member) loadInterface(v state.View) (*ecs.NetworkInterface, error) {
	nic, ok := state.Interfaces.Get(v, m.nic)
	switch {
	case !ok:
		return nil, noInterface()
	case nic.Primary:
		return nil, api.Errorf(api.CodeInvalidOperationInvalidEniType, "The operation is supported for secondary network interfaces only.")
	case nic.Status() != ecs.InterfaceAvailable && nic.Status() != ecs.InterfaceInUse:
		return nil, api.Errorf(api.CodeInvalidOperationInvalidEniState, "The current status of the network interface does not support this operation.")
	}
	return nic, nil
}
