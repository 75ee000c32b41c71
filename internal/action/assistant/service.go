// Package assistant is the actions of Cloud Assistant: commands, their runs on
// instances and the results, files sent to instances, and the settings.
//
// An action writes what is to be run; the reconciler runs it and writes what
// came of it. Package service binds the package; it imports no other group.
package assistant

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/state"
)

// Service is what the actions work on.
type Service struct {
	DB      *state.DB
	Catalog *catalog.Catalog
	Pager   *action.Pager
}

var actions = action.Set[Service]{Version: "2014-05-26"}

// Actions are the group's actions, bound to a service.
func (s *Service) Actions() action.Group { return actions.Bind(s) }

// page reads the paging parameters, which all listings of Cloud Assistant share.
func (s *Service) page(c *action.Call, number, size *int64, most *int, token string) (action.Page, error) {
	in := action.PageRequest{MaxResults: most, NextToken: token, DefaultSize: 10, MaxSize: 50, MinResults: 1, MaximumResults: 50}
	if most != nil && (*most < 1 || *most > 50) {
		return action.Page{}, api.Errorf(api.CodeInvalidParameterMaxResults, "The specified parameter MaxResults is not valid.")
	}
	if most == nil && token != "" {
		in.MaxResults = new(10)
	}
	if number != nil {
		if *number < 1 || *number > 1<<31 {
			return action.Page{}, api.Errorf(api.CodeInvalidParamPageNumber, "The specified parameter is invalid.")
		}
		in.PageNumber = new(int(*number))
	}
	if size != nil {
		if *size < 1 || *size > 50 {
			return action.Page{}, api.Errorf(api.CodeInvalidParamPageSize, "The specified parameter is invalid.")
		}
		in.PageSize = new(int(*size))
	}
	return s.Pager.Page(c, in)
}

// checkTags refuses tags that nothing of Cloud Assistant may have.
func checkTags(tags []api.Tag) error {
	if len(tags) > 20 {
		return api.Errorf(api.CodeNumberExceedTags, "The Tags parameter number is exceed.")
	}
	seen := map[string]bool{}
	for _, t := range tags {
		switch {
		case t.Key == "":
			return api.Errorf(api.CodeMissingParameterTagKey, "You must specify Tag.N.Key.")
		case len([]rune(t.Key)) > 64 || !ecs.ValidTagKey(t.Key):
			return api.Errorf(api.CodeInvalidTagKeyMalformed, "The specified Tag.n.Key is not valid.")
		case !ecs.ValidTagValue(t.Value):
			return api.Errorf(api.CodeInvalidTagValueMalformed, "The specified Tag.n.Value is not valid.")
		case seen[t.Key]:
			return api.Errorf(api.CodeDuplicateTagKey, "The Tag.N.Key contain duplicate key.")
		}
		seen[t.Key] = true
	}
	return nil
}

// checkGroup refuses a resource group that the caller does not have.
func checkGroup(c *action.Call, v state.View, id string) error {
	if !resource.HasGroup(v, c.Caller.Account, id) {
		return noGroup()
	}
	return nil
}

// group is what records store for a resource group, which may be gone since
// checkGroup found it.
func group(tx *state.Tx, c *action.Call, id string) (ecs.Sym, error) {
	sym, ok := resource.Group(tx, c.Caller.Account, id)
	if !ok {
		return 0, noGroup()
	}
	return sym, nil
}

func noGroup() error {
	return api.Errorf(api.CodeInvalidResourceGroupNotFound, "The ResourceGroup provided does not exist in our records.").WithStatus(404)
}

func checkToken(token string) error {
	if !ecs.ValidClientToken(token) {
		return api.Errorf(api.CodeInvalidClientTokenMalformed, "The specified parameter clientToken is not valid.")
	}
	return nil
}

// notBuilt refuses what OpenECS does not do.
func notBuilt(format string, args ...any) error {
	return api.Errorf(api.CodeUnsupportedOperationNotImplemented, "OpenECS does not support "+format+" yet.", args...)
}

// windows reports whether an instance runs Windows.
func (s *Service) windows(v state.View, r *ecs.Instance) bool {
	id := v.Str(r.Image)
	if k, ok := ecs.ParseID(ecs.KindImage, id); ok {
		if i, ok := state.Images.Get(v, k); ok {
			return v.Str(i.OSType) == "windows"
		}
	}
	i, ok := s.Catalog.Image(id)
	return ok && i.OSType == "windows"
}

func osType(windows bool) string {
	if windows {
		return "Windows"
	}
	return "Linux"
}

// instances finds the instances that a request names.
func instances(c *action.Call, v state.View, ids []string, most int) (keys []ecs.Key, records []*ecs.Instance, err error) {
	if len(ids) > most {
		return nil, nil, api.Errorf(api.CodeInstanceIdsExceedLimit, "The number of instance IDs exceeds the upper limit.")
	}
	seen := map[ecs.Key]bool{}
	for _, id := range ids {
		k, r, err := action.Instance(c, v, id)
		if err != nil {
			return nil, nil, noInstance()
		}
		if !seen[k] {
			seen[k] = true
			keys, records = append(keys, k), append(records, r)
		}
	}
	return keys, records, nil
}

// noInstance is the refusal of an instance that does not exist, or of a managed
// one, of which there are none.
func noInstance() error {
	return api.Errorf(api.CodeInvalidInstanceNotFound, "The specified instance does not exist.").WithStatus(404)
}

// matchName matches a name filter: "abc*" is a prefix, other text the whole.
func matchName(filter, name string) bool {
	if filter == "" {
		return true
	}
	if prefix, ok := strings.CutSuffix(filter, "*"); ok {
		return strings.HasPrefix(name, prefix)
	}
	return filter == name
}
