package guest

import (
	"slices"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/syntax"
)

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
