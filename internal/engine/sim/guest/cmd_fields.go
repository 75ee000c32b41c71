package guest

import (
	"io"
	"strconv"
	"strings"
)

func cut(c *call) int {
	set, ok := c.flags("s", "dfc")
	if !ok {
		return 1
	}
	spec, byField := set['f']
	if !byField {
		spec = set['c']
	}
	delim := or(set['d'], "\t")
	wanted := func(n int) bool {
		for part := range strings.SplitSeq(spec, ",") {
			lo, hi, is := strings.Cut(part, "-")
			a, _ := strconv.Atoi(or(lo, "1"))
			b, _ := strconv.Atoi(or(hi, strconv.Itoa(1<<30)))
			if !is {
				b = a
			}
			if n >= a && n <= b {
				return true
			}
		}
		return false
	}
	if spec == "" {
		return c.fail("you must specify a list of fields or characters")
	}
	return c.inputs(c.args, func(_ string, r io.Reader) error {
		var werr error
		return firstOf(&werr, lines(r, func(l string) bool {
			parts, sep := strings.Split(l, delim), delim
			if !byField {
				parts, sep = strings.Split(l, ""), ""
			} else if len(parts) == 1 {
				if !has(set, 's') {
					werr = c.print(l + "\n")
				}
				return werr == nil
			}
			var out []string
			for i, p := range parts {
				if wanted(i + 1) {
					out = append(out, p)
				}
			}
			werr = c.print(strings.Join(out, sep) + "\n")
			return werr == nil
		}))
	})
}

// letters are the bytes of a set as tr has it.
func letters(s string) (out []byte) {
	s = strings.NewReplacer("[:lower:]", "a-z", "[:upper:]", "A-Z", "[:digit:]", "0-9", "[:alpha:]", "A-Za-z", "[:alnum:]", "0-9A-Za-z", "[:space:]", " \t\n\r",
		`\n`, "\n", `\t`, "\t", `\r`, "\r", `\0`, "\x00", `\\`, `\`).Replace(s)
	for i := 0; i < len(s); i++ {
		if i+2 < len(s) && s[i+1] == '-' && s[i] <= s[i+2] {
			for b := int(s[i]); b <= int(s[i+2]); b++ {
				out = append(out, byte(b))
			}
			i += 2
			continue
		}
		out = append(out, s[i])
	}
	return out
}

func tr(c *call) int {
	set, ok := c.flags("dsc", "")
	if !ok {
		return 1
	}
	if len(c.args) == 0 {
		return c.fail("missing operand")
	}
	from := letters(c.args[0])
	var to []byte
	if len(c.args) > 1 {
		to = letters(c.args[1])
	}
	var in [256]int
	for i := range in {
		in[i] = -1
	}
	for i, b := range from {
		in[b] = i
	}
	if has(set, 'c') {
		for i := range in {
			if in[i] < 0 {
				in[i] = len(to)
			} else {
				in[i] = -1
			}
		}
	}
	last := -1
	buf := make([]byte, 4096)
	for {
		n, err := c.in.Read(buf)
		out := make([]byte, 0, n)
		for _, b := range buf[:n] {
			hit := in[b]
			if hit >= 0 && has(set, 'd') {
				continue
			}
			if hit >= 0 && len(to) > 0 {
				b = to[min(hit, len(to)-1)]
			}
			if has(set, 's') && hit >= 0 && int(b) == last {
				continue
			}
			last = int(b)
			out = append(out, b)
		}
		if _, werr := c.out.Write(out); werr != nil {
			return c.failed("write error", werr)
		}
		if err == io.EOF {
			return 0
		}
		if err != nil {
			return c.failed("read error", err)
		}
	}
}
