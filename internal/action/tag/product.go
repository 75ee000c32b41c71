package tag

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

// maxTags is how many tags a request of the Tag product may name.
const maxTags = 10

// productOwner refuses to speak of somebody else's tags.
func productOwner(c *action.Call, owner *int) error {
	if owner != nil && uint64(*owner) != c.Caller.Account {
		return api.Errorf(api.CodeNoPermissionOperator, "The user is not authorized to operate on the specified resource.")
	}
	return nil
}

// parseTags reads tags that are sent as one JSON object of strings.
func parseTags(text string) ([]api.Tag, error) {
	malformed := api.Errorf(api.CodeInvalidParameterTags, "The Tags parameter cannot be empty, and JSON parsing should adhere to the format of a Map.")
	var all map[string]string
	if err := json.Unmarshal([]byte(text), &all); err != nil || len(all) == 0 {
		return nil, malformed
	}
	var tags []api.Tag
	d := json.NewDecoder(strings.NewReader(text)) // a second time, for the order and for keys that come twice
	d.Token()
	for d.More() {
		key, _ := d.Token()
		value, _ := d.Token()
		k, _ := key.(string)
		v, isText := value.(string)
		if !isText {
			return nil, malformed
		}
		if slices.ContainsFunc(tags, func(t api.Tag) bool { return t.Key == k }) {
			return nil, api.Errorf(api.CodeDuplicateTagKey, "The Tag.N.Key contains duplicate keys.")
		}
		tags = append(tags, api.Tag{Key: k, Value: v})
	}
	if len(tags) > maxTags {
		return nil, productTooMany()
	}
	for _, t := range tags {
		if !ecs.ValidTagKey(t.Key) {
			return nil, badTagKey(t.Key)
		}
		if !ecs.ValidTagValue(t.Value) {
			return nil, api.Errorf(api.CodeInvalidParameterTagValue, "The TagValue parameter is invalid. The following TagValues are invalid: %s.", t.Value)
		}
	}
	return tags, nil
}

func productTooMany() error {
	return api.Errorf(api.CodeNumberExceedTags, "The maximum number of Tags is exceeded.")
}

func badTagKey(key string) error {
	return api.Errorf(api.CodeInvalidParameterTagKey, "The TagKey parameter is invalid. The following TagKeys are invalid: %s.", key)
}

// failed is a resource whose tags could not be changed, and why.
type failed struct {
	arn string
	why *api.Error
}

// applyEach changes the tags of each resource that it can, in one transaction.
func (s *Service) applyEach(c *action.Call, names []arn, ch change) (out []failed, err error) {
	ch.gone = func() error {
		return api.Errorf(api.CodeInvalidResourceIdNotFound, "The specified ResourceIds are not found in our records.")
	}
	ch.toMany = func() error {
		return api.Errorf(api.CodeQuotaExceedTagsPerResource, "The maximum number of tags for each resource is exceeded.")
	}
	return out, s.DB.Update(c.Context, func(tx *state.Tx) error {
		out = nil
		set := tag.Store(tx, ch.set)
		for _, n := range names {
			targets, ok := find(c, tx, n.kind, []string{n.id})
			err := ch.gone()
			if ok {
				err = ch.one(tx, targets[0], set)
			}
			if why, ok := err.(*api.Error); ok {
				out = append(out, failed{n.text, why})
			}
		}
		return nil
	})
}

// category reports whether a Category asks for tags that users made: there are
// no others here.
func category(s string) (custom bool, err error) {
	switch strings.ToLower(s) {
	case "", "all", "custom":
		return true, nil
	case "system":
		return false, nil
	}
	return false, api.Errorf(api.CodeInvalidParameterCategory, "The specified Category is invalid. Valid values are Custom and System.")
}

// productPage reads PageSize of the Tag product: 1 to 1,000, by default 50.
func (s *Service) productPage(c *action.Call, size *int, token string) (action.Page, error) {
	const most = 1000
	if size == nil {
		size = new(perPage)
	}
	if *size < 1 || *size > most {
		return action.Page{}, action.Invalid("PageSize")
	}
	return s.Pager.Page(c, action.PageRequest{MaxResults: size, NextToken: token, MinResults: 1, MaximumResults: most, BadToken: api.CodeInvalidNextToken})
}

// productKinds reads a ResourceType of ListTagKeys and ListTagValues:
// ALIYUN::ECS::INSTANCE; "" is every kind.
func productKinds(typ string) ([]resource.Kind, error) {
	if typ == "" {
		return resource.All(""), nil
	}
	p := strings.Split(typ, "::")
	if len(p) == 3 && p[0] == "ALIYUN" && typ == strings.ToUpper(typ) {
		kind, known := resource.Lookup(strings.ToLower(p[1]), strings.ToLower(p[2]))
		if kind != nil {
			return []resource.Kind{kind}, nil
		}
		if known {
			return nil, nil
		}
	}
	return nil, api.Errorf(api.CodeInvalidParameterResourceType, "The ResourceType parameter is invalid.")
}
