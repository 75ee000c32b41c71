package launchtemplate

import (
	"encoding/base64"
	"regexp"
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

// version is a version to be. Both actions that make one read their request
// as this: they share all parameters of instances.
type version struct {
	data        api.CreateLaunchTemplateVersionRequest
	description string
	params      string // data, encoded
}

// newVersion reads the parameters of a version and checks the few that the
// real service checks: texts, user data, tags and the resource group.
func newVersion(c *action.Call, snap state.View) (*version, error) {
	v := new(version)
	in := &v.data
	if err := in.Decode(c.Params); err != nil {
		return nil, err
	}
	for _, text := range []string{in.VersionDescription, in.Description} {
		if text != "" && !ecs.ValidDescription(text) {
			return nil, api.Errorf(api.CodeInvalidDescriptionMalformed, "The specified parameter \"Description\" is not valid.")
		}
	}
	if in.HostName != "" && !ecs.ValidHostName(ordinal.ReplaceAllString(in.HostName, "0"), false) {
		return nil, api.Errorf(api.CodeInvalidHostNameMalformed, `The specified parameter "HostName" is not valid.`)
	}
	data, err := base64.StdEncoding.DecodeString(in.UserData)
	if err != nil {
		return nil, api.Errorf(api.CodeInvalidUserDataBase64FormatInvalid, "The specified parameter UserData must be base64 encoded.")
	}
	if len(data) > ecs.MaxUserData {
		return nil, api.Errorf(api.CodeInvalidUserDataSizeExceeded, "The specified parameter UserData exceeds the size.")
	}
	if err := tag.Check(in.Tag); err != nil {
		return nil, err
	}
	if !resource.HasGroup(snap, c.Caller.Account, in.ResourceGroupID) {
		return nil, noGroup()
	}
	v.description = strings.Clone(in.VersionDescription)
	in.VersionDescription, in.LaunchTemplateID, in.LaunchTemplateName, in.RegionID = "", "", "", ""
	p := new(api.Params)
	in.AppendParams(p)
	v.params = compute.EncodeParams(p)
	return v, nil
}

// ordinal is where names of several instances count up: host[1,4].
var ordinal = regexp.MustCompile(`\[[0-9]*,?[0-9]*\]`)

func noGroup() error {
	return api.Errorf(api.CodeInvalidResourceGroupNotFound, "The ResourceGroup provided does not exist in our records.").WithStatus(404)
}

// write keeps the version under the next number of its template, which it
// counts.
func (v *version) write(tx *state.Tx, k ecs.Key, t *ecs.LaunchTemplate) {
	t.Last++
	t.Modified = tx.Now().Unix()
	state.LaunchTemplateVersions.Put(tx, tx.NewKey(k.Region()), &ecs.LaunchTemplateVersion{
		Template: k, Number: t.Last, Description: v.description, Params: v.params, Created: tx.Now().Unix(),
	})
}
