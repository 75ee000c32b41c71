package guest

import (
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/syntax"
)

var _ expand.WriteEnviron = (*shell)(nil)

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
