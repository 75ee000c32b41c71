package api

import "unicode/utf8"

// plain marks the bytes that stand for themselves in a JSON string.
var plain = func() (t [256]bool) {
	for c := 0x20; c < utf8.RuneSelf; c++ {
		t[c] = c != '"' && c != '\\'
	}
	return t
}()

const hexDigits = "0123456789abcdef"

// isPlain reports whether a string is its own JSON form. It looks at eight bytes at a time.
func isPlain(s string) bool {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	for len(s) >= 8 {
		x := uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
			uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
		quote, back := x^ones*'"', x^ones*'\\'
		// A top bit is set where a byte is below the space, a quote, a backslash, or above ASCII; a borrow can set
		// one more beside those, never one alone.
		if ((x-ones*' ')|(quote-ones)|(back-ones)|x)&tops != 0 {
			return false
		}
		s = s[8:]
	}
	for i := range len(s) {
		if !plain[s[i]] {
			return false
		}
	}
	return true
}

// appendJSONString appends a quoted JSON string; what is not UTF-8 becomes U+FFFD.
func appendJSONString(b []byte, s string) []byte {
	b = append(b, '"')
	if isPlain(s) { // nearly always
		b = append(b, s...)
		return append(b, '"')
	}
	i := 0
	start := 0
	for i < len(s) {
		c := s[i]
		if plain[c] {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && n == 1 {
				b = append(b, s[start:i]...)
				b = append(b, "\ufffd"...)
				start = i + 1
			}
			i += n
			continue
		}
		b = append(b, s[start:i]...)
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\n':
			b = append(b, '\\', 'n')
		case '\r':
			b = append(b, '\\', 'r')
		case '\t':
			b = append(b, '\\', 't')
		default:
			b = append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
		i++
		start = i
	}
	b = append(b, s[start:]...)
	return append(b, '"')
}

// appendXMLText appends character data; what is not UTF-8 becomes U+FFFD, what XML cannot hold is dropped.
func appendXMLText(b []byte, s string) []byte {
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		n := 1
		replacement := ""
		switch {
		case c == '&':
			replacement = "&amp;"
		case c == '<':
			replacement = "&lt;"
		case c == '>':
			replacement = "&gt;"
		case c == '\r':
			replacement = "&#xD;"
		case c < 0x20 && c != '\t' && c != '\n':
		case c < utf8.RuneSelf:
			i++
			continue
		default:
			var r rune
			r, n = utf8.DecodeRuneInString(s[i:])
			switch {
			case r == utf8.RuneError && n == 1:
				replacement = "\ufffd"
			case r == 0xfffe || r == 0xffff:
			default:
				i += n
				continue
			}
		}
		b = append(b, s[start:i]...)
		b = append(b, replacement...)
		i += n
		start = i
	}
	return append(b, s[start:]...)
}
