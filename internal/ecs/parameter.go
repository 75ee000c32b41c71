package ecs

import (
	"regexp"
	"strings"
)

// parameter is a custom parameter in the content of a command: {{name}}, with
// blanks and line ends around the name.
var parameter = regexp.MustCompile(`\{\{\s*([^{}]*?)\s*\}\}`)

// ParameterNames are the names of the custom parameters in a command's content,
// each once whatever its case, those that the service fills in (ACS::…) too.
func ParameterNames(content string) []string {
	var names []string
	seen := map[string]bool{}
	for _, m := range parameter.FindAllStringSubmatch(content, -1) {
		if low := strings.ToLower(m[1]); !seen[low] {
			seen[low] = true
			names = append(names, m[1])
		}
	}
	return names
}

// FillParameters puts values in the place of custom parameters; what value does
// not know stays.
func FillParameters(content string, value func(name string) (string, bool)) string {
	return parameter.ReplaceAllStringFunc(content, func(s string) string {
		if v, ok := value(parameter.FindStringSubmatch(s)[1]); ok {
			return v
		}
		return s
	})
}
