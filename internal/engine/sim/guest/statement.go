package guest

import (
	"fmt"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

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
