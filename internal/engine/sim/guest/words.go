package guest

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/pattern"
	"mvdan.cc/sh/v3/syntax"
)

var _ expand.WriteEnviron = (*shell)(nil)

// tooMuch unwinds an expansion that takes more than it may.
type tooMuch struct{ what string }

// Get implements expand.Environ: it is how expansions see variables.
func (s *shell) Get(name string) variable {
	v := s.lookup(name)
	s.got += len(v.Str)
	for _, e := range v.List {
		s.got += len(e)
	}
	if s.got > maxExpansion {
		panic(tooMuch{"the expansion is too long"})
	}
	return v
}

func (s *shell) lookup(name string) variable {
	text := func(t string) variable { return variable{Set: true, Kind: expand.String, Str: t} }
	switch name {
	case "?":
		return text(strconv.Itoa(s.status))
	case "#":
		return text(strconv.Itoa(len(s.args)))
	case "@", "*":
		return variable{Set: true, Kind: expand.Indexed, List: append([]string{}, s.args...)}
	case "$":
		return text(strconv.Itoa(s.pid))
	case "!":
		if s.lastBG == 0 {
			return variable{}
		}
		return text(strconv.Itoa(s.lastBG))
	case "-":
		return text(s.optionLetters())
	case "0":
		return text(s.name)
	case "PPID":
		return text("1")
	case "UID", "EUID":
		return text(strconv.Itoa(int(s.user.uid)))
	case "RANDOM":
		s.seed = s.seed*1103515245 + 12345 + uint32(s.pid)
		return text(strconv.Itoa(int(s.seed >> 16 & 0x7fff)))
	case "SECONDS":
		return text(strconv.FormatInt(s.p.clock.Now().Unix()-s.started, 10))
	case "EPOCHSECONDS":
		return text(strconv.FormatInt(s.p.clock.Now().Unix(), 10))
	case "BASH_VERSION":
		return variable{}
	}
	if n, err := strconv.Atoi(name); err == nil {
		if n >= 1 && n <= len(s.args) {
			return text(s.args[n-1])
		}
		return variable{}
	}
	// The home of a user is always answered here: where it is not, the library asks the host.
	if who, ok := strings.CutPrefix(name, "HOME "); ok {
		if u, ok := s.p.g.user(who); ok {
			return text(u.home)
		}
		return text("~" + who)
	}
	return s.vars[name]
}

// Each implements expand.Environ.
func (s *shell) Each(f func(name string, v variable) bool) {
	for _, name := range slices.Sorted(maps.Keys(s.vars)) {
		if !f(name, s.vars[name]) {
			return
		}
	}
}

// Set implements expand.WriteEnviron: ${x:=word} and arithmetic assign by it.
func (s *shell) Set(name string, v variable) error { return s.set(name, v) }

var errReadOnly = errors.New("readonly variable")

// set gives a variable a value, keeping its attributes.
func (s *shell) set(name string, v variable) error {
	old := s.vars[name]
	switch {
	case !syntax.ValidName(name):
		return errInvalid
	case old.ReadOnly:
		s.errorf("%s: readonly variable", name)
		s.status = 1
		if s.inFunc == 0 {
			s.leave = exiting
		}
		return errReadOnly
	case sizeOf(v) > maxValue:
		s.errorf("%s: the value is too long", name)
		s.leave, s.status = exiting, 2
		return errNoSpace
	}
	v.Exported = v.Exported || old.Exported
	s.put(name, v)
	if s.size > maxVariables {
		s.errorf("cannot allocate memory")
		s.leave, s.status = exiting, 2
		return errNoSpace
	}
	return nil
}

// put replaces a variable whatever it was.
func (s *shell) put(name string, v variable) {
	s.size += sizeOf(v) - sizeOf(s.vars[name])
	if !v.Declared() {
		delete(s.vars, name)
		return
	}
	if _, ok := s.vars[name]; !ok {
		s.size += 64 + len(name)
	}
	s.vars[name] = v
}

