package guest

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

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

// names of everything that can be called, for help and tests.
func names() []string {
	all := slices.Collect(maps.Keys(builtins))
	return slices.Sorted(slices.Values(slices.AppendSeq(all, maps.Keys(commands))))
}
