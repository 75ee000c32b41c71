package instance

import (
	"encoding/base64"
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/image"
	"github.com/openecs/openecs/internal/state"
)

// modification is a ModifyInstanceAttribute request whose own parts are known
// to be good.
type modification struct {
	c        *action.Call
	catalog  *catalog.Catalog
	req      *api.ModifyInstanceAttributeRequest
	userData []byte
}

// newModification checks what can be told from the request alone.
func (s *Service) newModification(c *action.Call, req *api.ModifyInstanceAttributeRequest) (*modification, error) {
	data, notBase64 := base64.StdEncoding.DecodeString(req.UserData)
	cpu, remote := req.CPUOptions, req.RemoteConnectionOptions
	err := action.FirstOf([]action.Check{
		{req.InstanceName != "" && !ecs.ValidInstanceName(req.InstanceName), api.CodeInvalidInstanceNameMalformed, `The specified parameter "InstanceName" is not valid.`},
		{req.Description != "" && !ecs.ValidDescription(req.Description), api.CodeInvalidDescriptionMalformed, `The specified parameter "Description" is not valid.`},
		{notBase64 != nil, api.CodeInvalidUserDataBase64FormatInvalid, "The specified UserData is not valid"},
		{len(data) > ecs.MaxUserData, api.CodeInvalidUserDataSizeExceeded, `The specified parameter "UserData" exceeds the size.`},
		{!action.OneOf(req.CreditSpecification, "Standard", "Unlimited"), api.CodeInvalidParameterCreditSpecification, "The specified CreditSpecification is not supported in this region."},
		{cpu.Core != nil && *cpu.Core < 1, api.CodeInvalidParameterCpuOptionsCore, "The specified parameter CpuOptions.Core is not valid."},
		{cpu.ThreadsPerCore != nil && *cpu.ThreadsPerCore < 1, api.CodeInvalidParameterCpuOptionsThreadsPerCore, "The specified parameter CpuOptions.ThreadsPerCore is not valid."},
		{!action.OneOf(cpu.TopologyType, "ContinuousCoreToHTMapping", "DiscreteCoreToHTMapping"), api.CodeInvalidParameterCpuOptionsTopologyType, "The specified parameter CpuOptions.TopologyType is not valid."},
		{!action.OneOf(remote.Type, "VNC"), api.CodeInvalidRemoteConnectionOptionsType, "The remote connection type is invalid."},
		{remote.Password != "" && !validVNCPassword(remote.Password), api.CodeInvalidRemoteConnectionOptionsPassword, "The remote connection password is invalid."},
		{!modifies(c, req), api.CodeInvalidParameter, "The specified parameter is not valid."},
	})
	if err != nil {
		return nil, err
	}
	return &modification{c: c, catalog: s.Catalog, req: req, userData: data}, nil
}

