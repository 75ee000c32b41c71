package instance

import (
	"strconv"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/billing"
	"github.com/openecs/openecs/internal/state"
)

// imageAndType finds the image and the instance type, and whether they fit.
func (p *planner) imageAndType() error {
	in, pl, cat := p.in, &p.plan, p.s.Catalog
	typ, ok := cat.Type(in.InstanceType)
	if !ok {
		return api.Errorf(api.CodeInvalidInstanceTypeValueNotSupported, "The specified InstanceType does not exist or beyond the permitted range.")
	}
	image, err := p.image()
	if err != nil {
		return err
	}
	pl.typ, pl.image, pl.windows = typ, image, image.OSType == "windows"
	if arm := image.Architecture == "arm64"; arm != (typ.Family.Architecture == "ARM") {
		return api.Errorf(api.CodeInvalidInstanceTypeNotSupported, "The specified instanceType is not supported by the image architecture.")
	}
	if image.Architecture == "i386" && typ.MemoryGiB >= 4 {
		return api.Errorf(api.CodeImageNotSupportInstanceType, "The specified image don't support the InstanceType instance.")
	}
	if pl.windows && typ.MemoryGiB < 1 {
		return api.Errorf(api.CodeImageNotSupportInstanceType, "The specified image don't support the InstanceType instance.")
	}
	if flag(p.in.ImageOptions.LoginAsNonRoot) && !image.NonRootLogin {
		return api.Errorf(api.CodeLoginAsNonRootImageNotSupport, "The specified image does not support login as non-root.")
	}
	return p.ioOptimized()
}

func (p *planner) image() (*catalog.Image, error) {
	in, cat := p.in, p.s.Catalog
	var image *catalog.Image
	switch {
	case in.ImageID != "" && in.ImageFamily != "":
		return nil, api.Errorf(api.CodeUnexpectedImageFamilyImageIdSupplied, "The input parameter ImageFamily must be null when image id is set.")
	case in.ImageID != "":
		image, _ = cat.Image(in.ImageID)
	case in.ImageFamily != "":
		if image, _ = cat.ImageFamily(in.ImageFamily); image == nil || !image.In(p.c.Region.ID) {
			return nil, api.Errorf(api.CodeInvalidImageFamilyMissingAvailableImage, "There is no available image related to the specified image family.")
		}
	default:
		return nil, api.Errorf(api.CodeMissingParameter, "The input parameter \"ImageId\" that is mandatory for processing this request is not supplied.")
	}
	if image == nil || !image.In(p.c.Region.ID) {
		return nil, api.Errorf(api.CodeInvalidImageIdNotFound, "The specified ImageId does not exist.")
	}
	return image, nil
}

// ioOptimized settles whether the instance is I/O optimized. Types of the
// first generation are not unless asked for, all others are.
func (p *planner) ioOptimized() error {
	typ, r := p.plan.typ, &p.plan.record
	on := typ.Family.Generation != "ecs-1" || typ.IOOptimized == catalog.IORequired
	switch p.in.IOOptimized {
	case "":
	case "optimized":
		on = true
	case "none":
		on = false
	default:
		if p.run() {
			return api.Errorf(api.CodeInvalidIoOptimizeValueNotSupported, "The specified IoOptimize is not valid.")
		}
		return api.Errorf(api.CodeInvalidIoOptimizedValueValueNotSupported, "IoOptimized value not supported.")
	}
	if on && (typ.IOOptimized == catalog.IONone || !p.plan.image.IOOptimized) {
		return api.Errorf(api.CodeIoOptimizedNotSupported, "The specified instancetype is not support IoOptimized instance.").WithStatus(404)
	}
	if !on && typ.IOOptimized == catalog.IORequired {
		return api.Errorf(api.CodeDependencyViolationIoOptimized, "The specified instancetype must be IoOptimized instance.")
	}
	if on {
		r.Flags |= ecs.IOOptimized
	}
	return p.credit()
}

