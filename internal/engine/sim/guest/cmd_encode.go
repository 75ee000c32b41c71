package guest

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"hash/crc32"
	"io"
	"strconv"
	"strings"
)

func base64Command(c *call) int {
	set, ok := c.flags("di", "w")
	if !ok {
		return 1
	}
	wrap := 76
	if w, given := set['w']; given {
		wrap, _ = strconv.Atoi(w)
	}
	return c.inputs(c.args, func(_ string, r io.Reader) error {
		b, err := all(r)
		if err != nil {
			return err
		}
		if has(set, 'd') {
			out, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(string(b)), ""))
			c.out.Write(out)
			if err != nil {
				return fault("invalid input")
			}
			return nil
		}
		text := base64.StdEncoding.EncodeToString(b)
		for wrap > 0 && len(text) > wrap {
			if err := c.print(text[:wrap] + "\n"); err != nil {
				return err
			}
			text = text[wrap:]
		}
		if wrap > 0 && text != "" {
			text += "\n"
		}
		return c.print(text)
	})
}

func sum(c *call) int {
	return c.inputs(c.args, func(name string, r io.Reader) error {
		h := map[string]func() hash.Hash{"md5sum": md5.New, "sha1sum": sha1.New, "sha256sum": sha256.New, "sha512sum": sha512.New,
			"cksum": func() hash.Hash { return crc32.NewIEEE() }}[c.name]()
		if _, err := io.Copy(h, r); err != nil {
			return err
		}
		return c.print(hex.EncodeToString(h.Sum(nil)) + "  " + name + "\n")
	})
}

// od shows bytes in hexadecimal, sixteen a line, whatever format is asked for.
func od(c *call) int {
	if _, ok := c.flags("cxbvp", "tANl"); !ok {
		return 1
	}
	return c.inputs(c.args, func(_ string, r io.Reader) error {
		b, err := all(r)
		if err == nil {
			err = c.print(hex.Dump(b))
		}
		return err
	})
}
