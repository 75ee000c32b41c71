package guest

import (
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
	"time"
)

// What one machine's file system may hold.
const (
	maxBytes = 16 << 20
	maxFiles = 4096
	maxName  = 255
	maxPath  = 4096
	maxLinks = 20 // symbolic links followed in one path
)

// fault is an error of the file system, worded as Linux words it.
type fault string

func (f fault) Error() string { return string(f) }

// Is lets callers outside ask for the errors of io/fs.
func (f fault) Is(target error) bool {
	return f == errNoEntry && target == fs.ErrNotExist || f == errExist && target == fs.ErrExist || f == errDenied && target == fs.ErrPermission
}

const (
	errNoEntry  fault = "No such file or directory"
	errExist    fault = "File exists"
	errNotDir   fault = "Not a directory"
	errIsDir    fault = "Is a directory"
	errNotEmpty fault = "Directory not empty"
	errDenied   fault = "Permission denied"
	errNotOwner fault = "Operation not permitted"
	errNoSpace  fault = "No space left on device"
	errLoop     fault = "Too many levels of symbolic links"
	errLongName fault = "File name too long"
	errInvalid  fault = "Invalid argument"
	errBadFile  fault = "Bad file descriptor"
	errBusy     fault = "Device or resource busy"
)

type kind uint8

const (
	regular kind = iota
	directory
	symlink
	device
)

// node is a file, a directory, a symbolic link or a device.
type node struct {
	kind     kind
	mode     uint32 // permissions, with set-id and sticky bits
	uid, gid uint32
	modified time.Time
	data     []byte
	kids     map[string]*node
	target   string // of a link; the name of a device
}

// cred is whose rights a path is walked with. Root may do anything.
type cred struct{ uid, gid uint32 }

// files is a file system. Paths are absolute; every method locks.
type files struct {
	now func() time.Time

	mu    sync.Mutex
	root  *node
	bytes int
	count int
}

// info is what is known of a file, as of one moment.
type info struct {
	name     string
	kind     kind
	mode     uint32
	uid, gid uint32
	size     int64
	modified time.Time
	target   string
	id       *node
}

func newFiles(now func() time.Time) *files {
	f := &files{now: now}
	f.root = f.make(directory, 0o755, cred{})
	return f
}

func (f *files) make(k kind, mode uint32, c cred) *node {
	n := &node{kind: k, mode: mode, uid: c.uid, gid: c.gid, modified: f.now()}
	if k == directory {
		n.kids = map[string]*node{}
	}
	return n
}

const (
	mayRead  = 4
	mayWrite = 2
	mayRun   = 1
)

func (n *node) allows(c cred, bit uint32) bool {
	switch {
	case c.uid == 0:
		return bit != mayRun || n.kind == directory || n.mode&0o111 != 0
	case n.uid == c.uid:
		return n.mode>>6&bit == bit
	case n.gid == c.gid:
		return n.mode>>3&bit == bit
	}
	return n.mode&bit == bit
}

// walk finds what a path names: the node (nil if only the last element is missing), the directory
// that holds it and its name there. follow says whether a link in last place is followed.
func (f *files) walk(c cred, p string, follow bool) (n, dir *node, name string, err error) {
	if len(p) > maxPath {
		return nil, nil, "", errLongName
	}
	links := 0
	stack := []*node{f.root}
	rest := strings.Split(p, "/")
	for len(rest) > 0 {
		part := rest[0]
		rest = rest[1:]
		top := stack[len(stack)-1]
		switch {
		case part == "" || part == ".":
			if part == "" && len(rest) == 0 && top.kind != directory {
				return nil, nil, "", errNotDir
			}
			continue
		case part == "..":
			if len(stack) > 1 {
				stack = stack[:len(stack)-1]
			}
			continue
		case top.kind != directory:
			return nil, nil, "", errNotDir
		case !top.allows(c, mayRun):
			return nil, nil, "", errDenied
		case len(part) > maxName:
			return nil, nil, "", errLongName
		}
		last := !slices.ContainsFunc(rest, func(r string) bool { return r != "" })
		kid := top.kids[part]
		if kid == nil {
			if last {
				return nil, top, part, nil
			}
			return nil, nil, "", errNoEntry
		}
		if kid.kind == symlink && (!last || follow || len(rest) > 0) {
			if links++; links > maxLinks {
				return nil, nil, "", errLoop
			}
			if strings.HasPrefix(kid.target, "/") {
				stack = stack[:1]
			}
			rest = append(strings.Split(kid.target, "/"), rest...)
			continue
		}
		if last {
			if len(rest) > 0 && kid.kind != directory {
				return nil, nil, "", errNotDir
			}
			return kid, top, part, nil
		}
		stack = append(stack, kid)
	}
	n = stack[len(stack)-1]
	if len(stack) > 1 {
		dir = stack[len(stack)-2]
		for k, v := range dir.kids {
			if v == n {
				name = k
			}
		}
	}
	return n, dir, name, nil
}

func (f *files) find(c cred, p string, follow bool) (*node, error) {
	n, _, _, err := f.walk(c, p, follow)
	if err == nil && n == nil {
		err = errNoEntry
	}
	return n, err
}

func (n *node) info(name string) info {
	i := info{name: name, kind: n.kind, mode: n.mode, uid: n.uid, gid: n.gid, size: int64(len(n.data)), modified: n.modified, target: n.target, id: n}
	if n.kind == directory {
		i.size = 4096
	}
	return i
}

func (f *files) stat(c cred, p string, follow bool) (info, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n, err := f.find(c, p, follow)
	if err != nil {
		return info{}, err
	}
	return n.info(path.Base(p)), nil
}

// may tells whether the path exists and its mode allows something.
func (f *files) may(c cred, p string, bit uint32) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	n, err := f.find(c, p, true)
	return err == nil && n.allows(c, bit)
}

