package auth

const upperHex = "0123456789ABCDEF"

// unreserved marks the bytes that RFC 3986 never escapes.
var unreserved = func() (t [256]bool) {
	for _, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~") {
		t[c] = true
	}
	return t
}()

// AppendEscaped appends s percent-encoded as both signature families want it:
// everything but unreserved bytes, in upper-case hex, a space as %20.
func AppendEscaped(b []byte, s string) []byte {
	from := 0
	for i := 0; i < len(s); i++ {
		if c := s[i]; !unreserved[c] {
			b = append(b, s[from:i]...)
			b = append(b, '%', upperHex[c>>4], upperHex[c&15])
			from = i + 1
		}
	}
	return append(b, s[from:]...)
}

// appendEscapedTwice is AppendEscaped applied to its own result, in one pass.
func appendEscapedTwice(b []byte, s string) []byte {
	from := 0
	for i := 0; i < len(s); i++ {
		if c := s[i]; !unreserved[c] {
			b = append(b, s[from:i]...)
			b = append(b, '%', '2', '5', upperHex[c>>4], upperHex[c&15])
			from = i + 1
		}
	}
	return append(b, s[from:]...)
}