func sizeOf(v variable) (n int) {
	n = len(v.Str)
	for _, e := range v.List {
		n += len(e) + 16
	}
	for k, e := range v.Map {
		n += len(k) + len(e) + 64
	}
	return n
}

func (s *shell) export(name, value string) {
	s.set(name, variable{Set: true, Exported: true, Kind: expand.String, Str: value})
}

func (s *shell) setText(name, value string) bool {
	return s.set(name, variable{Set: true, Kind: expand.String, Str: value}) == nil
}

// environ is what a command of the machine sees.
func (s *shell) environ() (out []string) {
	for name, v := range s.Each {
		if v.Exported && v.Set && v.Kind == expand.String {
			out = append(out, name+"="+v.Str)
		}
	}
	return out
}

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

// readDir is how patterns see the file system.
func (s *shell) readDir(p string) ([]fs.DirEntry, error) {
	if s.names++; s.names > maxFields {
		panic(tooMuch{"the pattern names too many files"})
	}
	list, err := s.p.g.files.list(s.cred(), s.abs(strings.ReplaceAll(p, `\`, "/")))
	if err != nil {
		return nil, err
	}
	s.names += len(list)
	out := make([]fs.DirEntry, len(list))
	for i := range list {
		out[i] = fs.FileInfoToDirEntry(entry{list[i]})
	}
	return out, nil
}

// entry is a file as io/fs has it.
type entry struct{ i info }

func (e entry) Name() string       { return e.i.name }
func (e entry) Size() int64        { return e.i.size }
func (e entry) ModTime() time.Time { return e.i.modified }
func (e entry) IsDir() bool        { return e.i.kind == directory }
func (e entry) Sys() any           { return nil }
func (e entry) Mode() fs.FileMode {
	m := fs.FileMode(e.i.mode & 0o777)
	switch e.i.kind {
	case directory:
		m |= fs.ModeDir
	case symlink:
		m |= fs.ModeSymlink
	case device:
		m |= fs.ModeDevice | fs.ModeCharDevice
	}
	return m
}

// assign does one assignment.
func (s *shell) assign(a *syntax.Assign) bool {
	name := a.Name.Value
	old := s.vars[name]
	switch {
	case a.Naked:
		return true
	case a.Array != nil:
		return s.assignArray(name, a, old)
	}
	text, ok := s.literal(a.Value)
	if !ok {
		return false
	}
	if a.Index != nil {
		return s.assignElement(name, a.Index, text, a.Append, old)
	}
	if a.Append {
		text = old.String() + text
	}
	if old.Kind == expand.Indexed && len(old.List) > 0 {
		list := slices.Clone(old.List)
		list[0] = text
		return s.set(name, variable{Set: true, Kind: expand.Indexed, List: list}) == nil
	}
	return s.setText(name, text)
}

func (s *shell) assignArray(name string, a *syntax.Assign, old variable) bool {
	if old.Kind == expand.Associative {
		m := map[string]string{}
		if a.Append {
			maps.Copy(m, old.Map)
		}
		for _, e := range a.Array.Elems {
			w, isWord := e.Index.(*syntax.Word)
			if !isWord {
				s.fail(1, "%s: bad array subscript", name)
				return false
			}
			k, ok1 := s.literal(w)
			v, ok2 := s.literal(e.Value)
			if !ok1 || !ok2 {
				return false
			}
			m[k] = v
		}
		return s.set(name, variable{Set: true, Kind: expand.Associative, Map: m}) == nil
	}
	var list []string
	if a.Append {
		list = slices.Clone(old.List)
	}
	for _, e := range a.Array.Elems {
		if e.Index != nil {
			n, ok := s.arithm(e.Index)
			if !ok || n < 0 || n > maxFields {
				s.fail(1, "%s: bad array subscript", name)
				return false
			}
			v, ok := s.literal(e.Value)
			if !ok {
				return false
			}
			for len(list) <= n {
				list = append(list, "")
			}
			list[n] = v
			continue
		}
		vs, ok := s.fields(e.Value)
		if !ok {
			return false
		}
		list = append(list, vs...)
	}
	return s.set(name, variable{Set: true, Kind: expand.Indexed, List: list}) == nil
}

func (s *shell) assignElement(name string, index syntax.ArithmExpr, text string, add bool, old variable) bool {
	if old.Kind == expand.Associative {
		w, isWord := index.(*syntax.Word)
		if !isWord {
			s.fail(1, "%s: bad array subscript", name)
			return false
		}
		k, ok := s.literal(w)
		if !ok {
			return false
		}
		m := maps.Clone(old.Map)
		if m == nil {
			m = map[string]string{}
		}
		if add {
			text = m[k] + text
		}
		m[k] = text
		return s.set(name, variable{Set: true, Kind: expand.Associative, Map: m}) == nil
	}
	n, ok := s.arithm(index)
	if !ok {
		return false
	}
	list := slices.Clone(old.List)
	if old.Kind == expand.String && old.Set {
		list = []string{old.Str}
	}
	if n < 0 {
		n += len(list)
	}
	if n < 0 || n > maxFields/4 {
		s.fail(1, "%s: bad array subscript", name)
		return false
	}
	for len(list) <= n {
		list = append(list, "")
	}
	if add {
		text = list[n] + text
	}
	list[n] = text
	return s.set(name, variable{Set: true, Kind: expand.Indexed, List: list}) == nil
}

// declare runs declare, local, export, readonly and typeset.
func (s *shell) declare(c *syntax.DeclClause) {
	word := c.Variant.Value
	var flags string
	local := word == "local" || s.inFunc > 0 && (word == "declare" || word == "typeset")
	if word == "local" && s.inFunc == 0 {
		s.fail(1, "local: can only be used in a function")
		return
	}
	s.status = 0
	for _, a := range c.Args {
		if a.Naked && a.Name == nil {
			text, ok := s.literal(a.Value)
			if !ok {
				return
			}
			switch {
			case len(text) > 1 && (text[0] == '-' || text[0] == '+'):
				if text[0] == '-' {
					flags += text[1:]
					local = local && !strings.Contains(text, "g")
				}
				continue
			case !syntax.ValidName(strings.SplitN(text, "=", 2)[0]):
				s.fail(1, "%s: %s: not a valid identifier", word, text)
				continue
			}
			name, value, given := strings.Cut(text, "=")
			a = &syntax.Assign{Naked: !given, Name: &syntax.Lit{Value: name}, Value: &syntax.Word{Parts: []syntax.WordPart{&syntax.SglQuoted{Value: value}}}}
		}
		name := a.Name.Value
		if local {
			frame := s.locals[len(s.locals)-1]
			if _, twice := frame[name]; !twice {
				frame[name] = s.vars[name]
				s.put(name, variable{})
			}
		}
		if strings.Contains(flags, "A") && s.vars[name].Kind != expand.Associative {
			s.put(name, variable{Kind: expand.Associative})
		} else if strings.Contains(flags, "a") && !s.vars[name].Declared() {
			s.put(name, variable{Kind: expand.Indexed})
		}
		if !s.assign(a) {
			s.status = max(s.status, 1)
			return
		}
		v := s.vars[name]
		v.Exported = v.Exported && !strings.Contains(flags, "n") || word == "export" && !strings.Contains(flags, "n") || strings.Contains(flags, "x")
		v.ReadOnly = v.ReadOnly || word == "readonly" || strings.Contains(flags, "r")
		v.Local = local
		s.put(name, v)
	}
	if len(c.Args) == 0 || flags == "p" && len(c.Args) == 1 {
		for name, v := range s.Each {
			if v.Set && (word != "export" || v.Exported) && (word != "readonly" || v.ReadOnly) {
				io.WriteString(s.outw(), "declare -"+or(v.Flags(), "-")+" "+name+"=\""+v.String()+"\"\n")
			}
		}
	}
}
