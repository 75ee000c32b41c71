package instance

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/model/compute"
)

// template adds to the request what the launch template has that it names: the
// version asked for, or the default one. What the result is worth is checked
// afterwards, as if the request had said it all.
func (p *planner) template() error {
	in := p.in
	if in.LaunchTemplateID == "" && in.LaunchTemplateName == "" {
		if in.LaunchTemplateVersion != nil {
			return noTemplateVersion()
		}
		return nil
	}
	k, t, err := action.LaunchTemplate(p.c, p.snap, in.LaunchTemplateID, in.LaunchTemplateName)
	if err != nil {
		return err
	}
	number := t.Default
	if in.LaunchTemplateVersion != nil {
		number = *in.LaunchTemplateVersion
	}
	_, version, ok := compute.LaunchTemplateVersion(p.snap, k, number)
	if !ok {
		return noTemplateVersion()
	}
	params, err := compute.DecodeParams(version)
	if err != nil {
		return err
	}
	merged := compute.MergeTemplate(p.c.Params, params)
	p.in = new(api.RunInstancesRequest)
	if err := p.in.Decode(merged); err != nil {
		return err
	}
	// RunInstances has no parameter of this name, so that it is a template's only.
	keep, _ := params.Get("SystemDisk.DeleteWithInstance")
	p.keep = keep == "false"
	return nil
}

func noTemplateVersion() error {
	return api.Errorf(api.CodeInvalidLaunchTemplateVersionNotFound, "The specified version of the launch template does not exist.")
}
