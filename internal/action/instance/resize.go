package instance

import (
	"fmt"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/model/image"
	"github.com/openecs/openecs/internal/model/supply"
	"github.com/openecs/openecs/internal/state"
)

// resizable checks that an instance can become one of another type: the zone
// sells it, it runs the image, and takes what the instance has. Codes: 403
// CategoryViolation for local disks, 403 InvalidInstanceType.ValueNotSupported
// where the zone has not got it, 400 DependencyViolation.InstanceType for what
// is of another kind, 403 ImageNotSupportInstanceType and 400
// InvalidParameter.Conflict for the image, 403 InvalidParameter.NotMatch for
// more disks, interfaces or addresses than it takes. On a dedicated host the type stays of
// the host's family (400 DependencyViolation.InstanceType), and there must be
// room; in a zone too (403 OperationDenied.NoStock).
func (s *Service) resizable(v state.View, k ecs.Key, r *ecs.Instance, to *catalog.Type) error {
	from, known := s.Catalog.Type(v.Str(r.Type))
	n, ok := state.Interfaces.Get(v, r.Interface)
	classic, optimized := !ok || n.VPC == 0, r.Flags.Has(ecs.IOOptimized)
	err := action.FirstOf([]action.Check{
		{known && from.LocalDisks > 0 || to.LocalDisks > 0, api.CodeCategoryViolation, "The specified instance does not support this operation because of its disk category."},
		{known && from == to, api.CodeDependencyViolationInstanceType, "The current InstanceType cannot be changed to the specified InstanceType."},
	})
	if err != nil {
		return err
	}
	if !s.Catalog.TypeInZone(to.ID, v.Str(r.Zone)) {
		return api.Errorf(api.CodeInvalidInstanceTypeValueNotSupported, "The specified zone does not offer the specified instancetype.").WithStatus(403)
	}
	if src, ok := image.Of(v, s.Catalog, v.Str(r.Image)); ok {
		switch src.Fit(to) {
		case catalog.MisArchitecture:
			return api.Errorf(api.CodeInvalidParameterConflict, "The specified image does not support the specified instance type.")
		case catalog.MisMemory, catalog.MisIO:
			return api.Errorf(api.CodeImageNotSupportInstanceType, "The specified image do not support the InstanceType instance.").WithStatus(403)
		}
	}
	if classic && !to.Family.Classic || optimized && to.IOOptimized == catalog.IONone || !optimized && to.IOOptimized == catalog.IORequired {
		return api.Errorf(api.CodeDependencyViolationInstanceType, "The current InstanceType cannot be changed to the specified InstanceType.")
	}
	if h, ok := state.DedicatedHosts.Get(v, r.Placement.Host); ok {
		switch {
		case !compute.HostTakes(v, s.Catalog, h, to):
			return api.Errorf(api.CodeDependencyViolationInstanceType, "The dedicated host does not take the specified InstanceType.")
		case compute.HostRoom(v, s.Catalog, r.Placement.Host, h, to, k) < 1:
			return api.Errorf(api.CodeOperationDeniedNoStock, "The dedicated host has not enough resources.").WithStatus(403)
		}
	}
	if r.HoldsCapacity() && supply.RoomOf(v, v.Str(r.Zone), to.ID) < 1 {
		return noStock()
	}
	return s.carries(v, k, to)
}

// carries checks that a type takes the disks and the interfaces of an instance.
func (s *Service) carries(v state.View, k ecs.Key, to *catalog.Type) error {
	mismatch := func(format string, args ...any) error {
		return api.Errorf(api.CodeInvalidParameterNotMatch, "The specified InstanceType %s", fmt.Sprintf(format, args...)).WithStatus(403)
	}
	for _, d := range state.DisksByInstance.Ascend(v, uint64(k), 0) {
		if category := v.Str(d.Category); !to.Family.TakesDisk(category) {
			return mismatch("does not take disks of the category %s.", category)
		}
	}
	if disks := state.DisksByInstance.Count(v, uint64(k)); disks > to.Disks {
		return mismatch("takes %d disks, and the instance has %d.", to.Disks, disks)
	}
	if nics := state.InterfacesByInstance.Count(v, uint64(k)); nics > to.ENIs {
		return mismatch("takes %d network interfaces, and the instance has %d.", to.ENIs, nics)
	}
	for nic, n := range state.InterfacesByInstance.Ascend(v, uint64(k), 0) {
		m := n.Rest()
		if four := 1 + len(m.Secondary) + len(m.Prefixes); four > to.IPsPerENI {
			return mismatch("takes %d private IP addresses of a network interface, and %s has %d.", to.IPsPerENI, ecs.ID(ecs.KindNetworkInterface, nic), four)
		}
		if six := len(m.IPv6) + len(m.Prefixes6); six > to.IPv6sPerENI {
			return mismatch("takes %d IPv6 addresses of a network interface, and %s has %d.", to.IPv6sPerENI, ecs.ID(ecs.KindNetworkInterface, nic), six)
		}
	}
	return nil
}

// resized is an instance of another type; its next boot has it.
func resized(tx *state.Tx, r *ecs.Instance, to *catalog.Type) *ecs.Instance {
	next := *r
	next.Type, next.VCPUs = tx.Sym(to.ID), uint16(to.VCPU)
	next.Want.SpecGen++
	switch {
	case !to.Family.Burstable:
		next.Credit = ecs.CreditNone
	case next.Credit == ecs.CreditNone:
		next.Credit = ecs.CreditStandard
	}
	return &next
}

// noSuchType is the refusal of a type that does not exist.
func noSuchType() error {
	return api.Errorf(api.CodeInvalidInstanceTypeValueNotSupported, "The specified InstanceType does not exist or beyond the permitted range.").WithStatus(400)
}
