package guest

import (
	"bytes"
	"errors"
	"io"
	"math"
	"regexp"
	"strconv"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/pattern"
	"mvdan.cc/sh/v3/syntax"
)

// tooMuch unwinds an expansion that takes more than it may.
type tooMuch struct{ what string }

// expansion runs one expansion within its bounds; what fails is said, and false.
func (s *shell) expansion(words []*syntax.Word, f func(*expand.Config) error) (ok bool) {
	s.got, s.names = 0, 0
	defer func() {
		if r := recover(); r != nil {
			t, is := r.(tooMuch)
			if !is {
				t.what = "bad substitution"
			}
			s.errorf("%s", t.what)
			s.leave, s.status, ok = exiting, 2, false
		}
	}()
	for _, w := range words {
		if w != nil {
			s.examine(w)
		}
	}
	cfg := &expand.Config{Env: s, CmdSubst: s.substitute, NoUnset: s.noUnset,
		ProcSubst: func(*syntax.ProcSubst) (string, error) {
			return "", errors.New("process substitution is not supported")
		}}
	if !s.noGlob {
		cfg.ReadDir2 = s.readDir
	}
	if err := f(cfg); err != nil {
		s.errorf("%s", err)
		s.leave, s.status = exiting, 1
		return false
	}
	return s.leave != exiting
}

// examine refuses words whose expansion could grow without bound.
func (s *shell) examine(w *syntax.Word) {
	c := *w
	if syntax.SplitBraces(&c) && braces(&c) > maxFields {
		panic(tooMuch{"the brace expansion is too long"})
	}
	syntax.Walk(w, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.CmdSubst, *syntax.ProcSubst:
			return false
		case *syntax.ParamExp:
			if n.Repl != nil && s.measure(n.Repl.With) > maxReplacement {
				panic(tooMuch{"the replacement is too long"})
			}
		}
		return true
	})
}

// maxReplacement is how long the text of ${x//pattern/text} may be: it may be put between any two
// letters of x.
const maxReplacement = 256

// measure is how long a word may become.
func (s *shell) measure(w *syntax.Word) (n int) {
	if w == nil {
		return 0
	}
	syntax.Walk(w, func(x syntax.Node) bool {
		switch x := x.(type) {
		case *syntax.Lit:
			n += len(x.Value)
		case *syntax.SglQuoted:
			n += len(x.Value)
		case *syntax.ParamExp:
			if !x.Short && (x.Exp != nil || x.Repl != nil || x.Index != nil || x.Excl) {
				n = maxReplacement + 1
				return false
			}
			v := s.lookup(x.Param.Value)
			n += sizeOf(v)
			return false
		case *syntax.CmdSubst, *syntax.ProcSubst:
			n = maxReplacement + 1
			return false
		}
		return true
	})
	return n
}

// braces is how many words a word with braces becomes.
func braces(w *syntax.Word) int {
	n := 1
	for _, p := range w.Parts {
		b, ok := p.(*syntax.BraceExp)
		if !ok {
			continue
		}
		sum := 0
		if b.Sequence {
			sum = sequence(b)
		} else {
			for _, e := range b.Elems {
				sum += braces(e)
			}
		}
		if sum > maxFields || n*sum > maxFields {
			return maxFields + 1
		}
		n *= max(sum, 1)
	}
	return n
}

func sequence(b *syntax.BraceExp) int {
	if len(b.Elems) < 2 {
		return 1
	}
	x, err1 := strconv.ParseInt(b.Elems[0].Lit(), 10, 64)
	y, err2 := strconv.ParseInt(b.Elems[1].Lit(), 10, 64)
	if err1 != nil || err2 != nil {
		return 256 // of letters
	}
	step := 1.0
	if len(b.Elems) > 2 {
		if n, err := strconv.ParseInt(b.Elems[2].Lit(), 10, 64); err == nil && n != 0 {
			step = math.Abs(float64(n))
		}
	}
	return int(min(math.Abs(float64(x)-float64(y))/step+1, maxFields+1))
}

func (s *shell) fields(words ...*syntax.Word) (out []string, ok bool) {
	ok = s.expansion(words, func(cfg *expand.Config) error {
		total := 0
		for f, err := range expand.FieldsSeq(cfg, words...) {
			if err != nil {
				return err
			}
			if total += len(f) + 16; total > maxExpansion || len(out) > maxFields {
				panic(tooMuch{"Argument list too long"})
			}
			out = append(out, f)
		}
		return nil
	})
	return out, ok
}

func (s *shell) one(w *syntax.Word, f func(*expand.Config, *syntax.Word) (string, error)) (out string, ok bool) {
	ok = s.expansion([]*syntax.Word{w}, func(cfg *expand.Config) (err error) {
		out, err = f(cfg, w)
		return err
	})
	return out, ok
}

func (s *shell) literal(w *syntax.Word) (string, bool)  { return s.one(w, expand.Literal) }
func (s *shell) document(w *syntax.Word) (string, bool) { return s.one(w, expand.Document) }
func (s *shell) pattern(w *syntax.Word) (string, bool)  { return s.one(w, expand.Pattern) }

func (s *shell) arithm(x syntax.ArithmExpr) (n int, ok bool) {
	ok = s.expansion(nil, func(cfg *expand.Config) (err error) {
		n, err = expand.Arithm(cfg, x)
		return err
	})
	return n, ok
}

// matches tells whether a whole text matches a shell pattern.
func matches(pat, text string) bool {
	expr, err := pattern.Regexp(pat, pattern.EntireString)
	if err != nil {
		return pat == text
	}
	rx, err := regexp.Compile(expr)
	return err == nil && rx.MatchString(text)
}

// substitute runs a command substitution.
func (s *shell) substitute(w io.Writer, c *syntax.CmdSubst) error {
	got, names := s.got, s.names
	defer func() { s.got, s.names = got, names }()
	var out bounded
	s.subshell(func(sub *shell) {
		sub.fd[1] = stream{w: &out}
		sub.quiet = 0
		sub.list(c.Stmts)
	})
	s.substCode = s.status
	if out.full {
		return errors.New("command substitution: the output is too long")
	}
	_, err := w.Write(bytes.ReplaceAll(out.b, []byte{0}, nil))
	return err
}

// bounded keeps what a value may hold, and notes when there was more.
type bounded struct {
	b    []byte
	full bool
}

func (b *bounded) Write(p []byte) (int, error) {
	if len(b.b)+len(p) > maxValue {
		b.full = true
		return 0, errNoSpace
	}
	b.b = append(b.b, p...)
	return len(p), nil
}
