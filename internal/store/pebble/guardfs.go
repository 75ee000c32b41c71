package pebble

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"sync/atomic"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// guardFS is the file system that Pebble writes to. A write or a sync that fails does not return to Pebble: some
// places there end the process, some panic on goroutines that nobody else can recover, some try again for ever. It
// ends in the guard instead, whatever the place. It also counts the syncs of the log, and closes a gap (Create).
type guardFS struct {
	vfs.FS
	guard *guard
	syncs *atomic.Uint64
}

// check lets success pass, and stops the goroutine on anything else.
func (f guardFS) check(op, name string, err error) {
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		f.guard.fail(fmt.Errorf("%s %s: %w", op, name, err))
		select {}
	}
}

// Unwrap is vfs.FS's.
func (f guardFS) Unwrap() vfs.FS { return f.FS }

// Create is vfs.FS's. A file that marks another one as current is made once the directory is synced: Pebble relies on
// the order in which a journaling file system keeps new names, and without one could find the mark without the file.
func (f guardFS) Create(name string, c vfs.DiskWriteCategory) (vfs.File, error) {
	if strings.HasPrefix(f.PathBase(name), "marker.") {
		dir, err := f.OpenDir(f.PathDir(name))
		if err == nil {
			err = errors.Join(dir.Sync(), dir.Close())
		}
		f.check("sync the directory of", name, err)
	}
	file, err := f.FS.Create(name, c)
	f.check("create", name, err)
	return f.wrap(name, file, err)
}

// ReuseForWrite is vfs.FS's.
func (f guardFS) ReuseForWrite(old, name string, c vfs.DiskWriteCategory) (vfs.File, error) {
	file, err := f.FS.ReuseForWrite(old, name, c)
	f.check("reuse", old, err)
	return f.wrap(name, file, err)
}

// OpenReadWrite is vfs.FS's.
func (f guardFS) OpenReadWrite(name string, c vfs.DiskWriteCategory, o ...vfs.OpenOption) (vfs.File, error) {
	file, err := f.FS.OpenReadWrite(name, c, o...)
	f.check("open", name, err)
	return f.wrap(name, file, err)
}

// OpenDir is vfs.FS's.
func (f guardFS) OpenDir(name string) (vfs.File, error) {
	file, err := f.FS.OpenDir(name)
	return f.wrap(name, file, err)
}

// Rename is vfs.FS's.
func (f guardFS) Rename(old, name string) error {
	err := f.FS.Rename(old, name)
	f.check("rename", old, err)
	return err
}

func (f guardFS) wrap(name string, file vfs.File, err error) (vfs.File, error) {
	if err != nil {
		return nil, err
	}
	return &guardFile{File: file, fs: f, name: name, log: filepath.Ext(name) == ".log"}, nil
}

type guardFile struct {
	vfs.File
	fs   guardFS
	name string
	log  bool
}

// Write is vfs.File's.
func (f *guardFile) Write(p []byte) (int, error) {
	n, err := f.File.Write(p)
	f.fs.check("write", f.name, err)
	return n, err
}

// WriteAt is vfs.File's.
func (f *guardFile) WriteAt(p []byte, off int64) (int, error) {
	n, err := f.File.WriteAt(p, off)
	f.fs.check("write", f.name, err)
	return n, err
}

// Sync is vfs.File's.
func (f *guardFile) Sync() error {
	f.count()
	err := f.File.Sync()
	f.fs.check("sync", f.name, err)
	return err
}

// SyncData is vfs.File's.
func (f *guardFile) SyncData() error {
	f.count()
	err := f.File.SyncData()
	f.fs.check("sync", f.name, err)
	return err
}

// SyncTo is vfs.File's.
func (f *guardFile) SyncTo(length int64) (bool, error) {
	full, err := f.File.SyncTo(length)
	f.fs.check("sync", f.name, err)
	return full, err
}

// Close is vfs.File's.
func (f *guardFile) Close() error {
	err := f.File.Close()
	f.fs.check("close", f.name, err)
	return err
}

func (f *guardFile) count() {
	if f.log {
		f.fs.syncs.Add(1)
	}
}