// validVNCPassword reports whether a console may have the password: exactly
// six letters and digits.
func validVNCPassword(p string) bool {
	return len(p) == 6 && strings.IndexFunc(p, func(r rune) bool {
		return !('0' <= r && r <= '9' || 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z')
	}) < 0
}

// modifies reports whether the request asks for anything.
func modifies(c *action.Call, req *api.ModifyInstanceAttributeRequest) bool {
	return req.InstanceName != "" || c.Has("Description") || req.HostName != "" || req.Password != "" || c.Has("UserData") ||
		req.DeletionProtection != nil || req.CreditSpecification != "" || len(req.SecurityGroupIDs) > 0 || req.Recyclable != nil ||
		req.EnableJumboFrame != nil || req.EnableNetworkEncryption != nil || req.NetworkInterfaceQueueNumber != nil ||
		req.CPUOptions != (api.ModifyInstanceAttributeRequestCPUOptions{}) ||
		req.RemoteConnectionOptions != (api.ModifyInstanceAttributeRequestRemoteConnectionOptions{}) ||
		req.PrivateDNSNameOptions != (api.ModifyInstanceAttributeRequestPrivateDNSNameOptions{})
}

// hostName is the host name asked for, its placeholder filled in.
func (m *modification) hostName(k ecs.Key) string {
	return strings.ReplaceAll(strings.Clone(m.req.HostName), "${instance_id}", ecs.ID(ecs.KindInstance, k))
}

// check checks what depends on the instance: what it is, then the state it is
// in. It holds for the view it was asked of, so it is asked again where the
// change is written.
func (m *modification) check(v state.View, k ecs.Key, r *ecs.Instance) error {
	req := m.req
	windows, cloudInit, burstable := false, true, false
	if src, ok := image.Of(v, m.catalog, v.Str(r.Image)); ok {
		windows, cloudInit = src.OSType == "windows", src.CloudInit
	}
	if typ, ok := m.catalog.Type(v.Str(r.Type)); ok {
		burstable = typ.Family.Burstable
	}
	n, ok := state.Interfaces.Get(v, r.Interface)
	classic := !ok || n.VPC == 0
	err := action.FirstOf([]action.Check{
		{req.HostName != "" && !ecs.ValidHostName(m.hostName(k), windows), api.CodeInvalidHostNameMalformed, `The specified parameter "HostName" is not valid.`},
		{req.Password != "" && !ecs.ValidPassword(req.Password, windows), api.CodeInvalidPasswordMalformed, `The specified parameter "Password" is not valid.`},
		{len(m.userData) > 0 && (classic || !r.Flags.Has(ecs.IOOptimized)), api.CodeInvalidUserDataNotSupported, `The specified parameter "UserData" only support the vpc and IoOptimized Instance.`},
		{len(m.userData) > 0 && !cloudInit, api.CodeInvalidUserDataNotSupported, "The specified image does not support cloud-init."},
		{action.Flag(req.DeletionProtection) && (r.ChargeType == ecs.PrePaid || r.Spot != ecs.NoSpot), api.CodeInvalidChargeTypeValueNotSupported, "Deletion protection is only valid for postPaid instance, not for prePaid or spot instance."},
		{req.CreditSpecification != "" && !burstable, api.CodeInvalidParameterCreditSpecification, "The specified CreditSpecification is not supported in this region."},
		{req.Recyclable != nil, api.CodeInvalidParameterRecycleBin, "You do not have permission to set recyclable properties."},
		{action.Flag(req.EnableJumboFrame), api.CodeInvalidParamNotSupportJumboFrame, "Not support jumbo frame."},
		{action.Flag(req.EnableNetworkEncryption), api.CodeInvalidOperationInstanceTypeNotSupportNetworkEncryption, "The specified instance type does not support network encryption."},
	})
	if err != nil {
		return err
	}
	if _, err := m.groups(v, k, r); err != nil {
		return err
	}
	if err := m.checkState(r); err != nil {
		return err
	}
	return m.unsupported()
}

// checkState refuses what the state or a lock of the instance forbids.
func (m *modification) checkState(r *ecs.Instance) error {
	req, st := m.req, r.Status()
	switch {
	case r.Want.Deleted,
		req.HostName != "" && (st == ecs.Pending || st == ecs.Starting),
		req.Password != "" && st == ecs.Starting,
		req.NetworkInterfaceQueueNumber != nil && st != ecs.Stopped:
		return wrongState()
	case req.CreditSpecification != "" && st != ecs.Running:
		return api.Errorf(api.CodeInvalidInstanceStatusNotRunning, "The current status of the resource is invalid, you can only do this operation when instance is running.")
	case req.EnableJumboFrame != nil && st != ecs.Running && st != ecs.Stopped:
		return api.Errorf(api.CodeInvalidOperationInstanceStatusNotSupport, "The instance status is not support modify mtu config.")
	case req.CPUOptions != (api.ModifyInstanceAttributeRequestCPUOptions{}) && st != ecs.Stopped:
		return api.Errorf(api.CodeInvalidStatusStoppedRequired, "The current state of the resource does not support this operation, it can only be operated in a stopped state.")
	}
	return unlocked(r, "")
}

// unsupported refuses what OpenECS does not keep: processors and queues are
// those of the instance type, and consoles and private names do not exist yet.
// Queue number -1 asks for the type's own, which is what every instance has.
func (m *modification) unsupported() error {
	req := m.req
	return action.FirstOf([]action.Check{
		{req.CPUOptions.Core != nil, api.CodeInvalidParameterCpuOptionsCore, "The specified parameter CpuOptions.Core is not valid."},
		{req.CPUOptions.ThreadsPerCore != nil, api.CodeInvalidParameterCpuOptionsThreadsPerCore, "The specified parameter CpuOptions.ThreadsPerCore is not valid."},
		{req.CPUOptions.TopologyType != "", api.CodeInvalidInstanceTypeNotSupportCpuOptionsTopologyType, "The specified instance type does not support CpuOptions.TopologyType."},
		{req.NetworkInterfaceQueueNumber != nil && *req.NetworkInterfaceQueueNumber != -1, api.CodeInvalidParameterInvalidEniQueueNumber, "The specified parameter NetworkInterfaceQueueNumber is not valid."},
		{req.RemoteConnectionOptions != (api.ModifyInstanceAttributeRequestRemoteConnectionOptions{}), api.CodeUnsupportedOperationNotImplemented, "OpenECS does not support RemoteConnectionOptions yet."},
		{req.PrivateDNSNameOptions != (api.ModifyInstanceAttributeRequestPrivateDNSNameOptions{}), api.CodeUnsupportedOperationNotImplemented, "OpenECS does not support PrivateDnsNameOptions yet."},
	})
}
