package instance

import (
	"errors"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/billing"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ModifyInstanceSpec", (*Service).ModifyInstanceSpec)

// ModifyInstanceSpec changes the type or the public bandwidth of a
// pay-as-you-go instance, one of the two in a request. The type is shown at
// once and had from the next start; Async makes no difference, for there is
// nothing to wait for.
func (s *Service) ModifyInstanceSpec(c *action.Call, req *api.ModifyInstanceSpecRequest) (*api.ModifyInstanceSpecResponse, error) {
	to, err := s.newSpec(req)
	if err != nil {
		return nil, err
	}
	once, err := c.Once(req.ClientToken, req.DryRun)
	if err != nil {
		return nil, err
	}
	check := func(v state.View) (ecs.Key, *ecs.Instance, error) {
		k, r, err := action.Instance(c, v, req.InstanceID)
		if err == nil {
			err = s.checkSpec(v, k, r, req, to)
		}
		if err == nil {
			err = billing.Affordable(v, r.Account, billing.Something)
		}
		return k, r, err
	}
	if action.Flag(req.DryRun) {
		if _, _, err := check(s.DB.Snapshot()); err != nil {
			return nil, err
		}
		return nil, action.DryRun()
	}
	err = s.DB.Update(c.Context, func(tx *state.Tx) error {
		_, err := once.Do(tx, func() ([]ecs.Key, error) {
			k, r, err := check(tx)
			if err != nil {
				return nil, err
			}
			next := *r
			if to != nil {
				next = *resized(tx, r, to)
			} else {
				next.BandwidthOut, next.BandwidthIn, _, _ = specBandwidth(req).apply(r, mostBandwidth(r.ChargeType, r.InternetCharge))
			}
			state.Instances.Put(tx, k, &next)
			return []ecs.Key{k}, nil
		})
		return err
	})
	if err != nil {
		return nil, otherRequest(err)
	}
	return &api.ModifyInstanceSpecResponse{}, nil
}

// otherRequest is a refusal under the code that actions on what is bought have
// for a token that another request used.
func otherRequest(err error) error {
	if errors.Is(err, &api.Error{Code: api.CodeIdempotentParameterMismatch}) {
		return api.Errorf(api.CodeIdempotenceParamNotMatch, "There is a idempotence signature mismatch between this and last request.").WithStatus(400)
	}
	return err
}

func specBandwidth(req *api.ModifyInstanceSpecRequest) bandwidth {
	return bandwidth{req.InternetMaxBandwidthOut, req.InternetMaxBandwidthIn}
}

// newSpec checks what can be told from the request alone, and finds the type;
// nil: the bandwidth is to change. A zone is one cluster here, so that there is
// nothing for AllowMigrateAcrossZone to allow, and a system disk keeps its
// category.
func (s *Service) newSpec(req *api.ModifyInstanceSpecRequest) (*catalog.Type, error) {
	speeds := req.InternetMaxBandwidthOut != nil || req.InternetMaxBandwidthIn != nil
	temporary := req.Temporary != (api.ModifyInstanceSpecRequestTemporary{})
	_, startOK := ecs.ParseTime(req.Temporary.StartTime)
	_, endOK := ecs.ParseTime(req.Temporary.EndTime)
	err := action.FirstOf([]action.Check{
		{temporary && req.Temporary.StartTime == "", api.CodeMissingTemporaryStartTime, "Temporary.StartTime is not specified."},
		{temporary && req.Temporary.EndTime == "", api.CodeMissingTemporaryEndTime, "Temporary.EndTime is not specified."},
		{temporary && !startOK, api.CodeInvalidTemporaryStartTime, "The specifed Temporary.StartTime is not valid."},
		{temporary && !endOK, api.CodeInvalidTemporaryEndTime, "The specifed Temporary.EndTime is not valid."},
		{req.InstanceType != "" && speeds, api.CodeInvalidParameterMismatch, "Too many parameters in one request."},
		{action.Flag(req.AllowMigrateAcrossZone), api.CodeInvalidParameterAllowMigrateAcrossZone, "The specified parameter CanMigrateAcrossZone is not valid."},
		{req.SystemDisk.Category != "", api.CodeInvalidParamSystemDiskCategory, "The specified param SystemDisk.Category is not valid."},
		{temporary, api.CodeUnsupportedOperationNotImplemented, "OpenECS does not support Temporary.* yet."},
		{req.ModifyMode != "", api.CodeUnsupportedOperationNotImplemented, "OpenECS does not support ModifyMode yet."},
		{len(req.Disk) > 0, api.CodeUnsupportedOperationNotImplemented, "OpenECS does not support Disk.N here yet: ModifyDiskSpec changes disks."},
		{req.InstanceType == "" && !speeds, api.CodeInvalidParameter, "The specified parameter is not valid."},
	})
	if err != nil || req.InstanceType == "" {
		return nil, err
	}
	to, ok := s.Catalog.Type(req.InstanceType)
	if !ok {
		return nil, noSuchType()
	}
	return to, nil
}

// checkSpec checks what depends on the instance: how it is paid, whether that
// fits, and the state it is in.
func (s *Service) checkSpec(v state.View, k ecs.Key, r *ecs.Instance, req *api.ModifyInstanceSpecRequest, to *catalog.Type) error {
	if r.ChargeType == ecs.PrePaid || to != nil && r.Spot != ecs.NoSpot {
		return api.Errorf(api.CodeChargeTypeViolation, "The operation is not permitted due to charge type of the instance.").WithStatus(403)
	}
	if to == nil {
		_, _, badOut, badIn := specBandwidth(req).apply(r, mostBandwidth(r.ChargeType, r.InternetCharge))
		if badOut {
			return action.Invalid("InternetMaxBandwidthOut")
		}
		if badIn {
			return api.Errorf(api.CodeInvalidParameterBandwidth, "The specified parameter Bandwidth is not valid.")
		}
		if in(r, ecs.Running, ecs.Stopped) != nil {
			return api.Errorf(api.CodeInvalidStatusValueNotSupported, "The current status of the resource does not support this operation.").WithStatus(403)
		}
		return unlocked(r, "")
	}
	if err := s.resizable(v, k, r, to); err != nil {
		return err
	}
	if in(r, ecs.Stopped) != nil {
		return api.Errorf(api.CodeInvalidInstanceStatusNotStopped, "The specified Instance status is not stopped.")
	}
	if err := unlocked(r, ""); err != nil || r.Flags.Has(ecs.StopCharging) {
		return err
	}
	return s.vcpuRoom(v, k, r, to.VCPU-int(r.VCPUs))
}
