package guest

import (
	"io/fs"
	"strings"
	"time"
)

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
