package guest

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// redirected runs f with redirections in force, and undoes them.
func (s *shell) redirected(list []*syntax.Redirect, f func()) {
	if len(list) == 0 {
		f()
		return
	}
	saved := s.fd
	if s.redirect(list) {
		f()
	} else {
		s.status = 1
	}
	s.fd = saved
}

// redirect puts redirections in force, in their order; false: one failed, which is said.
func (s *shell) redirect(list []*syntax.Redirect) bool {
	for _, r := range list {
		if !s.redirectOne(r) {
			return false
		}
	}
	return true
}

func (s *shell) redirectOne(r *syntax.Redirect) bool {
	fd := 1
	switch r.Op {
	case syntax.RdrIn, syntax.RdrInOut, syntax.DplIn, syntax.Hdoc, syntax.DashHdoc, syntax.WordHdoc:
		fd = 0
	}
	if r.N != nil {
		if len(r.N.Value) != 1 || r.N.Value[0] < '0' || r.N.Value[0] > '9' {
			s.errorf("%s: Bad file descriptor", r.N.Value)
			return false
		}
		fd = int(r.N.Value[0] - '0')
	}
	switch r.Op {
	case syntax.Hdoc, syntax.DashHdoc:
		text, ok := s.document(r.Hdoc)
		s.fd[fd] = stream{r: strings.NewReader(text)}
		return ok
	}
	word, ok := s.literal(r.Word)
	if !ok {
		return false
	}
	switch r.Op {
	case syntax.WordHdoc:
		s.fd[fd] = stream{r: strings.NewReader(word + "\n")}
		return true
	case syntax.DplIn, syntax.DplOut:
		switch {
		case word == "-":
			s.fd[fd] = stream{}
			return true
		case len(word) == 1 && word[0] >= '0' && word[0] <= '9':
			from := s.fd[word[0]-'0']
			if from == (stream{}) {
				s.errorf("%s: Bad file descriptor", word)
				return false
			}
			s.fd[fd] = from
			return true
		case r.Op == syntax.DplOut && r.N == nil:
			return s.openFor(word, openMode{write: true, create: true, truncate: true, perm: 0o644}, 1, 2)
		}
		s.errorf("%s: ambiguous redirect", word)
		return false
	case syntax.RdrIn:
		return s.openFor(word, openMode{read: true}, fd)
	case syntax.RdrInOut:
		return s.openFor(word, openMode{read: true, write: true, create: true, perm: 0o644}, fd)
	case syntax.RdrOut, syntax.RdrClob:
		return s.openFor(word, openMode{write: true, create: true, truncate: true, perm: 0o644}, fd)
	case syntax.AppOut, syntax.AppClob:
		return s.openFor(word, openMode{write: true, create: true, append: true, perm: 0o644}, fd)
	case syntax.RdrAll, syntax.RdrAllClob:
		return s.openFor(word, openMode{write: true, create: true, truncate: true, perm: 0o644}, 1, 2)
	case syntax.AppAll, syntax.AppAllClob:
		return s.openFor(word, openMode{write: true, create: true, append: true, perm: 0o644}, 1, 2)
	}
	s.errorf("this redirection is not supported")
	return false
}

// openFor opens a file for descriptors. The names of the standard streams stand for those of this
// shell; there is no /dev/tcp.
func (s *shell) openFor(word string, m openMode, fds ...int) bool {
	for i, name := range []string{"/dev/stdin", "/dev/stdout", "/dev/stderr"} {
		if word == name || word == "/dev/fd/"+string(rune('0'+i)) || word == "/proc/self/fd/"+string(rune('0'+i)) {
			for _, fd := range fds {
				s.fd[fd] = s.fd[i]
			}
			return true
		}
	}
	if word == "" {
		s.errorf(": No such file or directory")
		return false
	}
	h, err := s.p.g.files.open(s.cred(), s.abs(word), m)
	if err != nil {
		s.errorf("%s: %s", word, err)
		return false
	}
	for _, fd := range fds {
		s.fd[fd] = stream{}
		if m.read {
			s.fd[fd].r = h
		}
		if m.write {
			s.fd[fd].w = h
		}
	}
	return true
}
