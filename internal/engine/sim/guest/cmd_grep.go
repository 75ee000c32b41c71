package guest

import (
	"io"
	"regexp"
	"strconv"
	"strings"
)

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
