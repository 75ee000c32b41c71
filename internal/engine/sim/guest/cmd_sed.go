package guest

import (
	"io"
	"regexp"
	"strconv"
	"strings"
)

// sedCommand is one command of a sed script, of those that are understood: s, d, p, q, i, a, c, y
// with a line number, $, or /pattern/ before it, and a range of two of those.
type sedCommand struct {
	from, to sedAddress
	ranged   bool
	negate   bool
	inside   bool
	do       byte
	rx       *regexp.Regexp
	text     string
	all      bool
	nth      int
	print    bool
}

type sedAddress struct {
	line int // -1: the last
	rx   *regexp.Regexp
}

func (a sedAddress) zero() bool { return a.line == 0 && a.rx == nil }

func (a sedAddress) hit(n int, last bool, line string) bool {
	switch {
	case a.rx != nil:
		return a.rx.MatchString(line)
	case a.line < 0:
		return last
	}
	return a.line == n
}

func sed(c *call) int {
	var scripts []string
	inPlace, quiet, extended := false, false, false
	args := c.args
	c.args = nil
	for len(args) > 0 {
		a := args[0]
		args = args[1:]
		switch {
		case a == "-n":
			quiet = true
		case a == "-E" || a == "-r":
			extended = true
		case a == "-i":
			inPlace = true
		case a == "-e" && len(args) > 0:
			scripts, args = append(scripts, args[0]), args[1:]
		case len(a) > 1 && a[0] == '-':
			return c.fail("invalid option -- '%s'", a[1:])
		case len(scripts) == 0:
			scripts = append(scripts, a)
		default:
			c.args = append(c.args, a)
		}
	}
	if len(scripts) == 0 {
		return c.fail("no script specified")
	}
	var prog []*sedCommand
	for _, text := range scripts {
		list, err := parseSed(text, extended)
		if err != "" {
			return c.fail("-e expression #1: %s", err)
		}
		prog = append(prog, list...)
	}
	edit := func(r io.Reader, w io.Writer) error {
		b, err := all(r)
		if err != nil {
			return err
		}
		for _, cmd := range prog {
			cmd.inside = false
		}
		list := strings.SplitAfter(string(b), "\n")
		if list[len(list)-1] == "" {
			list = list[:len(list)-1]
		}
		for i, l := range list {
			more, err := sedLine(prog, strings.TrimSuffix(l, "\n"), i+1, i == len(list)-1, quiet, w)
			if err != nil || !more {
				return err
			}
		}
		return nil
	}
	if !inPlace {
		return c.inputs(c.args, func(_ string, r io.Reader) error { return edit(r, c.out) })
	}
	return c.inputs(c.args, func(name string, r io.Reader) error {
		var out strings.Builder
		if err := edit(r, &out); err != nil {
			return err
		}
		return c.files().save(c.cred(), c.s.abs(name), []byte(out.String()), 0o644)
	})
}

func sedLine(prog []*sedCommand, line string, n int, last, quiet bool, w io.Writer) (more bool, err error) {
	after := ""
	for _, cmd := range prog {
		hit := true
		switch {
		case cmd.ranged && cmd.inside:
			cmd.inside = !cmd.to.hit(n, last, line) && (cmd.to.rx != nil || cmd.to.line < 0 || n < cmd.to.line)
		case cmd.ranged:
			hit = cmd.from.hit(n, last, line)
			cmd.inside = hit && (cmd.to.rx != nil || cmd.to.line < 0 && !last || n < cmd.to.line)
		case !cmd.from.zero():
			hit = cmd.from.hit(n, last, line)
		}
		if hit == cmd.negate {
			continue
		}
		switch cmd.do {
		case 'd':
			return true, nil
		case 'p':
			if _, err := io.WriteString(w, line+"\n"); err != nil {
				return false, err
			}
		case 'q':
			if !quiet {
				_, err = io.WriteString(w, line+"\n")
			}
			return false, err
		case 'i':
			if _, err := io.WriteString(w, cmd.text+"\n"); err != nil {
				return false, err
			}
		case 'a':
			after += cmd.text + "\n"
		case 'c':
			_, err := io.WriteString(w, cmd.text+"\n")
			return true, err
		case 's':
			changed := false
			line, changed = cmd.substitute(line)
			if len(line) > maxValue*4 {
				return false, errNoSpace
			}
			if changed && cmd.print {
				if _, err := io.WriteString(w, line+"\n"); err != nil {
					return false, err
				}
			}
		}
	}
	if !quiet {
		after = line + "\n" + after
	}
	_, err = io.WriteString(w, after)
	return err == nil, err
}

