package image

import (
	"slices"
	"strings"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/image"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

const (
	ownerSystem = "system"
	ownerSelf   = "self"
	ownerOthers = "others"
	maxIDs      = 100
)

func (q *query) owners(in *api.DescribeImagesRequest) error {
	switch q.owner = in.ImageOwnerAlias; q.owner {
	case "", ownerSystem, ownerSelf, ownerOthers, "marketplace":
	default:
		return api.Errorf(api.CodeInvalidImageOwnerAliasValueNotSupported, "The specified ImageOwnerAlias value is not supported.")
	}
	if action.Flag(in.IsPublic) {
		if q.owner != ownerOthers {
			return api.Errorf(api.CodeInvalidImageOwnerAliasPublicImageUnsupported,
				"When querying images, the parameter ImageOwnerAlias should be others while specified parameter IsPublic is true.")
		}
		q.require(func(*candidate) bool { return false }) // there are no community images
	}
	if in.ImageOwnerID != nil {
		if q.owner != "" && q.owner != ownerOthers {
			return api.Errorf(api.CodeInvalidOperationImageOwnerIdUnsupported,
				`The parameter "ImageOwnerId" is not supported in this context, it is only valid when querying shared images or community images.`)
		}
		want := *in.ImageOwnerID
		q.require(func(m *candidate) bool { return m.rec != nil && !m.own && int64(m.rec.Account) == want })
	}
	return nil
}

// sets reads the filters whose values are closed sets.
func (q *query) sets(in *api.DescribeImagesRequest) error {
	for _, p := range []struct {
		value, code, message string
		set                  []string
		of                   func(*candidate) string
	}{
		{in.Architecture, api.CodeInvalidArchitecture, "The specified Architecture is not valid.", []string{"i386", "x86_64", "arm64"},
			func(m *candidate) string { return m.facts.Architecture }},
		{in.OSType, api.CodeInvalidOSType, "The specified OSType is not valid.", []string{"windows", "linux"},
			func(m *candidate) string { return m.facts.OSType }},
		{in.Usage, api.CodeInvalidUsage, "The specified Usage is not valid.", []string{usedByInstance, usedByNone},
			func(m *candidate) string { return usage(q.v, m) }},
	} {
		if p.value == "" {
			continue
		}
		if !slices.Contains(p.set, p.value) {
			return api.Errorf(p.code, "%s", p.message)
		}
		q.require(func(m *candidate) bool { return p.of(m) == p.value })
	}
	switch in.ActionType {
	case "", "CreateEcs", "ChangeOS": // every image serves both
	default:
		return invalidParamter()
	}
	return nil
}

// statuses reads Status: without it the available images are asked for. One
// status may be the narrowest index there is. ALL, which Terraform sends, asks
// for every one.
func (q *query) statuses(in *api.DescribeImagesRequest) error {
	if in.Status == "ALL" {
		return nil
	}
	names := []string{ecs.ImageAvailable.String()}
	if in.Status != "" {
		names = strings.Split(in.Status, ",")
	}
	var want []ecs.ImageStatus
	for _, n := range names {
		st, ok := ecs.ParseImageStatus(n)
		if !ok {
			return api.Errorf(api.CodeInvalidStatusNotFound, "The specified Status is not found.")
		}
		want = append(want, st)
	}
	q.require(func(m *candidate) bool { return slices.Contains(want, m.status()) })
	if len(want) == 1 {
		q.exact++ // as narrow is good enough: then the index counts
		q.statusX = q.index(state.ImagesByStatus, state.Within(q.c.Caller.Account, q.c.RegionCode(), uint64(want[0])))
		if !q.statusX {
			q.exact--
		}
	}
	return nil
}

func invalidParamter() error { return api.Errorf(api.CodeInvalidParamter, "Invalid Parameter.") }

// names reads the filters whose values are open.
func (q *query) names(in *api.DescribeImagesRequest) error {
	if in.ImageID != "" {
		ids := strings.Split(in.ImageID, ",")
		if len(ids) > maxIDs {
			return invalidParamter()
		}
		for i := range ids {
			ids[i] = strings.TrimSpace(ids[i])
		}
		q.ids, q.listed = ids, true
	}
	account, region := q.c.Caller.Account, q.c.RegionCode()
	if in.ImageName != "" {
		if !strings.Contains(in.ImageName, "*") && !strings.HasPrefix(in.ImageName, "m-") { // a nameless image is called by its identifier
			q.index(state.ImagesByName, state.Within(account, region, state.Hash(in.ImageName)))
		}
		q.require(func(m *candidate) bool { return wildcard(in.ImageName, m.name()) })
	}
	if in.ImageFamily != "" {
		if sym, ok := state.LookupSym(q.v, in.ImageFamily); ok {
			q.index(state.ImagesByFamily, state.Within(account, region, uint64(sym)))
		}
		q.require(func(m *candidate) bool { return m.facts.Family == in.ImageFamily })
	}
	if in.SnapshotID != "" {
		k, ok := ecs.ParseID(ecs.KindSnapshot, in.SnapshotID)
		q.index(state.ImagesBySnapshot, uint64(k))
		q.require(func(m *candidate) bool {
			return ok && m.rec != nil && slices.ContainsFunc(m.rec.Disks, func(d ecs.ImageDisk) bool { return d.Snapshot == k })
		})
	}
	if in.ResourceGroupID != "" {
		want := resource.NewGroupFilter(q.v, account, in.ResourceGroupID)
		q.require(func(m *candidate) bool { return m.own && want.Match(m.rec.ResourceGroup) })
	}
	return nil
}

// wildcard matches a name against a pattern in which * stands for anything; a
// pattern without one is the whole name.
func wildcard(pattern, name string) bool {
	first, rest, found := strings.Cut(pattern, "*")
	if !found {
		return pattern == name
	}
	name, ok := strings.CutPrefix(name, first)
	for ok {
		var part string
		if part, rest, found = strings.Cut(rest, "*"); !found {
			return strings.HasSuffix(name, part)
		}
		_, name, ok = strings.Cut(name, part)
	}
	return false
}

// flags reads the booleans. No image here is one whose subscription can
// expire, so ShowExpired shows none more.
func (q *query) flags(in *api.DescribeImagesRequest) error {
	if want := in.IsSupportCloudinit; want != nil {
		q.require(func(m *candidate) bool { return m.facts.CloudInit == *want })
	}
	if want := in.IsSupportIOOptimized; want != nil {
		q.require(func(m *candidate) bool { return m.facts.IOOptimized == *want })
	}
	return nil
}

// times reads Filter.N: two bounds of the creation time, and the network type,
// which every image serves.
func (q *query) times(in *api.DescribeImagesRequest) error {
	for _, p := range in.Filter {
		switch p.Key {
		case "CreationStartTime", "CreationEndTime":
			bound, err := time.Parse("2006-01-02T15:04Z", p.Value)
			if err != nil {
				return api.Errorf(api.CodeInvalidFilterValue, "The specified Filter Value is not valid.")
			}
			if p.Key == "CreationStartTime" {
				q.require(func(m *candidate) bool { return !m.facts.CreatedAt.Before(bound) })
			} else {
				q.require(func(m *candidate) bool { return !m.facts.CreatedAt.After(bound) })
			}
		case "NetworkType":
			if p.Value != "vpc" && p.Value != "classic" {
				return api.Errorf(api.CodeInvalidFilterValueNetworkType, "The specified networkType value in the Filter is invalid.")
			}
		case "":
			if p.Value == "" {
				continue
			}
			fallthrough
		default:
			return api.Errorf(api.CodeInvalidFilterKeyNotFound, "The specified Filter Key is not found.")
		}
	}
	return nil
}

// tags reads Tag.N. Tags are the owner's: no one else's images have any.
func (q *query) tags(in *api.DescribeImagesRequest) error {
	if err := tag.CheckFilter(in.Tag); err != nil {
		return err
	}
	want := tag.NewFilter(q.v, slices.DeleteFunc(slices.Clone(in.Tag), func(t api.Tag) bool { return t.Key == "" }))
	if want.Empty() {
		return nil
	}
	if key, ok := want.Key(q.c.Caller.Account, q.c.RegionCode()); ok {
		q.index(state.ImagesByTag, key)
	}
	q.require(func(m *candidate) bool { return m.own && want.Match(m.rec.Tags) })
	return nil
}

// fit keeps the images that instances of the type can be made of.
func (q *query) fit(in *api.DescribeImagesRequest) error {
	if in.InstanceType == "" {
		return nil
	}
	t, ok := q.s.Catalog.Type(in.InstanceType)
	if !ok {
		return api.Errorf(api.CodeInvalidInstanceTypeValueNotSupported,
			"The specified instance type %s does not exist. You can use the DescribeInstanceTypes API to query the available instance types.",
			in.InstanceType)
	}
	q.require(func(m *candidate) bool { return m.facts.Fit(t) == catalog.Fits })
	return nil
}

const (
	usedByInstance = "instance"
	usedByNone     = "none"
)

// usage is whether instances use an image. One of the catalogue always counts
// as used, as recorded answers show it.
func usage(v state.View, m *candidate) string {
	if m.rec == nil || image.Resident(v, m.key, m.rec) {
		return usedByInstance
	}
	return usedByNone
}
