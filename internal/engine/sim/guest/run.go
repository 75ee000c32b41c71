package guest

import (
	"fmt"
	"path"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// call runs a simple command: a function, a builtin, or a command of the machine.
func (s *shell) call(c *syntax.CallExpr) {
	s.substCode = 0
	args, ok := s.fields(c.Args...)
	if !ok {
		return
	}
	if len(args) == 0 {
		s.status = 0
		for _, a := range c.Assigns {
			if !s.assign(a) {
				return
			}
		}
		s.status = s.substCode
		return
	}
	if len(c.Assigns) > 0 { // for this command alone
		saved := map[string]variable{}
		for _, a := range c.Assigns {
			name := a.Name.Value
			if _, twice := saved[name]; !twice {
				saved[name] = s.vars[name]
			}
			if !s.assign(a) {
				return
			}
			v := s.vars[name]
			v.Exported = true
			s.put(name, v)
		}
		defer func() {
			for name, v := range saved {
				s.put(name, v)
			}
		}()
	}
	if s.trace {
		fmt.Fprintf(s.fd[2].w, "+ %s\n", strings.Join(args, " "))
	}
	s.exec(args, true)
}

// exec runs a command by its words.
func (s *shell) exec(args []string, functions bool) {
	name := args[0]
	if f := s.funcs[name]; f != nil && functions {
		s.function(f, args[1:])
		return
	}
	if b := builtins[name]; b != nil {
		s.status = b(s, args)
		return
	}
	s.run(args)
}

// run runs a command of the machine.
func (s *shell) run(args []string) {
	name := args[0]
	if strings.Contains(name, "/") {
		if dir, base := path.Split(path.Clean(name)); commands[base] != nil && (dir == "/bin/" || dir == "/usr/bin/" || dir == "/sbin/" || dir == "/usr/sbin/") {
			s.runCommand(commands[base], args)
			return
		}
		s.runFile(name, args)
		return
	}
	if c := commands[name]; c != nil {
		s.runCommand(c, args)
		return
	}
	for _, dir := range strings.Split(s.Get("PATH").String(), ":") {
		p := strings.TrimSuffix(dir, "/") + "/" + name
		if i, err := s.p.g.files.stat(s.cred(), s.abs(p), true); err == nil && i.kind == regular && i.mode&0o111 != 0 {
			s.runFile(p, args)
			return
		}
	}
	s.fail(127, "%s: command not found", name)
}

func (s *shell) runCommand(c func(*call) int, args []string) {
	s.status = c(&call{s: s, name: path.Base(args[0]), args: args[1:], in: s.in(), out: s.outw(), err: s.errw()})
	if s.p.ctx.Err() != nil {
		s.leave = exiting
	}
}

// runFile runs a script that is a file of the machine.
func (s *shell) runFile(name string, args []string) {
	f := s.p.g.files
	i, err := f.stat(s.cred(), s.abs(name), true)
	switch {
	case err != nil:
		s.fail(127, "%s: %s", name, err)
		return
	case i.kind == directory:
		s.fail(126, "%s: Is a directory", name)
		return
	case !f.may(s.cred(), s.abs(name), mayRun):
		s.fail(126, "%s: Permission denied", name)
		return
	}
	text, err := f.load(s.cred(), s.abs(name))
	if err != nil {
		s.fail(126, "%s: %s", name, err)
		return
	}
	s.child(name, args[1:], func(c *shell) { c.status = c.script(text) })
}

// child runs a new shell that inherits what is exported.
func (s *shell) child(name string, args []string, f func(c *shell)) {
	s.subshell(func(c *shell) {
		for k, v := range c.vars {
			if !v.Exported && k != "IFS" && k != "OPTIND" {
				delete(c.vars, k)
			}
		}
		c.funcs, c.name, c.args = map[string]*function{}, name, args
		c.errExit, c.noUnset, c.noGlob, c.pipeFail, c.trace, c.quiet, c.inFunc, c.locals = false, false, false, false, false, 0, 0, nil
		f(c)
	})
}

func (s *shell) function(f *function, args []string) {
	if s.depth++; s.depth > maxDepth {
		s.errorf("too deep a recursion")
		s.leave, s.status = exiting, 2
		s.depth--
		return
	}
	saved, loops := s.args, s.loops
	s.args, s.loops = args, 0
	s.inFunc++
	s.locals = append(s.locals, map[string]variable{})
	s.stmt(f.body)
	for name, v := range s.locals[len(s.locals)-1] {
		s.put(name, v)
	}
	s.locals = s.locals[:len(s.locals)-1]
	s.inFunc--
	s.args, s.loops = saved, loops
	s.depth--
	if s.leave == returning {
		s.leave = staying
	}
}

// exitTrap runs what trap has set for the end of the shell.
func (s *shell) exitTrap(status int) int {
	if s.trap == "" || s.p.ctx.Err() != nil {
		return status
	}
	text := s.trap
	s.trap, s.leave, s.status = "", staying, status
	s.source(text)
	if s.leave == exiting {
		return s.status
	}
	return status
}
