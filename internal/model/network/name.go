package network

import "strings"

// ValidName reports whether a resource of the VPC product may have a name (or
// none): up to 128 characters that do not begin as a web address does.
func ValidName(s string) bool { return len([]rune(s)) <= 128 && !web(s) }

// ValidDescription is ValidName for descriptions, of up to 256 characters.
func ValidDescription(s string) bool { return len([]rune(s)) <= 256 && !web(s) }

func web(s string) bool { return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://") }
