package guest

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

func cat(c *call) int {
	set, ok := c.flags("nAeEtTvsu", "")
	if !ok {
		return 1
	}
	n := 0
	return c.inputs(c.args, func(_ string, r io.Reader) error {
		if !has(set, 'n') {
			_, err := io.Copy(c.out, r)
			return err
		}
		var err error
		return firstOf(&err, lines(r, func(line string) bool {
			n++
			err = c.print(fmt.Sprintf("%6d\t%s\n", n, line))
			return err == nil
		}))
	})
}

// firstOf is an error of a callback, or of what called it.
func firstOf(inner *error, outer error) error {
	if *inner != nil {
		return *inner
	}
	return outer
}

// count reads the number of head and tail: -n 5, -5, -n +5, -c 5.
func (c *call) count() (n int, bytes, from, ok bool) {
	if len(c.args) > 0 && len(c.args[0]) > 1 && c.args[0][0] == '-' && c.args[0][1] >= '0' && c.args[0][1] <= '9' {
		c.args = append([]string{"-n", c.args[0][1:]}, c.args[1:]...)
	}
	set, ok := c.flags("qvfF", "nc")
	if !ok {
		return 0, false, false, false
	}
	text, given := set['n']
	if !given {
		text, bytes = set['c']
	}
	if text == "" {
		text = "10"
	}
	from = strings.HasPrefix(text, "+")
	n, err := strconv.Atoi(strings.TrimPrefix(text, "+"))
	if err != nil {
		c.fail("invalid number of lines: '%s'", text)
		return 0, false, false, false
	}
	return n, bytes, from, true
}

func head(c *call) int {
	n, byBytes, _, ok := c.count()
	if !ok {
		return 1
	}
	return c.inputs(c.args, func(_ string, r io.Reader) error {
		if byBytes {
			_, err := io.Copy(c.out, io.LimitReader(r, int64(max(n, 0))))
			return err
		}
		if n < 0 {
			b, err := all(r)
			list := bytes.SplitAfter(b, []byte("\n"))
			if len(list) > 0 && len(list[len(list)-1]) == 0 {
				list = list[:len(list)-1]
			}
			c.out.Write(bytes.Join(list[:max(0, len(list)+n)], nil))
			return err
		}
		left := n
		var err error
		if left == 0 {
			return nil
		}
		return firstOf(&err, lines(r, func(line string) bool {
			err = c.print(line + "\n")
			left--
			return err == nil && left > 0
		}))
	})
}

func tail(c *call) int {
	n, byBytes, from, ok := c.count()
	if !ok {
		return 1
	}
	n = max(n, -n)
	return c.inputs(c.args, func(_ string, r io.Reader) error {
		b, err := all(r)
		if err != nil {
			return err
		}
		switch {
		case byBytes && from:
			b = b[min(max(n-1, 0), len(b)):]
		case byBytes:
			b = b[max(0, len(b)-n):]
		default:
			list := bytes.SplitAfter(b, []byte("\n"))
			if len(list[len(list)-1]) == 0 {
				list = list[:len(list)-1]
			}
			at := max(0, len(list)-n)
			if from {
				at = min(max(n-1, 0), len(list))
			}
			b = bytes.Join(list[at:], nil)
		}
		_, err = c.out.Write(b)
		return err
	})
}

func wc(c *call) int {
	set, ok := c.flags("lwcm", "")
	if !ok {
		return 1
	}
	if len(set) == 0 {
		set = map[byte]string{'l': "", 'w': "", 'c': ""}
	}
	show := func(name string, l, w, b int) {
		var f []string
		for _, o := range []struct {
			on bool
			n  int
		}{{has(set, 'l'), l}, {has(set, 'w'), w}, {has(set, 'c') || has(set, 'm'), b}} {
			if o.on {
				f = append(f, strconv.Itoa(o.n))
			}
		}
		if name != "-" {
			f = append(f, name)
		}
		fmt.Fprintln(c.out, strings.Join(f, " "))
	}
	var tl, tw, tb int
	status := c.inputs(c.args, func(name string, r io.Reader) error {
		b, err := all(r)
		if err != nil {
			return err
		}
		l, w := bytes.Count(b, []byte("\n")), len(bytes.Fields(b))
		tl, tw, tb = tl+l, tw+w, tb+len(b)
		show(name, l, w, len(b))
		return nil
	})
	if len(c.args) > 1 {
		show("total", tl, tw, tb)
	}
	return status
}

