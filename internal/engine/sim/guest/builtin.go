package guest

import (
	"fmt"
	"io"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/syntax"
)

// builtins are the commands that act on the shell itself.
var builtins map[string]func(s *shell, args []string) int

func init() {
	builtins = map[string]func(s *shell, args []string) int{
		":": func(*shell, []string) int { return 0 }, "true": func(*shell, []string) int { return 0 }, "false": func(*shell, []string) int { return 1 },
		"[": testBuiltin, "test": testBuiltin, "cd": cd, "pwd": pwd, "echo": echo, "printf": printf, "read": read, "set": setBuiltin, "shift": shift,
		"unset": unset, "eval": eval, ".": dot, "source": dot, "exit": exit, "return": returns, "break": breaks, "continue": breaks, "exec": execBuiltin,
		"command": command, "builtin": command, "type": typeBuiltin, "trap": trap, "wait": wait, "umask": func(*shell, []string) int { return 0 },
		"alias": func(*shell, []string) int { return 0 }, "ulimit": func(*shell, []string) int { return 0 }, "hash": func(*shell, []string) int { return 0 },
		"shopt": func(*shell, []string) int { return 0 }, "jobs": func(*shell, []string) int { return 0 }, "getopts": getopts, "kill": kill,
	}
}

func number(s *shell, args []string, absent int) (int, bool) {
	if len(args) < 2 {
		return absent, true
	}
	n, err := strconv.Atoi(args[1])
	if err != nil {
		s.fail(2, "%s: %s: numeric argument required", args[0], args[1])
		return 0, false
	}
	return n, true
}

func cd(s *shell, args []string) int {
	to := s.lookup("HOME").String()
	if len(args) > 1 {
		to = args[1]
	}
	if to == "-" {
		to = s.lookup("OLDPWD").String()
		fmt.Fprintln(s.outw(), to)
	}
	p := path.Clean(s.abs(or(to, ".")))
	i, err := s.p.g.files.stat(s.cred(), p, true)
	switch {
	case err != nil:
		s.errorf("cd: %s: %s", to, err)
	case i.kind != directory:
		s.errorf("cd: %s: Not a directory", to)
	case !s.p.g.files.may(s.cred(), p, mayRun):
		s.errorf("cd: %s: Permission denied", to)
	default:
		s.setText("OLDPWD", s.dir)
		s.dir = p
		s.setText("PWD", p)
		return 0
	}
	return 1
}

func pwd(s *shell, _ []string) int {
	fmt.Fprintln(s.outw(), s.dir)
	return 0
}

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

func (s *shell) optionLetters() string {
	out := ""
	for _, o := range []struct {
		on bool
		c  string
	}{{s.errExit, "e"}, {s.noGlob, "f"}, {s.noUnset, "u"}, {s.trace, "x"}} {
		if o.on {
			out += o.c
		}
	}
	return out
}

// setOptions reads the options of set and of a script's first line; what is left are arguments.
func (s *shell) setOptions(args []string) (rest []string, given bool) {
	for len(args) > 0 {
		a := args[0]
		if a == "--" {
			return args[1:], true
		}
		if len(a) < 2 || a[0] != '-' && a[0] != '+' {
			return args, true
		}
		on := a[0] == '-'
		args = args[1:]
		for _, c := range a[1:] {
			switch c {
			case 'e':
				s.errExit = on
			case 'u':
				s.noUnset = on
			case 'f':
				s.noGlob = on
			case 'x':
				s.trace = on
			case 'o':
				if len(args) == 0 {
					return nil, false
				}
				switch args[0] {
				case "errexit":
					s.errExit = on
				case "nounset":
					s.noUnset = on
				case "noglob":
					s.noGlob = on
				case "xtrace":
					s.trace = on
				case "pipefail":
					s.pipeFail = on
				}
				args = args[1:]
			}
		}
	}
	return nil, false
}

func setBuiltin(s *shell, args []string) int {
	if len(args) == 1 {
		for name, v := range s.Each {
			if v.Set {
				fmt.Fprintf(s.outw(), "%s=%s\n", name, v.String())
			}
		}
		return 0
	}
	if rest, given := s.setOptions(args[1:]); given {
		s.args = rest
	}
	return 0
}

func shift(s *shell, args []string) int {
	n, ok := number(s, args, 1)
	if !ok || n < 0 || n > len(s.args) {
		return 1
	}
	s.args = s.args[n:]
	return 0
}

func unset(s *shell, args []string) int {
	what := ""
	for _, a := range args[1:] {
		if a == "-f" || a == "-v" {
			what = a
			continue
		}
		if s.vars[a].ReadOnly {
			s.errorf("unset: %s: cannot unset: readonly variable", a)
			return 1
		}
		if _, isVar := s.vars[a]; isVar && what != "-f" {
			s.put(a, variable{})
		} else if what != "-v" {
			delete(s.funcs, a)
		}
	}
	return 0
}

func eval(s *shell, args []string) int {
	return s.source(strings.Join(args[1:], " "))
}

func dot(s *shell, args []string) int {
	if len(args) < 2 {
		s.errorf("%s: filename argument required", args[0])
		return 2
	}
	text, err := s.p.g.files.load(s.cred(), s.abs(args[1]))
	if err != nil {
		s.errorf("%s: %s", args[1], err)
		return 1
	}
	if len(args) > 2 {
		saved := s.args
		s.args = args[2:]
		defer func() { s.args = saved }()
	}
	s.inFunc++
	s.locals = append(s.locals, map[string]variable{})
	status := s.source(string(text))
	s.locals = s.locals[:len(s.locals)-1]
	s.inFunc--
	if s.leave == returning {
		s.leave, status = staying, s.status
	}
	return status
}

