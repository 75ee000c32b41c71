package ecs

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// ValidName reports whether a resource may have the name: 2 to 128 characters,
// a letter of any script first, then letters, digits and ": _ . -", and not a
// web address.
func ValidName(s string) bool {
	n := utf8.RuneCountInString(s)
	if n < 2 || n > 128 || !utf8.ValidString(s) || isURL(s) {
		return false
	}
	for i, r := range s {
		switch {
		case unicode.IsLetter(r):
		case i == 0:
			return false
		case unicode.IsDigit(r), strings.ContainsRune(":_.-", r):
		default:
			return false
		}
	}
	return true
}

// ValidInstanceName is ValidName with a digit in front, allowed since 2026.
func ValidInstanceName(s string) bool {
	n := utf8.RuneCountInString(s)
	if n < 2 || n > 128 || !utf8.ValidString(s) || isURL(s) {
		return false
	}
	for i, r := range s {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), i > 0 && strings.ContainsRune(":_.-", r):
		default:
			return false
		}
	}
	return true
}

// ValidDescription reports whether a description is 2 to 256 characters and
// not a web address.
func ValidDescription(s string) bool {
	n := utf8.RuneCountInString(s)
	return n >= 2 && n <= 256 && utf8.ValidString(s) && !isURL(s)
}

func isURL(s string) bool {
	return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://")
}

const passwordSpecials = "()`~!@#$%^&*-_+=|{}[]:;'<>,.?/"

// ValidPassword reports whether a password is 8 to 30 characters of at least
// three of capitals, small letters, digits and specials; on Windows it must
// not begin with a slash.
func ValidPassword(s string, windows bool) bool {
	if len(s) < 8 || len(s) > 30 || windows && s[0] == '/' {
		return false
	}
	var upper, lower, digit, special int
	for i := range len(s) {
		switch c := s[i]; {
		case 'A' <= c && c <= 'Z':
			upper = 1
		case 'a' <= c && c <= 'z':
			lower = 1
		case '0' <= c && c <= '9':
			digit = 1
		case strings.IndexByte(passwordSpecials, c) >= 0:
			special = 1
		default:
			return false
		}
	}
	return upper+lower+digit+special >= 3
}

// ValidHostName reports whether a guest may have the host name: on Linux 2 to
// 64 characters in segments of letters, digits and hyphens joined by dots, on
// Windows 2 to 15 without dots and not all digits; no segment begins or ends
// with a hyphen or is empty, and hyphens are not doubled.
func ValidHostName(s string, windows bool) bool {
	s = strings.ReplaceAll(s, "${instance_id}", "i0")
	if len(s) < 2 || len(s) > 64 || strings.Contains(s, "--") {
		return false
	}
	if windows && (len(s) > 15 || strings.Contains(s, ".") || strings.Trim(s, "0123456789") == "") {
		return false
	}
	for segment := range strings.SplitSeq(s, ".") {
		if segment == "" || segment[0] == '-' || segment[len(segment)-1] == '-' {
			return false
		}
		for i := range len(segment) {
			c := segment[i]
			if c != '-' && !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9') {
				return false
			}
		}
	}
	return true
}

// DefaultHostName is the host name of an instance that was given none, as the
// real service makes it from the identifier.
func DefaultHostName(id string) string { return "iZ" + strings.TrimPrefix(id, "i-") + "Z" }

// ValidTagKey reports whether a tag may have the key: 1 to 128 characters, not
// beginning with "aliyun" or "acs:", and not a web address.
func ValidTagKey(s string) bool {
	n := utf8.RuneCountInString(s)
	return n >= 1 && n <= 128 && !strings.HasPrefix(s, "aliyun") && !strings.HasPrefix(s, "acs:") && !strings.Contains(s, "http://") && !strings.Contains(s, "https://")
}

// ValidTagValue reports whether a tag may have the value: up to 128
// characters and not a web address.
func ValidTagValue(s string) bool {
	return utf8.RuneCountInString(s) <= 128 && !strings.Contains(s, "http://") && !strings.Contains(s, "https://")
}

// ValidClientToken reports whether an idempotency token is at most 64
// characters of ASCII.
func ValidClientToken(s string) bool {
	if len(s) > 64 {
		return false
	}
	for i := range len(s) {
		if s[i] < 0x20 || s[i] > 0x7e {
			return false
		}
	}
	return true
}

// MaxUserData is how many bytes of user data an instance may have, before
// Base64 (32 KiB since 2026).
const MaxUserData = 32 << 10
