package incus

import (
	"crypto/rand"
	"crypto/sha512"
)

// hashPassword is a password as /etc/shadow has it: SHA-512 crypt ($6$) with 5000
// rounds and a salt that is drawn. Ulrich Drepper's specification of 2008.
func hashPassword(password string) string {
	salt := make([]byte, 12)
	rand.Read(salt)
	for i, b := range salt {
		salt[i] = crypt64[b&63]
	}
	return sha512Crypt([]byte(password), salt)
}

const crypt64 = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

func sha512Crypt(key, salt []byte) string {
	b := sha512.New()
	b.Write(key)
	b.Write(salt)
	b.Write(key)
	alt := b.Sum(nil)

	a := sha512.New()
	a.Write(key)
	a.Write(salt)
	a.Write(stretch(alt, len(key)))
	for n := len(key); n > 0; n >>= 1 {
		if n&1 != 0 {
			a.Write(alt)
		} else {
			a.Write(key)
		}
	}
	sum := a.Sum(nil)

	dp := sha512.New()
	for range key {
		dp.Write(key)
	}
	p := stretch(dp.Sum(nil), len(key))
	ds := sha512.New()
	for range 16 + int(sum[0]) {
		ds.Write(salt)
	}
	s := stretch(ds.Sum(nil), len(salt))

	for i := range 5000 {
		c := sha512.New()
		if i&1 != 0 {
			c.Write(p)
		} else {
			c.Write(sum)
		}
		if i%3 != 0 {
			c.Write(s)
		}
		if i%7 != 0 {
			c.Write(p)
		}
		if i&1 != 0 {
			c.Write(sum)
		} else {
			c.Write(p)
		}
		sum = c.Sum(sum[:0])
	}

	out := []byte("$6$" + string(salt) + "$")
	put := func(x, y, z byte, n int) {
		for v := uint(x)<<16 | uint(y)<<8 | uint(z); n > 0; n-- {
			out = append(out, crypt64[v&63])
			v >>= 6
		}
	}
	for i, x, y, z := 0, 0, 21, 42; i < 21; i++ {
		put(sum[x], sum[y], sum[z], 4)
		x, y, z = y+1, z+1, x+1
	}
	put(0, 0, sum[63], 2)
	return string(out)
}

// stretch repeats a digest up to n bytes.
func stretch(digest []byte, n int) []byte {
	out := make([]byte, 0, n+len(digest))
	for len(out) < n {
		out = append(out, digest...)
	}
	return out[:n]
}
