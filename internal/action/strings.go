package action

import "encoding/json"

// Strings reads a parameter that holds a JSON array of strings, such as
// InstanceIds. Nulls in it are left out: a program whose create failed sends
// [null] and means none. Anything else, and more than max strings, is 400
// InvalidParameter.
func Strings(name, value string, max int) ([]string, error) {
	if id, ok := oneString(value); ok {
		return []string{id}, nil
	}
	var list []*string
	if err := json.Unmarshal([]byte(value), &list); err != nil || list == nil || len(list) > max {
		return nil, Invalid(name)
	}
	out := make([]string, 0, len(list))
	for _, s := range list {
		if s != nil {
			out = append(out, *s)
		}
	}
	return out, nil
}

// oneString reads the most common form, ["x"] with nothing to unescape,
// without the cost of a JSON parser.
func oneString(v string) (string, bool) {
	if len(v) < 4 || v[:2] != `["` || v[len(v)-2:] != `"]` {
		return "", false
	}
	v = v[2 : len(v)-2]
	for i := range len(v) {
		if c := v[i]; c == '"' || c == '\\' || c < 0x20 || c >= 0x80 {
			return "", false
		}
	}
	return v, true
}
