package region

import (
	"slices"
	"strings"

	"github.com/openecs/openecs/api"
)

// languages are the documented values of AcceptLanguage. The catalogue has
// Chinese and English names; the others get the English ones.
var languages = []string{"zh-CN", "zh_TW", "en-US", "ja", "fr", "de", "ko"}

// chinese tells whether names are wanted in Chinese, as without AcceptLanguage
// they are. An undocumented language is 404 InvalidAcceptLanguage.NotFound.
func chinese(accept string) (bool, error) {
	if accept == "" {
		return true, nil
	}
	if !slices.ContainsFunc(languages, func(l string) bool { return strings.EqualFold(l, accept) }) {
		return false, api.Errorf(api.CodeInvalidAcceptLanguageNotFound, "Only Chinese (zh-CN), English (en-US), and Japanese (ja) are allowed.")
	}
	return strings.HasPrefix(strings.ToLower(accept), "zh"), nil
}
