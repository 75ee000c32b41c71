package guest

import (
	"bytes"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/syntax"
)

// variable is a shell variable.
type variable = expand.Variable

// function is a shell function.
type function struct{ body *syntax.Stmt }

// shell is one shell process: the script's own, or a subshell.
type shell struct {
	p     *process
	user  user
	pid   int
	dir   string
	name  string // $0
	args  []string
	vars  map[string]variable
	size  int // bytes in vars
	funcs map[string]*function
	fd    [10]stream

	status  int
	lastBG  int
	jobs    []*job
	depth   int
	trap    string // to run at the end
	started int64

	errExit, noUnset, noGlob, pipeFail, trace bool
	quiet                                     int // within a condition: errExit does not apply

	// How control leaves where it is.
	leave  leaving
	levels int // of break and continue

	got       int // bytes that variables added to this expansion
	names     int // that this expansion looked at
	substCode int // status of the last command substitution
	loops     int // that control is within
	inFunc    int
	locals    []map[string]variable
	seed      uint32
}

type leaving uint8

const (
	staying leaving = iota
	breaking
	continuing
	returning
	exiting
)

// login sets the variables of a new session.
func (s *shell) login() {
	for k, v := range map[string]string{
		"HOME": s.user.home, "USER": s.user.name, "LOGNAME": s.user.name, "SHELL": s.user.shell, "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
		"PWD": s.dir, "LANG": "en_US.UTF-8", "HOSTNAME": s.p.g.hostname(),
	} {
		s.export(k, v)
	}
	s.set("IFS", variable{Set: true, Kind: expand.String, Str: " \t\n"})
	s.set("OPTIND", variable{Set: true, Kind: expand.String, Str: "1"})
	s.started = s.p.clock.Now().Unix()
}

func (s *shell) cred() cred { return s.user.cred() }

// abs is a path from the root.
func (s *shell) abs(p string) string {
	if strings.HasPrefix(p, "/") {
		return p
	}
	return strings.TrimSuffix(s.dir, "/") + "/" + p
}

// sub is a copy that runs apart: what it changes stays with it.
func (s *shell) sub() *shell {
	c := *s
	c.vars, c.funcs = maps.Clone(s.vars), maps.Clone(s.funcs)
	c.args, c.jobs, c.trap = slices.Clone(s.args), nil, ""
	c.locals = nil
	for _, l := range s.locals {
		c.locals = append(c.locals, maps.Clone(l))
	}
	c.depth++
	c.leave, c.levels, c.loops = staying, 0, 0
	return &c
}

func (s *shell) errorf(format string, args ...any) {
	if w := s.fd[2].w; w != nil {
		fmt.Fprintf(w, s.name+": "+format+"\n", args...)
	}
}

// script runs a whole script and returns its status. A script for another interpreter than a shell
// is refused as the kernel refuses it.
func (s *shell) script(text []byte) (status int) {
	if line, _, _ := bytes.Cut(text, []byte("\n")); bytes.HasPrefix(line, []byte("#!")) {
		words := strings.Fields(string(line[2:]))
		if len(words) > 1 && path.Base(words[0]) == "env" {
			words = words[1:]
		}
		if len(words) == 0 || !slices.Contains([]string{"sh", "bash", "dash", "ash"}, path.Base(words[0])) {
			s.errorf("%s: bad interpreter: No such file or directory", strings.Join(words, " "))
			return 126
		}
		if len(words) > 1 {
			s.setOptions(words[1:])
		}
	}
	return s.source(string(text))
}

// source parses and runs text in this shell, statement by statement, as a shell reads it: what
// stands before a syntax error runs.
func (s *shell) source(text string) int {
	if s.depth++; s.depth > maxDepth {
		s.errorf("too deep a recursion")
		s.leave, s.status = exiting, 2
		return 2
	}
	defer func() { s.depth-- }()
	parser := syntax.NewParser(syntax.Variant(syntax.LangBash))
	s.status = 0
	var err error
	for st, e := range parser.StmtsSeq(strings.NewReader(text)) {
		switch { // never a break: the sequence goes on after some errors, whether wanted or not
		case err != nil || s.leave != staying:
		case e != nil:
			err = e
		default:
			s.stmt(st)
		}
	}
	if err != nil && s.leave == staying {
		s.errorf("%s", err)
		s.status = 2
	}
	return s.status
}

// spawn runs f in a goroutine of its own with a copy of the shell, and then after. ok is false when
// there are too many already.
func (s *shell) spawn(c *shell, f func(c *shell), after func()) (j *job, ok bool) {
	if c.depth > maxDepth || s.p.alive.Add(1) > maxProcesses {
		if c.depth <= maxDepth {
			s.p.alive.Add(-1)
		}
		s.fail(254, "fork: Resource temporarily unavailable")
		return nil, false
	}
	j = &job{clock: s.p.clock, pid: int(s.p.g.lastPID.Add(1))}
	s.p.clock.Begin()
	s.p.wait.Go(func() {
		defer s.p.clock.End()
		c.guarded(func() { f(c) })
		c.guarded(func() { c.status = c.exitTrap(c.status) })
		s.p.alive.Add(-1)
		after()
		j.finish(c.status)
	})
	return j, true
}

// guarded contains a failure of the shell itself.
func (s *shell) guarded(f func()) {
	defer func() {
		if r := recover(); r != nil {
			s.leave, s.status = exiting, 2
			s.errorf("%v", r)
		}
	}()
	f()
}
