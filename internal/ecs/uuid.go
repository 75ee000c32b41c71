package ecs

import "hash/fnv"

// UUID is an identifier in the form of a UUID that is derived from another and
// so stays the same: a serial number, the key of a service.
func UUID(of string) string {
	const hex = "0123456789abcdef"
	f := fnv.New64a()
	f.Write([]byte(of))
	h1 := f.Sum64()
	h2 := h1*0x9e3779b97f4a7c15 ^ h1>>29
	b := make([]byte, 36)
	at := 0
	for i := range 32 {
		if i == 8 || i == 12 || i == 16 || i == 20 {
			b[at] = '-'
			at++
		}
		h := h1
		if i >= 16 {
			h = h2
		}
		b[at] = hex[h>>(4*(i&15))&15]
		at++
	}
	return string(b)
}
