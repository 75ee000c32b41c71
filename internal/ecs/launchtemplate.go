package ecs

// LaunchTemplate is a named list of versions, each the parameters of instances
// to come. Names are unique within an account and region.
type LaunchTemplate struct {
	_ struct{} `cbor:",toarray"`

	Account       uint64
	Name          string
	Default       int64 // number of the default version
	Last          int64 // number given last; numbers are not given twice
	ResourceGroup Sym
	Created       int64
	Modified      int64
	Tags          []Tag
}

// LaunchTemplateVersion is one version of a launch template.
type LaunchTemplateVersion struct {
	_ struct{} `cbor:",toarray"`

	Template    Key
	Number      int64
	Description string
	Params      string // the instances' parameters, in the form of a query string
	Created     int64
}

// The limits of launch templates: of an account in a region, and of one
// template.
const (
	MaxLaunchTemplates        = 30
	MaxLaunchTemplateVersions = 30
)
