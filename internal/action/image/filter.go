package image

import (
	"slices"
	"strings"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/catalog"
)

const (
	ownerSystem     = "system"
	ownerOthers     = "others"
	statusAvailable = "Available"
	maxIDs          = 100
	maxTags         = 20
)

// filter is the tests an image must pass, all of them.
type filter struct {
	owner string // alias, or empty: any
	tests []func(*image) bool
}

func (f *filter) passes(m *image) bool {
	for _, test := range f.tests {
		if !test(m) {
			return false
		}
	}
	return true
}

func (f *filter) require(test func(*image) bool) { f.tests = append(f.tests, test) }

// newFilter reads the filters of DescribeImages.
func (s *Service) newFilter(in *api.DescribeImagesRequest) (*filter, error) {
	f := &filter{}
	for _, step := range [...]func(*api.DescribeImagesRequest) error{f.owners, f.sets, f.names, f.flags, f.times, f.tags} {
		if err := step(in); err != nil {
			return nil, err
		}
	}
	return f, s.fit(f, in.InstanceType)
}

func (f *filter) owners(in *api.DescribeImagesRequest) error {
	switch f.owner = in.ImageOwnerAlias; f.owner {
	case "", ownerSystem, "self", ownerOthers, "marketplace":
	default:
		return api.Errorf(api.CodeInvalidImageOwnerAliasValueNotSupported, "The specified ImageOwnerAlias value is not supported.")
	}
	if in.IsPublic != nil && *in.IsPublic && f.owner != ownerOthers {
		return api.Errorf(api.CodeInvalidImageOwnerAliasPublicImageUnsupported,
			"When querying images, the parameter ImageOwnerAlias should be others while specified parameter IsPublic is true.")
	}
	if in.ImageOwnerID != nil {
		if f.owner != "" && f.owner != ownerOthers {
			return api.Errorf(api.CodeInvalidOperationImageOwnerIdUnsupported,
				`The parameter "ImageOwnerId" is not supported in this context, it is only valid when querying shared images or community images.`)
		}
		want := *in.ImageOwnerID
		f.require(func(m *image) bool { return m.shown.ImageOwnerID == want && m.shown.ImageOwnerAlias == ownerOthers })
	}
	return nil
}

// sets reads the filters whose values are closed sets. Without Status the
// available images are asked for.
func (f *filter) sets(in *api.DescribeImagesRequest) error {
	for _, p := range []struct {
		value, code, message string
		set                  []string
		of                   func(*image) string
	}{
		{in.Architecture, api.CodeInvalidArchitecture, "The specified Architecture is not valid.", []string{"i386", "x86_64", "arm64"},
			func(m *image) string { return m.shown.Architecture }},
		{in.OSType, api.CodeInvalidOSType, "The specified OSType is not valid.", []string{"windows", "linux"},
			func(m *image) string { return m.shown.OSType }},
		{in.Usage, api.CodeInvalidUsage, "The specified Usage is not valid.", []string{"instance", "none"},
			func(m *image) string { return m.shown.Usage }},
	} {
		if p.value == "" {
			continue
		}
		if !slices.Contains(p.set, p.value) {
			return api.Errorf(p.code, "%s", p.message)
		}
		f.require(func(m *image) bool { return p.of(m) == p.value })
	}
	statuses := []string{statusAvailable}
	if in.Status != "" {
		statuses = strings.Split(in.Status, ",")
	}
	for _, v := range statuses {
		switch v {
		case "Creating", "Waiting", statusAvailable, "UnAvailable", "CreateFailed", "Deprecated":
		default:
			return api.Errorf(api.CodeInvalidStatusNotFound, "The specified Status is not found.")
		}
	}
	f.require(func(m *image) bool { return slices.Contains(statuses, m.shown.Status) })
	switch in.ActionType {
	case "", "CreateEcs", "ChangeOS": // every system image serves both
	default:
		return invalidParamter()
	}
	return nil
}

func invalidParamter() error { return api.Errorf(api.CodeInvalidParamter, "Invalid Parameter.") }

// names reads the filters whose values are open.
func (f *filter) names(in *api.DescribeImagesRequest) error {
	if in.ImageID != "" {
		ids := strings.Split(in.ImageID, ",")
		if len(ids) > maxIDs {
			return invalidParamter()
		}
		for i := range ids {
			ids[i] = strings.TrimSpace(ids[i])
		}
		f.require(func(m *image) bool { return slices.Contains(ids, m.shown.ImageID) })
	}
	if in.ImageName != "" {
		f.require(func(m *image) bool { return wildcard(in.ImageName, m.shown.ImageName) })
	}
	if in.ImageFamily != "" {
		f.require(func(m *image) bool { return m.shown.ImageFamily == in.ImageFamily })
	}
	if in.SnapshotID != "" {
		f.require(func(m *image) bool { return m.snapshot == in.SnapshotID })
	}
	if in.ResourceGroupID != "" {
		f.require(func(m *image) bool { return m.shown.ResourceGroupID == in.ResourceGroupID })
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
func (f *filter) flags(in *api.DescribeImagesRequest) error {
	if want := in.IsSupportCloudinit; want != nil {
		f.require(func(m *image) bool { return m.shown.IsSupportCloudinit == *want })
	}
	if want := in.IsSupportIOOptimized; want != nil {
		f.require(func(m *image) bool { return m.shown.IsSupportIOOptimized == *want })
	}
	return nil
}

// times reads Filter.N: two bounds of the creation time, and the network type,
// which every image serves.
func (f *filter) times(in *api.DescribeImagesRequest) error {
	for _, p := range in.Filter {
		switch p.Key {
		case "CreationStartTime", "CreationEndTime":
			bound, err := time.Parse("2006-01-02T15:04Z", p.Value)
			if err != nil {
				return api.Errorf(api.CodeInvalidFilterValue, "The specified Filter Value is not valid.")
			}
			if p.Key == "CreationStartTime" {
				f.require(func(m *image) bool { return !m.created.Before(bound) })
			} else {
				f.require(func(m *image) bool { return !m.created.After(bound) })
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

func (f *filter) tags(in *api.DescribeImagesRequest) error {
	if len(in.Tag) > maxTags {
		return api.Errorf(api.CodeInvalidTagCount, "The specified tags are beyond the permitted range.")
	}
	for _, t := range in.Tag {
		if t.Key == "" {
			if t.Value == "" {
				continue
			}
			return api.Errorf(api.CodeInvalidTagMismatch, "The specified Tag.n.Key and Tag.n.Value are not match.")
		}
		f.require(func(m *image) bool {
			return slices.ContainsFunc(m.shown.Tags.Tag, func(have api.ResourceTag) bool {
				return have.TagKey == t.Key && (t.Value == "" || have.TagValue == t.Value)
			})
		})
	}
	return nil
}

// fit keeps the images that instances of the type can be made of.
func (s *Service) fit(f *filter, instanceType string) error {
	if instanceType == "" {
		return nil
	}
	t, ok := s.Catalog.Type(instanceType)
	if !ok {
		return api.Errorf(api.CodeInvalidInstanceTypeValueNotSupported,
			"The specified instance type %s does not exist. You can use the DescribeInstanceTypes API to query the available instance types.",
			instanceType)
	}
	f.require(func(m *image) bool { return m.system.Fit(t) == catalog.Fits })
	return nil
}
