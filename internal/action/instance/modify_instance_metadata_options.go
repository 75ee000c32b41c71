package instance

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ModifyInstanceMetadataOptions", (*Service).ModifyInstanceMetadataOptions)

// ModifyInstanceMetadataOptions says how an instance may read its metadata.
// What is not given stays as it is.
func (s *Service) ModifyInstanceMetadataOptions(c *action.Call, req *api.ModifyInstanceMetadataOptionsRequest) (*api.ModifyInstanceMetadataOptionsResponse, error) {
	hops := req.HTTPPutResponseHopLimit
	err := action.FirstOf([]action.Check{
		{!action.OneOf(req.HTTPEndpoint, "enabled", "disabled"), api.CodeInvalidHttpEndpointNotSupported, "The specified HttpEndpoint not supported, you can use enabled(default) or disabled."},
		{!action.OneOf(req.HTTPTokens, "optional", "required"), api.CodeInvalidHttpTokensNotSupported, "The specified HttpTokens not supported, you can use optional(default) or required."},
		{hops != nil && (*hops < 1 || *hops > 64), api.CodeInvalidHttpPutResponseHopLimitNotSupported, "The specified HttpPutResponseHopLimit not supported, more than 1 and less than 64 is reasonable."},
		{!action.OneOf(req.InstanceMetadataTags, "enabled", "disabled"), api.CodeInvalidParameter, `The specified parameter "InstanceMetadataTags" is not valid.`},
		{req.InstanceMetadataTags == "enabled", api.CodeUnsupportedOperationNotImplemented, "OpenECS does not support tags in the metadata yet."},
		{req.InstanceID == "", api.CodeMissingParameter, `The input parameter "InstanceId" that is mandatory for processing this request is not supplied.`},
	})
	if err != nil {
		return nil, err
	}
	err = s.DB.Update(c.Context, func(tx *state.Tx) error {
		k, r, err := action.Instance(c, tx, req.InstanceID)
		if err != nil {
			return err
		}
		if r.Want.Deleted {
			return wrongState()
		}
		next := *r
		next.Flags = with(next.Flags, ecs.MetadataOff, req.HTTPEndpoint == "disabled")
		if req.HTTPTokens != "" {
			next.Flags = with(next.Flags, ecs.MetadataTokens, req.HTTPTokens == "required")
		}
		if hops != nil {
			next.MetadataHops = uint8(*hops)
		}
		state.Instances.Put(tx, k, &next)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &api.ModifyInstanceMetadataOptionsResponse{}, nil
}

// with is flags with one of them set or cleared.
func with(flags, one ecs.InstanceFlags, on bool) ecs.InstanceFlags {
	if on {
		return flags | one
	}
	return flags &^ one
}