func (cmd *sedCommand) substitute(line string) (string, bool) {
	found := cmd.rx.FindAllStringSubmatchIndex(line, -1)
	if len(found) < cmd.nth || len(found) == 0 {
		return line, false
	}
	var out []byte
	at := 0
	for i, m := range found {
		if i+1 < cmd.nth || !cmd.all && i+1 > cmd.nth {
			continue
		}
		out = append(out, line[at:m[0]]...)
		out = cmd.rx.ExpandString(out, cmd.text, line, m)
		at = m[1]
		if len(out) > maxValue*4 {
			break
		}
	}
	return string(append(out, line[at:]...)), true
}

func parseSed(text string, extended bool) (prog []*sedCommand, bad string) {
	compile := func(p string) *regexp.Regexp {
		if !extended {
			p = basic(p)
		}
		rx, err := regexp.Compile(p)
		if err != nil {
			bad = err.Error()
		}
		return rx
	}
	address := func() (a sedAddress) {
		switch {
		case text == "":
		case text[0] == '$':
			a.line, text = -1, text[1:]
		case text[0] >= '0' && text[0] <= '9':
			end := 0
			for end < len(text) && text[end] >= '0' && text[end] <= '9' {
				end++
			}
			a.line, _ = strconv.Atoi(text[:end])
			text = text[end:]
		case text[0] == '/':
			var p string
			var ok bool
			if p, text, ok = untilDelimiter(text[1:], '/'); !ok {
				bad = "unterminated address regex"
				return a
			}
			a.rx = compile(p)
		}
		return a
	}
	for {
		if text = strings.TrimLeft(text, " \t\n;"); text == "" || bad != "" {
			return prog, bad
		}
		cmd := &sedCommand{nth: 1}
		cmd.from = address()
		if strings.HasPrefix(text, ",") {
			text = text[1:]
			cmd.ranged, cmd.to = true, address()
		}
		text = strings.TrimLeft(text, " ")
		if strings.HasPrefix(text, "!") {
			cmd.negate, text = true, strings.TrimLeft(text[1:], " ")
		}
		if text == "" {
			return nil, "missing command"
		}
		cmd.do, text = text[0], text[1:]
		switch cmd.do {
		case 'd', 'p', 'q':
		case 'i', 'a', 'c':
			rest := strings.TrimPrefix(strings.TrimLeft(text, " "), `\`)
			cmd.text, text, _ = strings.Cut(strings.TrimPrefix(rest, "\n"), "\n")
			cmd.text = strings.TrimLeft(cmd.text, " ")
		case 's':
			if len(text) < 2 {
				return nil, "unterminated `s' command"
			}
			d := text[0]
			p, rest, ok1 := untilDelimiter(text[1:], d)
			with, rest, ok2 := untilDelimiter(rest, d)
			if !ok1 || !ok2 {
				return nil, "unterminated `s' command"
			}
			flags := ""
			for rest != "" && strings.IndexByte("gpIi0123456789", rest[0]) >= 0 {
				flags, rest = flags+rest[:1], rest[1:]
			}
			text = rest
			if strings.ContainsAny(flags, "iI") {
				if !extended {
					p = basic(p)
				}
				rx, err := regexp.Compile("(?i)" + p)
				if err != nil {
					return nil, err.Error()
				}
				cmd.rx = rx
			} else {
				cmd.rx = compile(p)
			}
			cmd.all, cmd.print = strings.Contains(flags, "g"), strings.Contains(flags, "p")
			if n, err := strconv.Atoi(strings.Trim(flags, "gpIi")); err == nil && n > 0 {
				cmd.nth = n
			}
			cmd.text = replacement(with)
		default:
			return nil, "unknown command: `" + string(cmd.do) + "'"
		}
		prog = append(prog, cmd)
	}
}

// untilDelimiter cuts at the next delimiter that is not escaped, which loses its escape.
func untilDelimiter(s string, d byte) (before, after string, ok bool) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s):
			if s[i+1] != d {
				b.WriteByte('\\')
			}
			i++
			b.WriteByte(s[i])
		case s[i] == d:
			return b.String(), s[i+1:], true
		default:
			b.WriteByte(s[i])
		}
	}
	return "", "", false
}

// replacement is the right side of s as package regexp has it.
func replacement(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '&':
			b.WriteString("${0}")
		case c == '$':
			b.WriteString("$$")
		case c == '\\' && i+1 < len(s):
			i++
			switch n := s[i]; {
			case n >= '0' && n <= '9':
				b.WriteString("${" + string(n) + "}")
			case n == 'n':
				b.WriteByte('\n')
			case n == 't':
				b.WriteByte('\t')
			default:
				b.WriteByte(n)
			}
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}
