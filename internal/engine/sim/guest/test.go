package guest

import (
	"regexp"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// testClause evaluates [[ … ]]; a status of 2 says that it cannot be.
func (s *shell) testClause(x syntax.TestExpr) bool {
	switch x := x.(type) {
	case *syntax.ParenTest:
		return s.testClause(x.X)
	case *syntax.Word:
		text, ok := s.literal(x)
		return ok && text != ""
	case *syntax.UnaryTest:
		if x.Op == syntax.TsNot {
			return !s.testClause(x.X)
		}
		w, isWord := x.X.(*syntax.Word)
		if !isWord {
			s.fail(2, "syntax error in conditional expression")
			return false
		}
		text, ok := s.literal(w)
		return ok && s.unary(x.Op.String(), text)
	case *syntax.BinaryTest:
		switch x.Op {
		case syntax.AndTest:
			return s.testClause(x.X) && s.testClause(x.Y)
		case syntax.OrTest:
			return s.testClause(x.X) || s.testClause(x.Y)
		}
		l, ok1 := x.X.(*syntax.Word)
		r, ok2 := x.Y.(*syntax.Word)
		if !ok1 || !ok2 {
			s.fail(2, "syntax error in conditional expression")
			return false
		}
		left, ok := s.literal(l)
		if !ok {
			return false
		}
		switch x.Op {
		case syntax.TsMatchShort, syntax.TsMatch, syntax.TsNoMatch:
			pat, ok := s.pattern(r)
			return ok && matches(pat, left) == (x.Op != syntax.TsNoMatch)
		}
		right, ok := s.literal(r)
		if !ok {
			return false
		}
		switch x.Op {
		case syntax.TsReMatch:
			return s.reMatch(left, right)
		case syntax.TsBefore:
			return left < right
		case syntax.TsAfter:
			return left > right
		}
		return s.compare(x.Op.String(), left, right)
	}
	s.fail(2, "syntax error in conditional expression")
	return false
}

func (s *shell) reMatch(text, expr string) bool {
	rx, err := regexp.Compile(expr)
	if err != nil {
		s.fail(2, "%s: invalid regular expression", expr)
		return false
	}
	m := rx.FindStringSubmatch(text)
	s.set("BASH_REMATCH", variable{Set: true, Kind: 3, List: m})
	return m != nil
}

// unary answers the tests of one operand.
func (s *shell) unary(op, arg string) bool {
	f := s.p.g.files
	p := s.abs(arg)
	switch op {
	case "-z":
		return arg == ""
	case "-n":
		return arg != ""
	case "-r":
		return arg != "" && f.may(s.cred(), p, mayRead)
	case "-w":
		return arg != "" && f.may(s.cred(), p, mayWrite)
	case "-x":
		return arg != "" && f.may(s.cred(), p, mayRun)
	case "-t", "-o", "-R":
		return false
	case "-v":
		return s.lookup(arg).Set
	}
	i, err := f.stat(s.cred(), p, op != "-L" && op != "-h")
	if err != nil || arg == "" {
		return false
	}
	switch op {
	case "-e", "-a":
		return true
	case "-f":
		return i.kind == regular
	case "-d":
		return i.kind == directory
	case "-L", "-h":
		return i.kind == symlink
	case "-c":
		return i.kind == device
	case "-s":
		return i.size > 0
	case "-u":
		return i.mode&0o4000 != 0
	case "-g":
		return i.mode&0o2000 != 0
	case "-k":
		return i.mode&0o1000 != 0
	case "-O":
		return i.uid == s.user.uid
	case "-G":
		return i.gid == s.user.gid
	}
	return false
}

// compare answers the tests of two operands.
func (s *shell) compare(op, a, b string) bool {
	f := s.p.g.files
	switch op {
	case "=", "==":
		return a == b
	case "!=":
		return a != b
	case "<":
		return a < b
	case ">":
		return a > b
	case "-nt", "-ot", "-ef":
		x, err1 := f.stat(s.cred(), s.abs(a), true)
		y, err2 := f.stat(s.cred(), s.abs(b), true)
		switch op {
		case "-ef":
			return err1 == nil && err2 == nil && x.id == y.id
		case "-nt":
			return err1 == nil && (err2 != nil || x.modified.After(y.modified))
		}
		return err2 == nil && (err1 != nil || x.modified.Before(y.modified))
	}
	x, err1 := strconv.ParseInt(strings.TrimSpace(a), 10, 64)
	y, err2 := strconv.ParseInt(strings.TrimSpace(b), 10, 64)
	if err1 != nil || err2 != nil {
		bad := a
		if err1 == nil {
			bad = b
		}
		s.fail(2, "%s: integer expression expected", bad)
		return false
	}
	switch op {
	case "-eq":
		return x == y
	case "-ne":
		return x != y
	case "-lt":
		return x < y
	case "-le":
		return x <= y
	case "-gt":
		return x > y
	case "-ge":
		return x >= y
	}
	s.fail(2, "%s: binary operator expected", op)
	return false
}

// testWords is test and [ by their words, as POSIX orders the cases, with -a, -o and parentheses.
type testWords struct {
	s    *shell
	args []string
	bad  bool
}

func testBuiltin(s *shell, args []string) int {
	words := args[1:]
	if args[0] == "[" {
		if len(words) == 0 || words[len(words)-1] != "]" {
			s.fail(2, "[: missing `]'")
			return 2
		}
		words = words[:len(words)-1]
	}
	if len(words) == 0 {
		return 1
	}
	t := &testWords{s: s, args: words}
	s.status = 0
	ok := t.or()
	switch {
	case s.status == 2:
		return 2
	case t.bad || len(t.args) > 0:
		s.fail(2, "%s: syntax error", args[0])
		return 2
	case ok:
		return 0
	}
	return 1
}

func (t *testWords) or() bool {
	ok := t.and()
	for len(t.args) > 0 && t.args[0] == "-o" {
		t.args = t.args[1:]
		right := t.and()
		ok = ok || right
	}
	return ok
}

func (t *testWords) and() bool {
	ok := t.term()
	for len(t.args) > 0 && t.args[0] == "-a" {
		t.args = t.args[1:]
		right := t.term()
		ok = ok && right
	}
	return ok
}

func isBinary(op string) bool {
	switch op {
	case "=", "==", "!=", "<", ">", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef":
		return true
	}
	return false
}

func (t *testWords) term() bool {
	switch a := t.args; {
	case len(a) == 0:
		t.bad = true
		return false
	case len(a) >= 3 && isBinary(a[1]):
		t.args = a[3:]
		return t.s.compare(a[1], a[0], a[2])
	case len(a) >= 2 && a[0] == "!":
		t.args = a[1:]
		return !t.term()
	case len(a) >= 3 && a[0] == "(":
		t.args = a[1:]
		ok := t.or()
		if len(t.args) == 0 || t.args[0] != ")" {
			t.bad = true
			return false
		}
		t.args = t.args[1:]
		return ok
	case len(a) >= 2 && len(a[0]) == 2 && a[0][0] == '-' && strings.Contains("zneafdLhcsugkOGrwxtvoR", a[0][1:]):
		t.args = a[2:]
		return t.s.unary(a[0], a[1])
	default:
		t.args = a[1:]
		return a[0] != ""
	}
}
