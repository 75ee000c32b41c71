package guest

import (
	"context"
	"errors"
	"io"
	"strings"
)

// stream is what a file descriptor stands for.
type stream struct {
	r io.Reader
	w io.Writer
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
