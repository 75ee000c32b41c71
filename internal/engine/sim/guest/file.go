package guest

import (
	"io"
	"math/rand/v2"
	"path"
)

// How a file is opened.
type openMode struct {
	read, write, create, truncate, append, exclusive bool
	perm                                             uint32
}

// file is an open file. It may be read and written from several processes of the guest.
type file struct {
	f      *files
	n      *node
	at     int64
	append bool
	read   bool
	write  bool
}

func (f *files) open(c cred, p string, m openMode) (*file, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n, dir, name, err := f.walk(c, p, true)
	switch {
	case err != nil:
		return nil, err
	case n == nil && !m.create:
		return nil, errNoEntry
	case n != nil && m.exclusive:
		return nil, errExist
	case n == nil:
		if path.Base(p) != name && p[len(p)-1] == '/' {
			return nil, errIsDir
		}
		n = f.make(regular, m.perm, c)
		if err := f.add(c, dir, name, n); err != nil {
			return nil, err
		}
	case n.kind == directory:
		return nil, errIsDir
	case m.read && !n.allows(c, mayRead), m.write && !n.allows(c, mayWrite):
		return nil, errDenied
	case m.truncate && n.kind == regular:
		f.bytes -= len(n.data)
		n.data, n.modified = nil, f.now()
	}
	return &file{f: f, n: n, append: m.append, read: m.read, write: m.write}, nil
}

func (h *file) Read(b []byte) (int, error) {
	h.f.mu.Lock()
	defer h.f.mu.Unlock()
	if !h.read {
		return 0, errBadFile
	}
	if h.n.kind == device {
		switch h.n.target {
		case "zero":
			clear(b)
			return len(b), nil
		case "random":
			for i := range b {
				b[i] = byte(rand.Uint32())
			}
			return len(b), nil
		}
		return 0, io.EOF
	}
	if h.at >= int64(len(h.n.data)) {
		return 0, io.EOF
	}
	n := copy(b, h.n.data[h.at:])
	h.at += int64(n)
	return n, nil
}

func (h *file) Write(b []byte) (int, error) {
	h.f.mu.Lock()
	defer h.f.mu.Unlock()
	switch {
	case !h.write:
		return 0, errBadFile
	case h.n.kind == device && h.n.target == "full":
		return 0, errNoSpace
	case h.n.kind == device:
		return len(b), nil
	}
	if h.append || h.at > int64(len(h.n.data)) {
		h.at = int64(len(h.n.data))
	}
	end := h.at + int64(len(b))
	grow := int(max(0, end-int64(len(h.n.data))))
	if h.f.bytes+grow > maxBytes {
		return 0, errNoSpace
	}
	if grow > 0 {
		h.n.data = append(h.n.data, make([]byte, grow)...)
		h.f.bytes += grow
	}
	copy(h.n.data[h.at:], b)
	h.at = end
	h.n.modified = h.f.now()
	return len(b), nil
}

// load reads a whole file.
func (f *files) load(c cred, p string) ([]byte, error) {
	h, err := f.open(c, p, openMode{read: true})
	if err != nil {
		return nil, err
	}
	if h.n.kind == device {
		return nil, nil
	}
	return io.ReadAll(h)
}

// save writes a whole file, made if need be.
func (f *files) save(c cred, p string, data []byte, perm uint32) error {
	h, err := f.open(c, p, openMode{write: true, create: true, truncate: true, perm: perm})
	if err == nil {
		_, err = h.Write(data)
	}
	return err
}
