package guest

import (
	"io"
	"regexp"
	"strings"

	"mvdan.cc/sh/v3/expand"
)

func echo(s *shell, args []string) int {
	args = args[1:]
	newline, escapes := true, false
	for len(args) > 0 && len(args[0]) > 1 && args[0][0] == '-' && strings.Trim(args[0][1:], "neE") == "" {
		for _, c := range args[0][1:] {
			switch c {
			case 'n':
				newline = false
			case 'e':
				escapes = true
			case 'E':
				escapes = false
			}
		}
		args = args[1:]
	}
	text := strings.Join(args, " ")
	if escapes {
		before, cut := text, false
		if before, _, cut = strings.Cut(text, `\c`); cut {
			newline = false
		}
		if out, _, err := expand.Format(nil, before, nil); err == nil {
			text = out
		}
	}
	if newline {
		text += "\n"
	}
	return wrote(s, "echo", text)
}

// wrote writes and says what went wrong.
func wrote(s *shell, name, text string) int {
	if _, err := io.WriteString(s.outw(), text); err != nil {
		if !ended(err) {
			s.errorf("%s: write error: %s", name, err)
		}
		return 1
	}
	return 0
}

// wide is a field of printf whose width or precision would make much of little.
var wide = regexp.MustCompile(`%[-+ #0]*(\d{4,}|\d*\.\d{4,}|[\d.]*\*)`)

func printf(s *shell, args []string) int {
	args = args[1:]
	name := ""
	if len(args) > 1 && args[0] == "-v" {
		name, args = args[1], args[2:]
	}
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	if len(args) == 0 {
		s.errorf("printf: usage: printf [-v var] format [arguments]")
		return 2
	}
	format, rest := args[0], args[1:]
	if wide.MatchString(format) {
		s.errorf("printf: the width of a field is too great")
		return 1
	}
	var out strings.Builder
	for {
		text, n, err := expand.Format(&expand.Config{Env: s}, format, rest)
		if err != nil {
			s.errorf("printf: %s", err)
			return 1
		}
		out.WriteString(text)
		if out.Len() > maxExpansion {
			s.errorf("printf: the output is too long")
			return 1
		}
		if rest = rest[n:]; n == 0 || len(rest) == 0 {
			break
		}
	}
	if name != "" {
		s.truth(s.setText(name, out.String()))
		return s.status
	}
	return wrote(s, "printf", out.String())
}

// read reads one line, byte by byte, so that what follows stays for others.
func read(s *shell, args []string) int {
	args = args[1:]
	raw := false
	array := ""
	for len(args) > 0 && len(args[0]) > 1 && args[0][0] == '-' {
		flag := args[0][1:]
		args = args[1:]
		raw = raw || strings.Contains(flag, "r")
		switch last := flag[len(flag)-1]; {
		case strings.ContainsRune("ptndNiu", rune(last)) && len(args) > 0:
			args = args[1:]
		case last == 'a' && len(args) > 0:
			array, args = args[0], args[1:]
		}
	}
	in := s.fd[0].r
	if in == nil {
		return 1
	}
	var line []byte
	status := 0
	for one := make([]byte, 1); ; {
		n, err := in.Read(one)
		if n == 1 {
			if one[0] == '\n' {
				if !raw && len(line) > 0 && line[len(line)-1] == '\\' {
					line = line[:len(line)-1]
					continue
				}
				break
			}
			if line = append(line, one[0]); len(line) > maxValue {
				s.errorf("read: the line is too long")
				return 2
			}
			continue
		}
		if err != nil {
			status = 1
			break
		}
	}
	if s.p.step() != nil {
		s.leave = exiting
		return 137
	}
	if array != "" {
		s.set(array, variable{Set: true, Kind: expand.Indexed, List: expand.ReadFields(&expand.Config{Env: s}, string(line), -1, raw)})
		return status
	}
	if len(args) == 0 {
		s.setText("REPLY", string(line))
		return status
	}
	s.got = 0
	values := expand.ReadFields(&expand.Config{Env: s}, string(line), len(args), raw)
	for i, name := range args {
		v := ""
		if i < len(values) {
			v = values[i]
		}
		if !s.setText(name, v) {
			return 1
		}
	}
	return status
}
