//go:build unix

package noncelog

import (
	"fmt"
	"os"
	"runtime/debug"
	"syscall"
)

// mapping is a file in memory.
type mapping struct{ b []byte }

// createMapping makes a file of zeros. They are written, so that the disk has
// room for every page of it.
func createMapping(path string, size int) (m mapping, err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return m, err
	}
	defer f.Close()
	if _, err = f.Write(make([]byte, size)); err == nil {
		m, err = mapFile(f)
	}
	if err != nil {
		os.Remove(path)
	}
	return m, err
}

func openMapping(path string) (m mapping, err error) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return m, err
	}
	defer f.Close()
	return mapFile(f)
}

func mapFile(f *os.File) (m mapping, err error) {
	info, err := f.Stat()
	if err != nil {
		return m, err
	}
	m.b, err = syscall.Mmap(int(f.Fd()), 0, int(info.Size()), syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
	return m, os.NewSyscallError("mmap", err)
}

func (m mapping) size() int { return len(m.b) }

// put writes a record. A disk that fails beneath the mapping, or somebody who
// cuts the file short, shows as a fault of memory, which is an error here and
// not the end of the process.
func (m mapping) put(off int, b *[recordSize]byte) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("writing to the mapped file: %v", p)
		}
	}()
	copy(m.b[off:off+recordSize], b[:])
	return nil
}

func (m mapping) close() { syscall.Munmap(m.b) }
