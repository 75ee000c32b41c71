package instance

import (
	"encoding/base64"
	"slices"
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ModifyInstanceAttribute", (*Service).ModifyInstanceAttribute)

// ModifyInstanceAttribute changes what is called and carried of an instance.
// Password, host name and user data take effect at the next boot.
func (s *Service) ModifyInstanceAttribute(c *action.Call, req *api.ModifyInstanceAttributeRequest) (*api.ModifyInstanceAttributeResponse, error) {
	snap := s.DB.Snapshot()
	_, r, err := action.Instance(c, snap, req.InstanceID)
	if err != nil {
		return nil, err
	}
	if err := s.checkModify(c, snap, r, req); err != nil {
		return nil, err
	}
	groups, err := s.modifiedGroups(c, snap, r, req.SecurityGroupIDs)
	if err != nil {
		return nil, err
	}
	data, _ := base64.StdEncoding.DecodeString(req.UserData)
	err = s.DB.Update(c.Context, func(tx *state.Tx) error {
		k, r, err := action.Instance(c, tx, req.InstanceID)
		if err != nil {
			return err
		}
		if err := modifiable(r, req); err != nil {
			return err
		}
		next := *r
		if req.InstanceName != "" {
			next.Name = strings.Clone(req.InstanceName)
		}
		if c.Has("Description") {
			next.Description = strings.Clone(req.Description)
		}
		if req.HostName != "" {
			next.HostName = strings.Clone(req.HostName)
		}
		if d := req.DeletionProtection; d != nil {
			next.Flags &^= ecs.DeletionProtected
			if *d {
				next.Flags |= ecs.DeletionProtected
			}
		}
		switch req.CreditSpecification {
		case "Standard":
			next.Credit = ecs.CreditStandard
		case "Unlimited":
			next.Credit = ecs.CreditUnlimited
		}
		if req.Password != "" || c.Has("UserData") {
			secret := ecs.Secret{}
			if old, ok := state.Secrets.Get(tx, k); ok {
				secret = *old
			}
			if req.Password != "" {
				secret.Password = strings.Clone(req.Password)
				next.Flags |= ecs.HasPassword
			}
			if c.Has("UserData") {
				secret.UserData = data
			}
			state.Secrets.Put(tx, k, &secret)
		}
		if req.HostName != "" || req.Password != "" || c.Has("UserData") {
			next.Want.SpecGen++
		}
		state.Instances.Put(tx, k, &next)
		if groups == nil {
			return nil
		}
		for _, g := range groups {
			if _, ok := state.Groups.Get(tx, g); !ok {
				return gone("SecurityGroupId")
			}
		}
		n, ok := state.Interfaces.Get(tx, r.Interface)
		if !ok {
			return nil
		}
		nic := *n
		nic.Groups = groups
		state.Interfaces.Put(tx, r.Interface, &nic)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &api.ModifyInstanceAttributeResponse{}, nil
}

// modifiable checks the states in which a change is refused, where it is
// written.
func modifiable(r *ecs.Instance, req *api.ModifyInstanceAttributeRequest) error {
	st := r.Status()
	if r.Want.Deleted || req.HostName != "" && (st == ecs.Pending || st == ecs.Starting) || req.Password != "" && st == ecs.Starting {
		return wrongState()
	}
	return unlocked(r, "")
}

// checkModify checks every parameter but the groups.
func (s *Service) checkModify(c *action.Call, snap *state.Snapshot, r *ecs.Instance, req *api.ModifyInstanceAttributeRequest) error {
	windows := false
	cloudInit := true
	if image, ok := s.Catalog.Image(snap.Str(r.Image)); ok {
		windows, cloudInit = image.OSType == "windows", image.CloudInit
	}
	n, _ := state.Interfaces.Get(snap, r.Interface)
	data, notBase64 := base64.StdEncoding.DecodeString(req.UserData)
	typ, _ := s.Catalog.Type(snap.Str(r.Type))
	for _, check := range [...]struct {
		bad           bool
		code, message string
	}{
		{req.InstanceName != "" && !ecs.ValidInstanceName(req.InstanceName), api.CodeInvalidInstanceNameMalformed, `The specified parameter "InstanceName" is not valid.`},
		{req.Description != "" && !ecs.ValidDescription(req.Description), api.CodeInvalidDescriptionMalformed, `The specified parameter "Description" is not valid.`},
		{req.HostName != "" && !ecs.ValidHostName(req.HostName, windows), api.CodeInvalidHostNameMalformed, `The specified parameter "HostName" is not valid.`},
		{req.Password != "" && !ecs.ValidPassword(req.Password, windows), api.CodeInvalidPasswordMalformed, `The specified parameter "Password" is not valid.`},
		{notBase64 != nil, api.CodeInvalidUserDataBase64FormatInvalid, "The specified UserData is not valid"},
		{len(data) > ecs.MaxUserData, api.CodeInvalidUserDataSizeExceeded, `The specified parameter "UserData" exceeds the size.`},
		{len(data) > 0 && (n == nil || n.VPC == 0 || !r.Flags.Has(ecs.IOOptimized)), api.CodeInvalidUserDataNotSupported, `The specified parameter "UserData" only support the vpc and IoOptimized Instance.`},
		{len(data) > 0 && !cloudInit, api.CodeInvalidUserDataNotSupported, "The specified image does not support cloud-init."},
		{flag(req.DeletionProtection) && r.ChargeType == ecs.PrePaid, api.CodeInvalidChargeTypeValueNotSupported, "Deletion protection is only valid for postPaid instance, not for prePaid or spot instance."},
		{req.CreditSpecification != "" && (typ == nil || !typ.Family.Burstable || req.CreditSpecification != "Standard" && req.CreditSpecification != "Unlimited"), api.CodeInvalidParameterCreditSpecification, "The specified CreditSpecification is not supported in this region."},
		{req.CreditSpecification != "" && r.Status() != ecs.Running, api.CodeInvalidInstanceStatusNotRunning, "The current status of the resource is invalid, you can only do this operation when instance is running."},
		{req.Recyclable != nil, api.CodeInvalidParameterRecycleBin, "You do not have permission to set recyclable properties."},
		{flag(req.EnableJumboFrame), api.CodeInvalidParamNotSupportJumboFrame, "Not support jumbo frame."},
		{flag(req.EnableNetworkEncryption), api.CodeInvalidOperationInstanceTypeNotSupportNetworkEncryption, "The specified instance type does not support network encryption."},
		{req.CPUOptions.Core != nil, api.CodeInvalidParameterCpuOptionsCore, "The specified parameter CpuOptions.Core is not valid."},
		{req.CPUOptions.ThreadsPerCore != nil, api.CodeInvalidParameterCpuOptionsThreadsPerCore, "The specified parameter CpuOptions.ThreadsPerCore is not valid."},
		{req.CPUOptions.TopologyType != "", api.CodeInvalidParameterCpuOptionsTopologyType, "The specified parameter CpuOptions.TopologyType is not valid."},
		{req.NetworkInterfaceQueueNumber != nil, api.CodeInvalidParameterInvalidEniQueueNumber, "The specified parameter NetworkInterfaceQueueNumber is not valid."},
		{req.RemoteConnectionOptions.Type != "" && req.RemoteConnectionOptions.Type != "VNC", api.CodeInvalidRemoteConnectionOptionsType, "The remote connection type is invalid."},
		{req.RemoteConnectionOptions.Password != "" || req.RemoteConnectionOptions.Type != "", api.CodeUnsupportedOperationNotImplemented, "OpenECS does not support RemoteConnectionOptions yet."},
		{req.PrivateDNSNameOptions != (api.ModifyInstanceAttributeRequestPrivateDNSNameOptions{}), api.CodeUnsupportedOperationNotImplemented, "OpenECS does not support PrivateDnsNameOptions yet."},
	} {
		if check.bad {
			return api.Errorf(check.code, "%s", check.message)
		}
	}
	if !modifies(c, req) {
		return api.Errorf(api.CodeInvalidParameter, "The specified parameter is not valid.")
	}
	return nil
}

// modifies reports whether the request asks for any change.
func modifies(c *action.Call, req *api.ModifyInstanceAttributeRequest) bool {
	return req.InstanceName != "" || c.Has("Description") || req.HostName != "" || req.Password != "" || c.Has("UserData") ||
		req.DeletionProtection != nil || req.CreditSpecification != "" || len(req.SecurityGroupIDs) > 0 ||
		req.EnableJumboFrame != nil || req.EnableNetworkEncryption != nil
}

// modifiedGroups are the groups that take the place of the instance's; nil
// leaves them.
func (s *Service) modifiedGroups(c *action.Call, snap *state.Snapshot, r *ecs.Instance, ids []string) ([]ecs.Key, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	n, ok := state.Interfaces.Get(snap, r.Interface)
	if !ok || n.VPC == 0 {
		return nil, api.Errorf(api.CodeInvalidNetworkTypeNotSupported, "The classic networkType does not support to modify security group")
	}
	if len(ids) > maxGroups {
		return nil, api.Errorf(api.CodeJoinedGroupLimitExceed, "An instance can be in at most %d security groups.", maxGroups)
	}
	var keys []ecs.Key
	enterprise := false
	for i, id := range ids {
		k, g, err := action.SecurityGroup(c, snap, id)
		switch {
		case err != nil:
			return nil, err
		case slices.Contains(keys, k):
			return nil, api.Errorf(api.CodeInvalidParameterSecurityGroupIdRepeated, "The specified security group ids has repeated.")
		case g.VPC == 0:
			return nil, api.Errorf(api.CodeInvalidSecurityGroupTypeNotSupportClassic, "The specified SecurityGroupIds have classic group type.")
		case g.VPC != n.VPC:
			return nil, api.Errorf(api.CodeInvalidSecurityGroupVpcNotBelongToOneVpc, "The specified SecurityGroupIds are belong to different vpc.")
		case i > 0 && g.Enterprise != enterprise:
			return nil, api.Errorf(api.CodeEnterpriseGroupLimitedMutliGroupType, "The specified instance can not join multi SecurityGroup types.")
		case !slices.Contains(n.Groups, k) && state.InterfacesByGroup.Count(snap, uint64(k)) >= g.Limit():
			return nil, api.Errorf(api.CodeSecurityGroupInstanceLimitExceed, "The maximum number of instances in a security group is exceeded.")
		}
		enterprise = g.Enterprise
		keys = append(keys, k)
	}
	return keys, nil
}
