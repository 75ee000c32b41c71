package pebble

import (
	"path/filepath"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/openecs/openecs/internal/store"
)

// The defaults of Options.
const (
	DefaultReserve   = 64 << 20
	defaultRingBytes = 1 << 20
)

// limits bound one batch. A batch of half a memtable or more is written around it and costs a flush of its own.
var limits = store.Limits{Changes: 16384, Bytes: 4 << 20}

// Options may be left zero.
type Options struct {
	// Reserve is the free space in bytes that must remain after a batch; below it Commit answers store.ErrFull. It
	// leaves Pebble room to flush and compact. 0 is DefaultReserve, a negative value none.
	Reserve int64

	// RingBytes is how much a Watch can look back on. 0 is 1 MiB; the last batch is always kept.
	RingBytes int

	// FS is where the directory lies; nil is the operating system's. Tests put a file system here that fails or crashes.
	FS vfs.FS

	// UnsafeNoSync acknowledges batches that are not on the disk yet. It exists so that a durability test can show
	// that it would notice. Nothing else sets it.
	UnsafeNoSync bool

	tune func(*pebble.Options) // has the last word, in this package's tests
}

func (o Options) withDefaults() Options {
	if o.Reserve == 0 {
		o.Reserve = DefaultReserve
	}
	if o.RingBytes == 0 {
		o.RingBytes = defaultRingBytes
	}
	return o
}

// canonical is one spelling of dir on the operating system's file system: Pebble tells the locks of one process apart
// by name.
func canonical(dir string) (string, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	if real, err := filepath.EvalSymlinks(abs); err == nil {
		return real, nil
	}
	return abs, nil // not there yet
}

// format is Pebble's own, pinned: a newer Pebble must not raise it by itself, because there is no way back.
const format = pebble.FormatTableFormatV6

// tuned are Pebble's options for a store that is read once, at start, and from then on written in small batches: little
// memory at rest, few files, one compaction at a time. A memtable grows to its size as it fills. Four times Pebble's 4 MiB
// makes fewer and larger tables, so that less is compacted, and still takes a fraction of a second to replay after a crash.
func (s *Store) tuned() *pebble.Options {
	o := &pebble.Options{
		FS:                          guardFS{s.fs, s.guard, &s.syncs},
		Logger:                      s.guard,
		EventListener:               s.guard.events(),
		FormatMajorVersion:          format,
		CacheSize:                   1 << 20, // the tables in memory are the cache
		MemTableSize:                16 << 20,
		MemTableStopWritesThreshold: 4,
		MaxOpenFiles:                128,
		MaxManifestFileSize:         4 << 20,
		CompactionConcurrencyRange:  func() (int, int) { return 1, 1 },
		BytesPerSync:                512 << 10,
		L0CompactionThreshold:       12, // at the default, the flush of a start after a kill sets off a compaction that doubles its time
		L0StopWritesThreshold:       24,
	}
	o.Experimental.FileCacheShards = 1
	o.Experimental.ReadCompactionRate = -1 // a scan at start is no reason to compact
	if s.opts.tune != nil {
		s.opts.tune(o)
	}
	return o
}
