package pebble

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/openecs/openecs/internal/store"
)

// What lies in a data directory.
const (
	lockName   = "LOCK"   // locked by the process that has the database open
	formatName = "FORMAT" // formatLine and a version; " new" follows until the database beside it is complete
	holderName = "HOLDER" // who holds the lock, as JSON; may be left over from a crash
	dbName     = "db"     // Pebble's
)

const (
	formatLine    = "openecs store "
	formatVersion = 1
	formatNew     = " new"
)

// state is how far a data directory has come.
type state uint8

const (
	absent   state = iota // no database
	unready               // a database was begun and nothing was acknowledged in it
	complete              // a database
)

// inspect reads what is in the directory and changes nothing.
func (s *Store) inspect() (state, error) {
	text, err := s.readSmall(formatName)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if names, err := s.fs.List(s.path(dbName)); err == nil && len(names) > 0 {
			return absent, s.corrupt("there is a database but no " + formatName + " file beside it")
		}
		return absent, nil
	case err != nil:
		return absent, err
	}
	line, ended := strings.CutSuffix(string(text), "\n")
	line, begun := strings.CutSuffix(line, formatNew)
	version, ours := strings.CutPrefix(line, formatLine)
	n, err := strconv.ParseUint(version, 10, 31)
	switch {
	case !ended || !ours || err != nil || n == 0:
		return absent, s.corrupt("its " + formatName + " file cannot be read")
	case n > formatVersion:
		return absent, s.newer(fmt.Sprintf("it has format %d and this program knows none above %d", n, formatVersion))
	case begun:
		return unready, nil
	}
	return complete, nil
}

func (s *Store) corrupt(what string) error {
	return fmt.Errorf("%w: %s: %s; nothing was changed: restore the directory from a backup, or use another one", store.ErrCorrupt, s.dir, what)
}

func (s *Store) newer(what string) error {
	return fmt.Errorf("%w: %s: %s; nothing was changed: run the newer program, or use another directory", store.ErrNewer, s.dir, what)
}

// mark writes the format file.
func (s *Store) mark(suffix string) error {
	return s.replace(formatName, []byte(formatLine+strconv.Itoa(formatVersion)+suffix+"\n"), true)
}

// create makes the directory, and makes sure that it is still there after a crash.
func (s *Store) create() error {
	var missing []string
	for dir := s.dir; ; dir = s.fs.PathDir(dir) {
		if _, err := s.fs.Stat(dir); err == nil || s.fs.PathDir(dir) == dir {
			break
		}
		missing = append(missing, dir)
	}
	if len(missing) == 0 {
		return nil
	}
	if err := s.fs.MkdirAll(s.dir, 0o700); err != nil {
		return err
	}
	for _, dir := range missing {
		if err := s.syncDir(s.fs.PathDir(dir)); err != nil {
			return err
		}
	}
	return nil
}

// lock takes the directory, or says who has it.
func (s *Store) lock() (io.Closer, error) {
	l, err := s.fs.Lock(s.path(lockName))
	if err == nil {
		return l, nil
	}
	if path := new(fs.PathError); !errors.As(err, &path) {
		held := errors.Is(err, syscall.EAGAIN) || errors.Is(err, syscall.EACCES) ||
			runtime.GOOS == "windows" && errors.Is(err, syscall.Errno(32)) || // a sharing violation
			strings.Contains(err.Error(), "held by current process")
		if held {
			return nil, store.ErrHeld{Holder: s.holder()}
		}
	}
	return nil, fmt.Errorf("lock %s: %w", s.dir, err)
}

// holder is who the directory says holds it, or held it last.
func (s *Store) holder() (h store.Holder) {
	if text, err := s.readSmall(holderName); err == nil && json.Unmarshal(text, &h) != nil {
		return store.Holder{}
	}
	return h
}

func (s *Store) writeHolder(addr string) error {
	text, err := json.Marshal(store.Holder{Addr: addr, PID: os.Getpid()})
	if err != nil {
		return err
	}
	return s.replace(holderName, text, false)
}

func (s *Store) removeHolder() { _ = s.fs.Remove(s.path(holderName)) } // a leftover one is only a hint

func (s *Store) path(name string) string { return s.fs.PathJoin(s.dir, name) }

// readSmall reads a file of at most a page.
func (s *Store) readSmall(name string) ([]byte, error) {
	f, err := s.fs.Open(s.path(name))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, 4096))
}

// replace puts a small file in place of the one of that name, and waits for the disk if told to.
func (s *Store) replace(name string, text []byte, sync bool) (err error) {
	temp := s.path(name + ".tmp")
	f, err := s.fs.Create(temp, vfs.WriteCategoryUnspecified)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err == nil && sync {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err = s.fs.Rename(temp, s.path(name)); err == nil && sync {
		err = s.syncDir(s.dir)
	}
	return err
}

func (s *Store) syncDir(dir string) error {
	d, err := s.fs.OpenDir(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
