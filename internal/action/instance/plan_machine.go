package instance

import (
	"strconv"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/billing"
	"github.com/openecs/openecs/internal/model/image"
	"github.com/openecs/openecs/internal/price"
	"github.com/openecs/openecs/internal/state"
)

// image finds the image: of the catalogue, or a custom one that the account may
// use.
func (p *planner) image() error {
	in, region, account := p.in, p.c.Region, p.c.Caller.Account
	src, ok := image.Find(p.snap, p.s.Catalog, region, account, in.ImageID)
	if in.ImageFamily != "" {
		if src, ok = image.Newest(p.snap, p.s.Catalog, region, account, in.ImageFamily); !ok {
			return api.Errorf(api.CodeInvalidImageFamilyMissingAvailableImage, "There is no available image related to the specified image family.")
		}
	}
	if !ok {
		return noImage()
	}
	if !src.Usable() {
		return imageNotReady()
	}
	p.plan.image, p.plan.windows = src, src.OSType == "windows"
	return p.imageDisks()
}

func noImage() error {
	return api.Errorf(api.CodeInvalidImageIdNotFound, "The specified ImageId does not exist.")
}

// imageNotReady refuses an image that is being made or removed, or could not be
// made.
func imageNotReady() error {
	return api.Errorf(api.CodeIncorrectImageStatus, "The current status of the image does not support this operation.").WithStatus(400)
}

// fit checks that image and instance type fit together. That an image must be
// able to be I/O optimized was checked with the parameter.
func (p *planner) fit() error {
	img := p.plan.image
	switch img.Fit(p.plan.typ) {
	case catalog.MisArchitecture:
		return api.Errorf(api.CodeInvalidInstanceTypeNotSupported, "The specified instanceType is not supported by the image architecture.")
	case catalog.MisMemory:
		return api.Errorf(api.CodeImageNotSupportInstanceType, "The specified image don't support the InstanceType instance.")
	}
	if action.Flag(p.in.ImageOptions.LoginAsNonRoot) && !img.NonRootLogin {
		return api.Errorf(api.CodeLoginAsNonRootImageNotSupport, "The specified image does not support login as non-root.")
	}
	return p.credit()
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
	return nil
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

// zone finds the zone asked for.
func (p *planner) zone() error {
	if p.in.ZoneID == "" {
		return nil
	}
	z, ok := p.s.Catalog.Zone(p.in.ZoneID)
	if !ok || z.Region.Code != p.c.Region.Code {
		return api.Errorf(api.CodeInvalidZoneIdNotFound, "The ZoneId provided does not exist in our records.")
	}
	p.plan.zone = z
	return nil
}

// place settles the zone: the vSwitch's, the one asked for, or for a classic
// instance the first that sells the type.
func (p *planner) place() error {
	pl, cat := &p.plan, p.s.Catalog
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

// market settles the price, and checks that the account can pay: the zones have
// all that they sell. What has no price is not to be had, however it is paid.
func (p *planner) market() error {
	r, t := &p.plan.record, p.plan.typ
	want := price.Want{Region: p.c.Region.ID, Type: t.ID, System: p.plan.system.priced(), Internet: r.InternetCharge, Mbits: int(r.BandwidthOut)}
	for i := range p.plan.data {
		want.Data = append(want.Data, p.plan.data[i].priced())
	}
	term := price.Hour
	if r.ChargeType == ecs.PrePaid {
		term = price.Term{N: int(r.Period), Unit: r.PeriodUnit}
	}
	var err error
	if p.plan.price, err = p.s.Prices.Trade(want, term); err != nil {
		return action.NoPrice(err)
	}
	if r.ChargeType == ecs.PostPaid {
		return billing.Solvent(p.snap, r.Account)
	}
	return billing.Affordable(p.snap, r.Account, billing.Times(p.plan.price, p.plan.amount))
}

func (d *disk) priced() price.Disk {
	return price.Disk{Category: d.Category, Level: d.Level, GiB: d.SizeGiB, IOPS: int(d.IOPS)}
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
