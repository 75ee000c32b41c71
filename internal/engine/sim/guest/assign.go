package guest

import (
	"io"
	"maps"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/syntax"
)

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
