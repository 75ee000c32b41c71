package network

import (
	"strings"
	"unicode/utf8"
)

// The longest names and descriptions of the VPC product's resources, in
// characters.
const (
	MaxName        = 128
	MaxDescription = 256
)

// ValidText reports whether a resource of the VPC product may have such a name
// or description: at most max characters, and no web address. "" is none.
func ValidText(s string, max int) bool {
	return utf8.ValidString(s) && utf8.RuneCountInString(s) <= max && !strings.HasPrefix(s, "http://") && !strings.HasPrefix(s, "https://")
}
