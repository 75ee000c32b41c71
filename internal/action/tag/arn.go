package tag

import (
	"strconv"
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/model/resource"
)

// arn is a resource name of the Tag product:
// arn:acs:<product>:<region>:<account>:<type>/<id>, where * stands for the
// request's own region and account.
type arn struct {
	text string
	kind resource.Kind // nil: of which there is no resource
	id   string
}

// parseARNs reads the resource names of a request. Codes: 403
// NumberExceed.ResourceIds, 400 InvalidResourceARN.FormatError, .Region and
// .Account, InvalidParameter.ServiceCode and .ResourceType.
func parseARNs(c *action.Call, list []string) ([]arn, error) {
	if len(list) > maxResources {
		return nil, api.Errorf(api.CodeNumberExceedResourceIds, "The maximum number of ResourceIds is exceeded.")
	}
	out := make([]arn, len(list))
	for i, s := range list {
		var err error
		if out[i], err = parseARN(c, s); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func parseARN(c *action.Call, s string) (arn, error) {
	p := strings.SplitN(s, ":", 6)
	if len(p) != 6 || p[0] != "arn" || p[1] != "acs" {
		return arn{}, badARN(s)
	}
	typ, id, ok := strings.Cut(p[5], "/")
	if !ok || typ == "" || id == "" {
		return arn{}, badARN(s)
	}
	switch {
	case !resource.KnownProduct(p[2]):
		return arn{}, api.Errorf(api.CodeInvalidParameterServiceCode, "The parameter service code: %s in ResourceARN is not valid or not support.", p[2])
	case p[3] != "*" && p[3] != c.Region.ID:
		return arn{}, api.Errorf(api.CodeInvalidResourceARNRegion, "The Region specified in the ResourceARN parameter does not match the RegionId parameter, specifically: %s.", s)
	case p[4] != "*" && p[4] != strconv.FormatUint(c.Caller.Account, 10):
		return arn{}, api.Errorf(api.CodeInvalidResourceARNAccount, "The Account specified in the ResourceARN parameter does not match the actual account, specifically: %s.", s)
	}
	kind, known := resource.Lookup(p[2], typ)
	if !known {
		return arn{}, api.Errorf(api.CodeInvalidParameterResourceType, "The parameter resource type: %s in ResourceARN is not valid or not support.", typ)
	}
	return arn{s, kind, id}, nil
}

func badARN(s string) error {
	return api.Errorf(api.CodeInvalidResourceARNFormatError, "The format of parameter ResourceARN: %s is not valid, for the correct format, you can refer to the Recommend.", s)
}

// formatARN is the name of a row in the region of a request.
func formatARN(c *action.Call, r *resource.Row) string {
	return "arn:acs:" + r.Kind.Product() + ":" + c.Region.ID + ":" + strconv.FormatUint(r.Account, 10) + ":" + r.Kind.Type() + "/" + r.ID
}