func (p *planner) credit() error {
	r := &p.plan.record
	switch c := p.in.CreditSpecification; {
	case c == "" && !p.plan.typ.Family.Burstable:
	case p.plan.typ.Family.Burstable && (c == "" || c == "Standard"):
		r.Credit = ecs.CreditStandard
	case p.plan.typ.Family.Burstable && c == "Unlimited":
		r.Credit = ecs.CreditUnlimited
	default:
		return api.Errorf(api.CodeInvalidParameterCreditSpecification, "The specified CreditSpecification is not supported by the instance type.")
	}
	return nil
}

// place settles the zone: the vSwitch's, the one asked for, or for a classic
// instance the first that sells the type.
func (p *planner) place() error {
	in, pl, cat := p.in, &p.plan, p.s.Catalog
	if in.ZoneID != "" {
		z, ok := cat.Zone(in.ZoneID)
		if !ok || z.Region.Code != p.c.Region.Code {
			return api.Errorf(api.CodeInvalidZoneIdNotFound, "The ZoneId provided does not exist in our records.")
		}
		pl.zone = z
	}
	if pl.network == ecs.NetworkClassic {
		return p.placeClassic()
	}
	w, ok := state.VSwitches.Get(p.snap, pl.vswitch)
	if !ok {
		return gone("VSwitchId")
	}
	z, ok := cat.Zone(p.snap.Str(w.Zone))
	if !ok {
		return api.Errorf(api.CodeZoneNotOpen, "The zone of the vSwitch is not in the catalogue any more.")
	}
	if pl.zone != nil && pl.zone != z {
		return api.Errorf(api.CodeInvalidParameterMismatch, "Specified virtual switch is not in the specified zone.")
	}
	pl.zone = z
	if !cat.TypeInZone(pl.typ.ID, z.ID) {
		return zoneNotSupported()
	}
	return nil
}

func zoneNotSupported() error {
	return api.Errorf(api.CodeInvalidInstanceTypeZoneNotSupported, "The specified zone does not support this instancetype.")
}

// placeClassic opens the classic network to old families, in the regions that
// have it.
func (p *planner) placeClassic() error {
	pl := &p.plan
	if !p.c.Region.Classic {
		return noClassic(p.c.Region.ID)
	}
	if !pl.typ.Family.Classic {
		return noClassic(p.c.Region.ID)
	}
	if pl.zone != nil {
		if !p.s.Catalog.TypeInZone(pl.typ.ID, pl.zone.ID) {
			return zoneNotSupported()
		}
		return nil
	}
	for _, z := range p.s.Catalog.Zones(p.c.Region.ID) {
		if p.s.Catalog.TypeInZone(pl.typ.ID, z.ID) {
			pl.zone = z
			return nil
		}
	}
	return noClassic(p.c.Region.ID)
}

// noClassic answers that the classic network has nothing to offer: the region
// has none, or the instance type is too new for it.
func noClassic(where string) error {
	return api.Errorf(api.CodeInvalidResourceTypeNotSupported, "user order resource type [classic] not exists in [%s]", where)
}

// gone answers that something the plan was checked against was deleted in the
// meantime.
func gone(param string) error {
	code := api.CodeInvalidSecurityGroupIdNotFound
	if param == "VSwitchId" {
		code = api.CodeInvalidVSwitchIdNotFound
	}
	return api.Errorf(code, "The specified %s does not exist.", param)
}

// market checks what the account and the zone have: nothing is short yet, so
// this settles the price only.
func (p *planner) market() error {
	r, t := &p.plan.record, p.plan.typ
	if r.ChargeType == ecs.PostPaid {
		return nil
	}
	disks := map[string]int{p.plan.system.category: p.plan.system.size}
	for _, d := range p.plan.data {
		disks[d.category] += d.size
	}
	p.plan.price = billing.Subscription(t.VCPU, t.MemoryGiB, int(r.BandwidthOut), r.InternetCharge, disks, int(r.Period), r.PeriodUnit)
	return nil
}

// decimal and boolean are the forms in which RunInstances takes what
// CreateInstance takes as a number or a boolean.
func decimal(n *int) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(*n)
}

func boolean(b *bool) string {
	if b == nil {
		return ""
	}
	return strconv.FormatBool(*b)
}