func grep(c *call) int {
	set, ok := c.flags("EFGPivncqlLhHrswxo", "eABCm")
	if !ok {
		return 2
	}
	pat, given := set['e']
	if !given {
		if len(c.args) == 0 {
			return c.fail("a pattern is needed") + 1
		}
		pat, c.args = c.args[0], c.args[1:]
	}
	switch {
	case has(set, 'F') || c.name == "fgrep":
		pat = regexp.QuoteMeta(pat)
	case !has(set, 'E') && !has(set, 'P') && c.name != "egrep":
		pat = basic(pat)
	}
	if has(set, 'w') {
		pat = `\b(?:` + pat + `)\b`
	}
	if has(set, 'x') {
		pat = `^(?:` + pat + `)$`
	}
	if has(set, 'i') {
		pat = "(?i)" + pat
	}
	rx, err := regexp.Compile(pat)
	if err != nil {
		return c.fail("%s", err) + 1
	}
	names := c.args
	if has(set, 'r') {
		names = nil
		c.each(c.args, true, func(p string) error {
			if i, err := c.files().stat(c.cred(), p, false); err == nil && i.kind == regular {
				names = append(names, p)
			}
			return nil
		})
	}
	most := 1 << 60
	if m, given := set['m']; given {
		most, _ = strconv.Atoi(m)
	}
	found := false
	status := c.inputs(names, func(name string, r io.Reader) error {
		prefix := ""
		if (len(names) > 1 || has(set, 'r') || has(set, 'H')) && !has(set, 'h') {
			prefix = name + ":"
		}
		n, at := 0, 0
		var werr error
		err := lines(r, func(line string) bool {
			at++
			if rx.MatchString(line) == has(set, 'v') {
				return true
			}
			n++
			found = true
			if has(set, 'q') || has(set, 'l') {
				return false
			}
			if !has(set, 'c') {
				p := prefix
				if has(set, 'n') {
					p += strconv.Itoa(at) + ":"
				}
				if has(set, 'o') && !has(set, 'v') {
					for _, m := range rx.FindAllString(line, -1) {
						werr = c.print(p + m + "\n")
					}
				} else {
					werr = c.print(p + line + "\n")
				}
			}
			return werr == nil && n < most
		})
		if has(set, 'l') && n > 0 {
			werr = c.print(name + "\n")
		}
		if has(set, 'c') {
			werr = c.print(prefix + strconv.Itoa(n) + "\n")
		}
		return firstOf(&werr, err)
	})
	switch {
	case found && (status == 0 || has(set, 'q')):
		return 0
	case status != 0 && !has(set, 's'):
		return 2
	}
	return 1
}

