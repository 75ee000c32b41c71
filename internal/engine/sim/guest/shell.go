package guest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
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

// stream is what a file descriptor stands for.
type stream struct {
	r io.Reader
	w io.Writer
}

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

// list runs statements one after the other.
func (s *shell) list(list []*syntax.Stmt) {
	for _, st := range list {
		if s.leave != staying {
			return
		}
		s.stmt(st)
	}
}

// condition runs statements whose failure is an answer.
func (s *shell) condition(list []*syntax.Stmt) bool {
	s.quiet++
	s.list(list)
	s.quiet--
	return s.status == 0
}

func (s *shell) stmt(st *syntax.Stmt) {
	if st == nil {
		return
	}
	if s.p.step() != nil {
		s.leave, s.status = exiting, 137
		return
	}
	if st.Background || st.Coprocess || st.Disown {
		s.background(st)
		return
	}
	if st.Negated {
		s.quiet++
	}
	if c, ok := st.Cmd.(*syntax.CallExpr); ok && len(c.Args) == 1 && len(c.Assigns) == 0 && c.Args[0].Lit() == "exec" {
		s.truth(s.redirect(st.Redirs)) // for good
	} else {
		s.redirected(st.Redirs, func() { s.command(st.Cmd) })
	}
	if st.Negated {
		s.quiet--
		if s.leave != exiting {
			if s.status == 0 {
				s.status = 1
			} else {
				s.status = 0
			}
		}
		return
	}
	if _, list := st.Cmd.(*syntax.BinaryCmd); s.errExit && s.quiet == 0 && s.status != 0 && s.leave == staying && !list {
		s.leave = exiting
	}
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

func (s *shell) background(st *syntax.Stmt) {
	fg := *st
	fg.Background, fg.Coprocess, fg.Disown = false, false, false
	c := s.sub()
	c.fd[0] = stream{r: strings.NewReader("")}
	j, ok := s.spawn(c, func(c *shell) { c.stmt(&fg) }, func() {})
	if !ok {
		return
	}
	s.jobs = append(s.jobs, j)
	if len(s.jobs) > maxProcesses {
		s.jobs = s.jobs[1:]
	}
	s.lastBG, s.status = j.pid, 0
}

func (s *shell) command(cmd syntax.Command) {
	switch c := cmd.(type) {
	case nil:
		s.status = 0
	case *syntax.CallExpr:
		s.call(c)
	case *syntax.BinaryCmd:
		s.binary(c)
	case *syntax.Block:
		s.list(c.Stmts)
	case *syntax.Subshell:
		s.subshell(func(sub *shell) { sub.list(c.Stmts) })
	case *syntax.IfClause:
		s.ifClause(c)
	case *syntax.WhileClause:
		s.whileClause(c)
	case *syntax.ForClause:
		s.forClause(c)
	case *syntax.CaseClause:
		s.caseClause(c)
	case *syntax.FuncDecl:
		if c.Name == nil {
			s.fail(1, "a function without a name")
			return
		}
		s.funcs[c.Name.Value] = &function{c.Body}
		s.status = 0
	case *syntax.ArithmCmd:
		n, ok := s.arithm(c.X)
		s.truth(ok && n != 0)
	case *syntax.LetClause:
		n := 0
		for _, x := range c.Exprs {
			var ok bool
			if n, ok = s.arithm(x); !ok {
				return
			}
		}
		s.truth(n != 0)
	case *syntax.TestClause:
		s.status = 0
		if ok := s.testClause(c.X); s.status < 2 {
			s.truth(ok)
		}
	case *syntax.DeclClause:
		s.declare(c)
	case *syntax.TimeClause:
		from := s.p.clock.Now()
		if c.Stmt != nil {
			s.stmt(c.Stmt)
		}
		d := s.p.clock.Now().Sub(from)
		if w := s.fd[2].w; w != nil {
			fmt.Fprintf(w, "\nreal\t%dm%.3fs\nuser\t0m0.000s\nsys\t0m0.000s\n", int(d.Minutes()), d.Seconds()-60*float64(int(d.Minutes())))
		}
	default:
		s.fail(2, "this kind of command is not supported")
	}
}

func (s *shell) truth(ok bool) {
	s.status = 1
	if ok {
		s.status = 0
	}
}

func (s *shell) fail(status int, format string, args ...any) {
	s.errorf(format, args...)
	s.status = status
}

// subshell runs f apart and takes its status.
func (s *shell) subshell(f func(sub *shell)) {
	if s.depth >= maxDepth {
		s.fail(254, "fork: Resource temporarily unavailable")
		return
	}
	c := s.sub()
	f(c)
	s.status = c.exitTrap(c.status)
	if s.p.ctx.Err() != nil {
		s.leave = exiting
	}
}

func (s *shell) binary(c *syntax.BinaryCmd) {
	switch c.Op {
	case syntax.AndStmt, syntax.OrStmt:
		s.quiet++
		s.stmt(c.X)
		s.quiet--
		if s.leave == staying && (s.status == 0) == (c.Op == syntax.AndStmt) {
			s.stmt(c.Y)
		}
	case syntax.Pipe, syntax.PipeAll:
		s.pipeline(c)
	default:
		s.fail(2, "this operator is not supported")
	}
}

// pipeline runs the left side in a process of its own, and the right in this goroutine.
func (s *shell) pipeline(c *syntax.BinaryCmd) {
	p := &pipe{ctx: s.p.ctx, clock: s.p.clock}
	left := s.sub()
	left.fd[1] = stream{w: p}
	if c.Op == syntax.PipeAll {
		left.fd[2] = stream{w: p}
	}
	j, ok := s.spawn(left, func(l *shell) { l.stmt(c.X) }, p.closeWrite)
	if !ok {
		return
	}
	s.subshell(func(r *shell) {
		r.fd[0] = stream{r: p}
		r.stmt(c.Y)
	})
	p.closeRead()
	status, err := j.wait(s.p.ctx)
	if err != nil {
		s.leave = exiting
		return
	}
	if s.pipeFail && s.status == 0 {
		s.status = status
	}
}

func (s *shell) ifClause(c *syntax.IfClause) {
	for c != nil {
		if len(c.Cond) == 0 { // else
			s.list(c.Then)
			return
		}
		ok := s.condition(c.Cond)
		if s.leave != staying {
			return
		}
		if ok {
			s.status = 0
			s.list(c.Then)
			return
		}
		c = c.Else
	}
	s.status = 0
}

// body runs the body of a loop; false ends the loop.
func (s *shell) body(list []*syntax.Stmt) bool {
	s.list(list)
	switch s.leave {
	case breaking:
		if s.levels--; s.levels <= 0 {
			s.leave = staying
		}
		return false
	case continuing:
		if s.levels--; s.levels > 0 {
			return false
		}
		s.leave = staying
	}
	if s.leave == staying && s.p.step() != nil {
		s.leave, s.status = exiting, 137
	}
	return s.leave == staying
}

func (s *shell) whileClause(c *syntax.WhileClause) {
	s.loops++
	defer func() { s.loops-- }()
	status := 0
	for {
		ok := s.condition(c.Cond)
		if s.leave != staying || ok == c.Until {
			break
		}
		more := s.body(c.Do)
		status = s.status
		if !more {
			break
		}
	}
	if s.leave != exiting {
		s.status = status
	}
}

func (s *shell) forClause(c *syntax.ForClause) {
	s.loops++
	defer func() { s.loops-- }()
	switch l := c.Loop.(type) {
	case *syntax.WordIter:
		items := slices.Clone(s.args)
		if l.InPos.IsValid() {
			var ok bool
			if items, ok = s.fields(l.Items...); !ok {
				return
			}
		}
		if c.Select {
			s.fail(2, "select is not supported")
			return
		}
		s.status = 0
		for _, item := range items {
			if s.set(l.Name.Value, variable{Set: true, Kind: expand.String, Str: item}) != nil || !s.body(c.Do) {
				return
			}
		}
	case *syntax.CStyleLoop:
		s.status = 0
		if l.Init != nil {
			if _, ok := s.arithm(l.Init); !ok {
				return
			}
		}
		for {
			if l.Cond != nil {
				if n, ok := s.arithm(l.Cond); !ok || n == 0 {
					return
				}
			}
			if !s.body(c.Do) {
				return
			}
			if l.Post != nil {
				if _, ok := s.arithm(l.Post); !ok {
					return
				}
			}
		}
	}
}

func (s *shell) caseClause(c *syntax.CaseClause) {
	word, ok := s.literal(c.Word)
	if !ok {
		return
	}
	s.status = 0
	through := false
	for _, item := range c.Items {
		hit := through
		for _, p := range item.Patterns {
			if hit {
				break
			}
			pat, ok := s.pattern(p)
			if !ok {
				return
			}
			hit = matches(pat, word)
		}
		if !hit {
			continue
		}
		s.list(item.Stmts)
		if s.leave != staying || item.Op == syntax.Break {
			return
		}
		through = item.Op == syntax.Fallthrough
	}
}

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

func (s *shell) in() io.Reader {
	if r := s.fd[0].r; r != nil {
		return &paced{s.p, r}
	}
	return strings.NewReader("")
}

func (s *shell) outw() io.Writer { return s.writer(1) }
func (s *shell) errw() io.Writer { return s.writer(2) }

func (s *shell) writer(n int) io.Writer {
	if w := s.fd[n].w; w != nil {
		return &slowed{s.p, w}
	}
	return broken{}
}

// broken is a descriptor that is closed.
type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errBadFile }

// paced and slowed count each read and each write as a step.
type paced struct {
	p *process
	r io.Reader
}

func (r *paced) Read(b []byte) (int, error) {
	if err := r.p.step(); err != nil {
		return 0, err
	}
	return r.r.Read(b)
}

type slowed struct {
	p *process
	w io.Writer
}

func (w *slowed) Write(b []byte) (int, error) {
	if err := w.p.step(); err != nil {
		return 0, err
	}
	return w.w.Write(b)
}

// ended tells an error that only says that the script is being ended, or that nobody reads on.
func ended(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, io.ErrClosedPipe)
}
