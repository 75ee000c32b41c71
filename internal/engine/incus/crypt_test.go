package incus

import "testing"

// What another implementation makes of the same: one vector of the specification, and one longer than a digest.
func TestSHA512Crypt(t *testing.T) {
	for _, v := range []struct{ salt, key, want string }{
		{"saltstring", "Hello world!", "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1"},
		{"abcdefghijkl", "A much longer pass phrase than 64 bytes, so that the digest is repeated at least once: äöü",
			"$6$abcdefghijkl$OCeWbuE3DEuOpxbINfyVJURREVrXsBVqKxLZXo5QV5MLTCoeqxB/dhVgvvMYIqly2bcGqdVh5P8wh.Unx4xYK."},
	} {
		if got := sha512Crypt([]byte(v.key), []byte(v.salt)); got != v.want {
			t.Errorf("%q: %s, want %s", v.key, got, v.want)
		}
	}
	if a, b := hashPassword("x"), hashPassword("x"); a == b || len(a) != len(b) {
		t.Errorf("the salt is not drawn: %s, %s", a, b)
	}
}
