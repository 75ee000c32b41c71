package state

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/fxamacker/cbor/v2"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/store"
)

// A stored row is the table's code and the row's key, big-endian, then the record's version and its CBOR.
const keySize = 9

var (
	encMode = must(cbor.EncOptions{Time: cbor.TimeUnixDynamic}.UserBufferEncMode())
	decMode = must(cbor.DecOptions{MaxArrayElements: 1 << 24, MaxMapPairs: 1 << 24}.DecMode())
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func appendKey(b []byte, code byte, key uint64) []byte {
	return binary.BigEndian.AppendUint64(append(b, code), key)
}

// encode appends what is stored of the record under k.
func (t *table) encode(data *tableData, k ecs.Key, to *bytes.Buffer) (present bool, err error) {
	b, ok := data.rows.Get(k)
	if !ok {
		return false, nil
	}
	from := to.Len()
	to.WriteByte(t.version)
	if t.plan != nil {
		to.Write(t.plan.append(to.AvailableBuffer(), b.p))
	} else if err := encMode.MarshalToBuffer(t.typed(b.p), to); err != nil {
		return false, fmt.Errorf("encode row %#x of table %s: %w", uint64(k), t.name, err)
	}
	if n := int64(to.Len() - from); n > t.widest.Load() {
		t.widest.Store(n)
	}
	return true, nil
}

func (t *table) decodeRow(value []byte) (row, error) {
	if len(value) == 0 {
		return nil, fmt.Errorf("a value is empty")
	}
	switch v := value[0]; {
	case v == t.version:
		r := t.blank()
		if t.plan != nil {
			if rest, ok := t.plan.read(value[1:], r); ok && len(rest) == 0 {
				return r, nil
			}
			r = t.blank()
		}
		return r, decMode.Unmarshal(value[1:], t.typed(r))
	case v > t.version:
		return nil, fmt.Errorf("%w: a record has version %d, this program knows up to %d: run the version that wrote it, or a later one",
			store.ErrNewer, v, t.version)
	case t.upgrade == nil:
		return nil, fmt.Errorf("a record has version %d, which cannot be upgraded to %d", v, t.version)
	default:
		return t.upgrade(v, value[1:])
	}
}

// format is the version of everything outside the records: the keys, the meta row, the symbols.
const format = 1

// meta is the row of code 0, written with every batch: the format, the highest key ever drawn, the service's time.
type meta struct {
	lastKey uint64
	time    time.Time
}

func (m meta) append(b []byte) []byte {
	b = append(b, format)
	b = binary.BigEndian.AppendUint64(b, m.lastKey)
	return binary.BigEndian.AppendUint64(b, uint64(m.time.UnixNano()))
}

func parseMeta(b []byte) (m meta, err error) {
	switch {
	case len(b) > 0 && b[0] > format:
		return m, fmt.Errorf("%w: the tables have format %d, this program knows up to %d: run the version that wrote them, or a later one",
			store.ErrNewer, b[0], format)
	case len(b) != 17 || b[0] != format:
		return m, fmt.Errorf("%w: the first row is not that of the tables", store.ErrCorrupt)
	}
	m.lastKey = binary.BigEndian.Uint64(b[1:])
	m.time = time.Unix(0, int64(binary.BigEndian.Uint64(b[9:]))).UTC()
	return m, nil
}