func exit(s *shell, args []string) int {
	n, ok := number(s, args, s.status)
	if !ok {
		n = 2
	}
	s.leave = exiting
	return n & 0xff
}

func returns(s *shell, args []string) int {
	n, _ := number(s, args, s.status)
	if s.inFunc == 0 {
		s.errorf("return: can only `return' from a function or sourced script")
		return 2
	}
	s.leave = returning
	return n & 0xff
}

func breaks(s *shell, args []string) int {
	n, ok := number(s, args, 1)
	if !ok || n < 1 {
		return 1
	}
	if s.loops == 0 {
		return 0
	}
	s.leave, s.levels = breaking, min(n, s.loops)
	if args[0] == "continue" {
		s.leave = continuing
	}
	return 0
}

func execBuiltin(s *shell, args []string) int {
	if len(args) > 1 {
		s.exec(args[1:], false)
		s.leave = exiting
	}
	return s.status
}

func command(s *shell, args []string) int {
	rest := args[1:]
	for len(rest) > 0 && strings.HasPrefix(rest[0], "-") {
		flag := rest[0]
		rest = rest[1:]
		if flag == "-v" || flag == "-V" {
			status := 0
			for _, name := range rest {
				if where := s.which(name); where != "" {
					fmt.Fprintln(s.outw(), where)
				} else {
					status = 1
				}
			}
			return status
		}
	}
	if len(rest) == 0 {
		return 0
	}
	s.exec(rest, false)
	return s.status
}

// which is where a command comes from, "" if there is none.
func (s *shell) which(name string) string {
	switch {
	case s.funcs[name] != nil || builtins[name] != nil || syntax.IsKeyword(name):
		return name
	case commands[name] != nil:
		return "/usr/bin/" + name
	case strings.Contains(name, "/"):
		if dir, base := path.Split(path.Clean(name)); commands[base] != nil && (dir == "/bin/" || dir == "/usr/bin/") || s.p.g.files.may(s.cred(), s.abs(name), mayRun) {
			return name
		}
		return ""
	}
	for _, dir := range strings.Split(s.lookup("PATH").String(), ":") {
		p := strings.TrimSuffix(dir, "/") + "/" + name
		if i, err := s.p.g.files.stat(s.cred(), s.abs(p), true); err == nil && i.kind == regular && i.mode&0o111 != 0 {
			return p
		}
	}
	return ""
}

func typeBuiltin(s *shell, args []string) int {
	status := 0
	for _, name := range args[1:] {
		switch where := s.which(name); {
		case s.funcs[name] != nil:
			fmt.Fprintf(s.outw(), "%s is a function\n", name)
		case where == name && !strings.Contains(name, "/"):
			fmt.Fprintf(s.outw(), "%s is a shell builtin\n", name)
		case where != "":
			fmt.Fprintf(s.outw(), "%s is %s\n", name, where)
		default:
			s.errorf("type: %s: not found", name)
			status = 1
		}
	}
	return status
}

func trap(s *shell, args []string) int {
	if len(args) > 2 && (slices.Contains(args[2:], "EXIT") || slices.Contains(args[2:], "0")) {
		s.trap = args[1]
		if args[1] == "-" {
			s.trap = ""
		}
	}
	return 0
}

func wait(s *shell, args []string) int {
	status := 0
	for _, j := range s.jobs {
		if len(args) > 1 && !slices.Contains(args[1:], strconv.Itoa(j.pid)) {
			continue
		}
		n, err := j.wait(s.p.ctx)
		if err != nil {
			s.leave = exiting
			return 137
		}
		if len(args) > 1 {
			status = n
		}
	}
	if len(args) > 1 && !slices.ContainsFunc(s.jobs, func(j *job) bool { return slices.Contains(args[1:], strconv.Itoa(j.pid)) }) {
		return 127
	}
	return status
}

func kill(s *shell, args []string) int {
	s.errorf("kill: (%s) - No such process", strings.Join(args[1:], " "))
	return 1
}

func getopts(s *shell, args []string) int {
	if len(args) < 3 {
		return 2
	}
	list := s.args
	if len(args) > 3 {
		list = args[3:]
	}
	at, _ := strconv.Atoi(s.lookup("OPTIND").String())
	at = max(at, 1)
	if at > len(list) || len(list[at-1]) < 2 || list[at-1][0] != '-' {
		return 1
	}
	if list[at-1] == "--" {
		s.setText("OPTIND", strconv.Itoa(at+1))
		return 1
	}
	c := list[at-1][1:2]
	i := strings.Index(args[1], c)
	if c == ":" || i < 0 {
		s.setText(args[2], "?")
		s.errorf("illegal option -- %s", c)
	} else {
		s.setText(args[2], c)
		if i+1 < len(args[1]) && args[1][i+1] == ':' {
			switch {
			case len(list[at-1]) > 2:
				s.setText("OPTARG", list[at-1][2:])
			case at < len(list):
				s.setText("OPTARG", list[at])
				at++
			default:
				s.setText(args[2], "?")
				s.errorf("option requires an argument -- %s", c)
			}
		} else if len(list[at-1]) > 2 { // -ab is -a -b
			if len(args) <= 3 {
				s.args = slices.Clone(s.args)
				s.args[at-1] = "-" + list[at-1][2:]
			}
			at--
		}
	}
	s.setText("OPTIND", strconv.Itoa(at+1))
	return 0
}

// names of everything that can be called, for help and tests.
func names() []string {
	all := slices.Collect(maps.Keys(builtins))
	return slices.Sorted(slices.Values(slices.AppendSeq(all, maps.Keys(commands))))
}
