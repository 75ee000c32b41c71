// Package noncelog is the journal of spent nonces of a service on one machine:
// numbered segment files in a directory, which one process at a time may use.
//
// A segment is mapped into memory and written there, 16 bytes a nonce, before
// the request is answered. That costs no system call, and what was written is
// the operating system's: it outlives the process, however that ends. It is
// never forced to the disk, because a sync for each request would cost more than
// all the rest of it. So a power cut may lose what the system had not written
// yet, some thirty seconds on Linux: a request that was captured in that time
// can be replayed if the service is up again before its timestamp is 15 minutes
// old. Where nothing can be mapped, each nonce is one write to the file.
//
// A record that is torn or damaged is skipped, a segment that cannot be read or
// made is said once in the log; neither keeps the service from starting or from
// answering. It is for a clock that goes forward: what a clock far ahead let go
// is not known to a later process with a clock set back.
package noncelog

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"iter"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/openecs/openecs/internal/auth"
)

// A record is the hash, the timestamp as 32 bits of Unix seconds (good until
// 2106) and a checksum of both; all zero is one that was not written.
const recordSize = 16

// Segments grow while there is need: the nth of those that are kept is
// firstSize<<n bytes, lastSize at most.
const (
	firstSize = 64 << 10
	lastSize  = 4 << 20
)

// Log is a journal. All methods are safe for concurrent use.
type Log struct {
	dir string
	key [16]byte
	log *slog.Logger

	mu     sync.Mutex
	buf    [recordSize]byte
	old    []segment // full, or of an earlier process; by number
	cur    *open     // nil: none yet
	retry  int64     // after a failure: the floor from which a segment is tried again
	broken bool      // said in the log
	closed bool
}

// segment is a file and the latest timestamp in it.
type segment struct {
	no   uint64
	last int64
}

// open is the segment that is written.
type open struct {
	segment
	file mapping
	end  int // of what is written
}

var _ auth.NonceJournal = (*Log)(nil)

// New returns the journal in dir, which need not exist. Nothing is touched
// before Load or Append. The secret belongs to the directory and never changes.
func New(dir string, secret []byte, log *slog.Logger) *Log {
	l := &Log{dir: dir, log: log}
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("nonce hashes"))
	copy(l.key[:], mac.Sum(nil))
	return l
}

// Key implements auth.NonceJournal.
func (l *Log) Key() [16]byte { return l.key }

// Load implements auth.NonceJournal. It comes before the first Append, once.
func (l *Log) Load() iter.Seq2[uint64, int64] {
	return func(yield func(uint64, int64) bool) {
		l.mu.Lock()
		defer l.mu.Unlock()
		var end int
		for _, no := range l.numbers() {
			s := segment{no: no}
			b, err := os.ReadFile(l.path(no))
			if err != nil {
				l.log.Warn("spent nonces cannot be read: requests of the last minutes may be replayed", "cause", err)
			}
			damaged := 0
			for end = len(b) - len(b)%recordSize; end > 0 && [recordSize]byte(b[end-recordSize:end]) == [recordSize]byte{}; {
				end -= recordSize
			}
			for i := 0; i < end; i += recordSize {
				hash, at, ok := decode(b[i : i+recordSize])
				if !ok {
					damaged++
					continue
				}
				s.last = max(s.last, at)
				if !yield(hash, at) {
					return
				}
			}
			if damaged > 0 {
				l.log.Warn("spent nonces were damaged and are skipped", "file", l.path(no), "records", damaged)
			}
			l.old = append(l.old, s)
		}
		l.resume(end)
	}
}

// resume goes on writing the last segment, if there is room in it.
func (l *Log) resume(end int) {
	if len(l.old) == 0 {
		return
	}
	s := l.old[len(l.old)-1]
	file, err := openMapping(l.path(s.no))
	if err != nil {
		return // a new one will do
	}
	if file.size()-end < recordSize {
		file.close()
		return
	}
	l.cur = &open{segment: s, file: file, end: end}
	l.old = l.old[:len(l.old)-1]
}

// Append implements auth.NonceJournal.
func (l *Log) Append(hash uint64, at, floor int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed || floor < l.retry {
		return
	}
	err := l.room(floor)
	if err == nil {
		encode(&l.buf, hash, at)
		if err = l.cur.file.put(l.cur.end, &l.buf); err == nil {
			l.cur.end += recordSize
			l.cur.last = max(l.cur.last, at)
			l.broken = false
			return
		}
		l.retire()
	}
	l.retry = floor + 1
	if !l.broken {
		l.broken = true
		l.log.Warn("spent nonces cannot be kept: after a restart, requests from now on may be replayed", "cause", err)
	}
}

// room makes sure that there is a segment with room, and drops those that are
// not needed any more when it begins one.
func (l *Log) room(floor int64) error {
	if l.cur != nil && l.cur.end+recordSize <= l.cur.file.size() {
		return nil
	}
	no := uint64(1)
	if l.cur != nil {
		l.retire()
	}
	if n := len(l.old); n > 0 {
		no = l.old[n-1].no + 1
	}
	l.old = slices.DeleteFunc(l.old, func(s segment) bool {
		return s.last < floor && os.Remove(l.path(s.no)) == nil
	})
	if err := os.MkdirAll(l.dir, 0o700); err != nil {
		return err
	}
	file, err := createMapping(l.path(no), min(firstSize<<min(len(l.old), 16), lastSize))
	if err != nil {
		return err
	}
	l.cur = &open{segment: segment{no: no}, file: file}
	return nil
}

// retire ends the writing of the current segment.
func (l *Log) retire() {
	l.cur.file.close()
	l.old = append(l.old, l.cur.segment)
	l.cur = nil
}

// Close ends the writing; what is appended later is not kept.
func (l *Log) Close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	if l.cur != nil {
		l.retire()
	}
}

const ending = ".nonces"

func (l *Log) path(no uint64) string { return filepath.Join(l.dir, fmt.Sprintf("%016x%s", no, ending)) }

// numbers are those of the segments there are, ascending.
func (l *Log) numbers() (nos []uint64) {
	files, err := os.ReadDir(l.dir)
	if err != nil && !os.IsNotExist(err) {
		l.log.Warn("spent nonces cannot be read: requests of the last minutes may be replayed", "cause", err)
	}
	for _, f := range files {
		var no uint64
		if n, err := fmt.Sscanf(f.Name(), "%016x"+ending, &no); n == 1 && err == nil && filepath.Base(l.path(no)) == f.Name() {
			nos = append(nos, no)
		}
	}
	slices.SortFunc(nos, cmp.Compare[uint64])
	return nos
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func encode(b *[recordSize]byte, hash uint64, at int64) {
	binary.LittleEndian.PutUint64(b[:], hash)
	binary.LittleEndian.PutUint32(b[8:], uint32(at))
	binary.LittleEndian.PutUint32(b[12:], crc32.Checksum(b[:12], castagnoli))
}

func decode(b []byte) (hash uint64, at int64, ok bool) {
	hash = binary.LittleEndian.Uint64(b)
	at = int64(binary.LittleEndian.Uint32(b[8:]))
	return hash, at, hash != 0 && binary.LittleEndian.Uint32(b[12:]) == crc32.Checksum(b[:12], castagnoli)
}