// basic turns a basic regular expression into an extended one.
func basic(pat string) string {
	var b strings.Builder
	for i := 0; i < len(pat); i++ {
		switch c := pat[i]; {
		case c == '\\' && i+1 < len(pat):
			i++
			if strings.IndexByte("(){}+?|", pat[i]) < 0 {
				b.WriteByte('\\')
			}
			b.WriteByte(pat[i])
		case strings.IndexByte("(){}+?|", c) >= 0, c == '*' && i == 0:
			b.WriteByte('\\')
			b.WriteByte(c)
		case c == '[':
			end := i + 1
			if end < len(pat) && pat[end] == '^' {
				end++
			}
			if end < len(pat) && pat[end] == ']' {
				end++
			}
			for end < len(pat) && pat[end] != ']' {
				if strings.HasPrefix(pat[end:], "[:") {
					if close := strings.Index(pat[end:], ":]"); close > 0 {
						end += close + 1
					}
				}
				end++
			}
			end = min(end, len(pat)-1)
			b.WriteString(strings.ReplaceAll(pat[i:end+1], `\`, `\\`))
			i = end
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

func sortLines(c *call) int {
	set, ok := c.flags("rnufhVb", "kt")
	if !ok {
		return 2
	}
	key := func(l string) string {
		k, given := set['k']
		if !given {
			return l
		}
		n, _ := strconv.Atoi(strings.SplitN(strings.TrimRight(k, "nr"), ",", 2)[0])
		f := strings.Fields(l)
		if t, given := set['t']; given {
			f = strings.Split(l, t)
		}
		if n < 1 || n > len(f) {
			return ""
		}
		return f[n-1]
	}
	numeric := has(set, 'n') || has(set, 'h') || strings.Contains(set['k'], "n")
	var list []string
	total := 0
	status := c.inputs(c.args, func(_ string, r io.Reader) error {
		var full error
		return firstOf(&full, lines(r, func(l string) bool {
			if total += len(l) + 16; total > maxBytes {
				full = errNoSpace
				return false
			}
			list = append(list, l)
			return true
		}))
	})
	slices.SortStableFunc(list, func(a, b string) int {
		x, y := key(a), key(b)
		d := strings.Compare(x, y)
		if numeric {
			m, n := leading(x), leading(y)
			switch {
			case m < n:
				d = -1
			case m > n:
				d = 1
			default:
				d = 0
			}
		}
		if d == 0 && !has(set, 'u') {
			d = strings.Compare(a, b)
		}
		if has(set, 'r') || strings.Contains(set['k'], "r") {
			d = -d
		}
		return d
	})
	if has(set, 'u') {
		list = slices.CompactFunc(list, func(a, b string) bool { return key(a) == key(b) })
	}
	for _, l := range list {
		if c.print(l+"\n") != nil {
			return 2
		}
	}
	return status
}

// leading is the number a text begins with.
func leading(s string) float64 {
	s = strings.TrimSpace(s)
	end := 0
	for end < len(s) && (s[end] >= '0' && s[end] <= '9' || s[end] == '.' || end == 0 && s[end] == '-') {
		end++
	}
	f, _ := strconv.ParseFloat(s[:end], 64)
	return f
}

func uniq(c *call) int {
	set, ok := c.flags("cdu", "")
	if !ok {
		return 1
	}
	return c.inputs(c.args, func(_ string, r io.Reader) error {
		last, n := "", 0
		var werr error
		flush := func() {
			if n == 0 || has(set, 'd') && n < 2 || has(set, 'u') && n > 1 {
				return
			}
			if has(set, 'c') {
				werr = c.print(fmt.Sprintf("%7d %s\n", n, last))
			} else {
				werr = c.print(last + "\n")
			}
		}
		err := lines(r, func(l string) bool {
			if n > 0 && l == last {
				n++
				return true
			}
			flush()
			last, n = l, 1
			return werr == nil
		})
		flush()
		return firstOf(&werr, err)
	})
}

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

func tee(c *call) int {
	set, ok := c.flags("ai", "")
	if !ok {
		return 1
	}
	outs := []io.Writer{c.out}
	status := 0
	for _, a := range c.args {
		h, err := c.files().open(c.cred(), c.s.abs(a), openMode{write: true, create: true, truncate: !has(set, 'a'), append: has(set, 'a'), perm: 0o644})
		if err != nil {
			status = c.failed(a, err)
			continue
		}
		outs = append(outs, h)
	}
	if _, err := io.Copy(io.MultiWriter(outs...), c.in); err != nil {
		return c.failed("write error", err)
	}
	return status
}

func rev(c *call) int {
	return c.inputs(c.args, func(_ string, r io.Reader) error {
		var werr error
		return firstOf(&werr, lines(r, func(l string) bool {
			rs := []rune(l)
			slices.Reverse(rs)
			werr = c.print(string(rs) + "\n")
			return werr == nil
		}))
	})
}

func tac(c *call) int {
	return c.inputs(c.args, func(_ string, r io.Reader) error {
		b, err := all(r)
		if err != nil {
			return err
		}
		list := strings.Split(strings.TrimSuffix(string(b), "\n"), "\n")
		slices.Reverse(list)
		return c.print(strings.Join(list, "\n") + "\n")
	})
}

func nl(c *call) int {
	c.args = append([]string{"-n"}, c.args...)
	return cat(c)
}

func yes(c *call) int {
	text := or(strings.Join(c.args, " "), "y") + "\n"
	text = strings.Repeat(text, 1+1024/len(text))
	for {
		if err := c.print(text); err != nil {
			return c.failed("standard output", err)
		}
	}
}

func seq(c *call) int {
	sep := "\n"
	if len(c.args) > 1 && c.args[0] == "-s" {
		sep, c.args = c.args[1], c.args[2:]
	}
	var n []int64
	for _, a := range c.args {
		v, err := strconv.ParseInt(a, 10, 64)
		if err != nil {
			return c.fail("invalid floating point argument: '%s'", a)
		}
		n = append(n, v)
	}
	first, step, last := int64(1), int64(1), int64(0)
	switch len(n) {
	case 1:
		last = n[0]
	case 2:
		first, last = n[0], n[1]
	case 3:
		first, step, last = n[0], n[1], n[2]
	}
	if len(n) == 0 || len(n) > 3 || step == 0 {
		return c.fail("invalid operand")
	}
	for i := first; step > 0 && i <= last || step < 0 && i >= last; i += step {
		end := sep
		if step > 0 && i+step > last || step < 0 && i+step < last {
			end = "\n"
		}
		if err := c.print(strconv.FormatInt(i, 10) + end); err != nil {
			return c.failed("write error", err)
		}
		if step > 0 && i+step < i || step < 0 && i+step > i {
			break
		}
	}
	return 0
}