func (f *files) list(c cred, p string) ([]info, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n, err := f.find(c, p, true)
	switch {
	case err != nil:
		return nil, err
	case n.kind != directory:
		return nil, errNotDir
	case !n.allows(c, mayRead):
		return nil, errDenied
	}
	out := make([]info, 0, len(n.kids))
	for name, kid := range n.kids {
		out = append(out, kid.info(name))
	}
	slices.SortFunc(out, func(a, b info) int { return strings.Compare(a.name, b.name) })
	return out, nil
}

// add puts a new node into a directory.
func (f *files) add(c cred, dir *node, name string, n *node) error {
	switch {
	case dir == nil || name == "":
		return errExist
	case !dir.allows(c, mayWrite) || !dir.allows(c, mayRun):
		return errDenied
	case f.count >= maxFiles:
		return errNoSpace
	}
	f.count++
	dir.kids[name] = n
	dir.modified = f.now()
	return nil
}

func (f *files) mkdir(c cred, p string, mode uint32) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	n, dir, name, err := f.walk(c, p, true)
	switch {
	case err != nil:
		return err
	case n != nil:
		return errExist
	}
	return f.add(c, dir, name, f.make(directory, mode, c))
}

// mkdirAll makes a directory and those above it.
func (f *files) mkdirAll(c cred, p string, mode uint32) error {
	at := ""
	for part := range strings.SplitSeq(p, "/") {
		if part == "" {
			continue
		}
		at += "/" + part
		if err := f.mkdir(c, at, mode); err != nil && err != errExist {
			return err
		}
		if i, err := f.stat(c, at, true); err != nil {
			return err
		} else if i.kind != directory {
			return errNotDir
		}
	}
	return nil
}

func (f *files) symlink(c cred, target, p string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	n, dir, name, err := f.walk(c, p, false)
	switch {
	case err != nil:
		return err
	case n != nil:
		return errExist
	case len(target) > maxPath || target == "":
		return errInvalid
	}
	l := f.make(symlink, 0o777, c)
	l.target = target
	return f.add(c, dir, name, l)
}

// remove removes a file or a link, or with dir an empty directory.
func (f *files) remove(c cred, p string, asDir bool) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	n, dir, name, err := f.walk(c, p, false)
	switch {
	case err != nil:
		return err
	case n == nil:
		return errNoEntry
	case dir == nil:
		return errBusy
	case n.kind == directory && !asDir:
		return errIsDir
	case n.kind != directory && asDir:
		return errNotDir
	case len(n.kids) > 0:
		return errNotEmpty
	case !f.mayUnlink(c, dir, n):
		return errDenied
	}
	f.drop(dir, name, n)
	return nil
}

func (f *files) mayUnlink(c cred, dir, n *node) bool {
	if !dir.allows(c, mayWrite) || !dir.allows(c, mayRun) {
		return false
	}
	return dir.mode&0o1000 == 0 || c.uid == 0 || c.uid == n.uid || c.uid == dir.uid
}

func (f *files) drop(dir *node, name string, n *node) {
	delete(dir.kids, name)
	dir.modified = f.now()
	f.count--
	f.bytes -= len(n.data)
	if n.kind == regular {
		n.kind, n.data = regular, nil
	}
}

// rename moves a file or directory; a file in its place goes.
func (f *files) rename(c cred, from, to string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	n, dir, name, err := f.walk(c, from, false)
	if err != nil || n == nil {
		return orNoEntry(err)
	}
	old, todir, toname, err := f.walk(c, to, false)
	switch {
	case err != nil:
		return err
	case dir == nil || todir == nil || toname == "":
		return errBusy
	case n.kind == directory && (strings.HasPrefix(path.Clean(to)+"/", path.Clean(from)+"/") || within(n, todir)):
		return errInvalid
	case !f.mayUnlink(c, dir, n) || !todir.allows(c, mayWrite) || !todir.allows(c, mayRun):
		return errDenied
	case old == n:
		return nil
	case old != nil && (old.kind == directory) != (n.kind == directory):
		if old.kind == directory {
			return errIsDir
		}
		return errNotDir
	case old != nil && len(old.kids) > 0:
		return errNotEmpty
	}
	if old != nil {
		f.drop(todir, toname, old)
	}
	delete(dir.kids, name)
	todir.kids[toname] = n
	dir.modified, todir.modified = f.now(), f.now()
	return nil
}

// within tells whether a directory is in the tree below n.
func within(n, dir *node) bool {
	if n == dir {
		return true
	}
	for _, k := range n.kids {
		if k.kind == directory && within(k, dir) {
			return true
		}
	}
	return false
}

func orNoEntry(err error) error {
	if err == nil {
		return errNoEntry
	}
	return err
}

// change alters what is recorded of a file; only its owner and root may.
func (f *files) change(c cred, p string, follow bool, do func(n *node) error) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	n, err := f.find(c, p, follow)
	switch {
	case err != nil:
		return err
	case c.uid != 0 && c.uid != n.uid:
		return errNotOwner
	}
	return do(n)
}

func (f *files) chmod(c cred, p string, mode func(uint32, bool) uint32) error {
	return f.change(c, p, true, func(n *node) error { n.mode = mode(n.mode, n.kind == directory) & 0o7777; return nil })
}

func (f *files) chown(c cred, p string, follow bool, uid, gid int64) error {
	return f.change(c, p, follow, func(n *node) error {
		if c.uid != 0 {
			return errNotOwner
		}
		if uid >= 0 {
			n.uid = uint32(uid)
		}
		if gid >= 0 {
			n.gid = uint32(gid)
		}
		return nil
	})
}

// used is how much is taken.
func (f *files) used() (bytes, count int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.bytes, f.count
}
