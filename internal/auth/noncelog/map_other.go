//go:build !unix

package noncelog

import "os"

// mapping is a file that is written record by record.
type mapping struct {
	f *os.File
	n int
}

func createMapping(path string, size int) (mapping, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	return mapping{f, size}, err
}

func openMapping(path string) (mapping, error) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	return mapping{f, firstSize}, err
}

func (m mapping) size() int { return m.n }

func (m mapping) put(off int, b *[recordSize]byte) error {
	_, err := m.f.WriteAt(b[:], int64(off))
	return err
}

func (m mapping) close() { m.f.Close() }
