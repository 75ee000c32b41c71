package resourcegroup

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

// maxGroups is how many groups an account makes.
const maxGroups = 30

// The states of a group. Making and deleting one is done when it is answered, yet
// the answers speak of it as the real service does, where it takes a moment.
const (
	creating      = "Creating"
	ok            = "OK"
	pendingDelete = "PendingDelete"
)

// find is the caller's group with an identifier. Codes: 400
// InvalidParameter.ResourceGroupId for what is no identifier, 404
// EntityNotExists.ResourceGroup.
func find(c *action.Call, v state.View, id string) (ecs.Key, *ecs.ResourceGroup, error) {
	if !strings.HasPrefix(id, "rg-") || len(id) > 18 {
		return 0, nil, badID()
	}
	k, r, ok := resource.FindGroup(v, c.Caller.Account, id)
	if !ok {
		return 0, nil, notThere()
	}
	return k, r, nil
}

func badID() error {
	return api.Errorf(api.CodeInvalidParameterResourceGroupId, "The ResourceGroupId is invalid.")
}

func notThere() error {
	return api.Errorf(api.CodeEntityNotExistsResourceGroup, "The specified resource group does not exist. You must first create a resource group.")
}

// checkDisplayName refuses a display name that is not of 1 to 50 characters.
func checkDisplayName(s string) error {
	switch n := utf8.RuneCountInString(s); {
	case n == 0:
		return api.Errorf(api.CodeInvalidParameterDisplayName, "The DisplayName is invalid.")
	case n > 50:
		return api.Errorf(api.CodeInvalidParameterDisplayNameLength, "The maximum length of DisplayName is exceeded.")
	}
	return nil
}

// checkName refuses a name that is not of 2 to 50 letters, digits and hyphens,
// the first a letter.
func checkName(s string) error {
	if len(s) < 2 || len(s) > 50 {
		return api.Errorf(api.CodeInvalidParameterNameLength, "The maximum length of Name is exceeded.")
	}
	for i := range len(s) {
		letter := s[i]|0x20 >= 'a' && s[i]|0x20 <= 'z'
		if !letter && (i == 0 || s[i] != '-' && (s[i] < '0' || s[i] > '9')) {
			return api.Errorf(api.CodeInvalidParameterNameInvalidChars, "The Name is invalid.")
		}
	}
	return nil
}

// shown is a group as all actions show it.
type shown struct {
	account, created, displayName, id, name string
	tags                                    []api.ResourceTag
}

func show(v state.View, k ecs.Key, r *ecs.ResourceGroup, tags bool) shown {
	s := shown{
		account: strconv.FormatUint(r.Account, 10), created: ecs.Second(r.Created), displayName: r.DisplayName,
		id: ecs.ID(ecs.KindResourceGroup, k), name: r.Name,
	}
	if tags {
		s.tags = tag.Show(v, r.Tags)
	}
	return s
}
