package store

import (
	"bytes"
	"fmt"
	"unsafe"
)

// Size is the number of bytes that Limits.Bytes is compared with.
func (b Batch) Size() int {
	n := 0
	for _, c := range b.Changes {
		n += len(c.Key) + len(c.Value)
	}
	return n
}

// Clone copies the batch with all its bytes, which lie in one piece.
func (b Batch) Clone() Batch {
	out := Batch{Rev: b.Rev, Changes: make([]Change, len(b.Changes))}
	buf := make([]byte, 0, b.Size()) // never grows: the slices below stay in it
	add := func(p []byte) []byte {
		from := len(buf)
		buf = append(buf, p...)
		return buf[from:len(buf):len(buf)]
	}
	for i, c := range b.Changes {
		out.Changes[i].Key = add(c.Key)
		if c.Value != nil {
			out.Changes[i].Value = add(c.Value)
		}
	}
	return out
}

// Check tells whether b may follow head in a store of these limits. What it answers is ErrInvalid and ErrNotCommitted.
func (b Batch) Check(head Rev, l Limits) error {
	switch size := b.Size(); {
	case b.Rev != head+1:
		return invalid("revision %d does not follow head %d", b.Rev, head)
	case len(b.Changes) > l.Changes:
		return invalid("%d changes, at most %d are allowed", len(b.Changes), l.Changes)
	case size > l.Bytes:
		return invalid("%d bytes, at most %d are allowed", size, l.Bytes)
	}
	ascending := true
	for i, c := range b.Changes {
		if len(c.Key) == 0 {
			return invalid("change %d has an empty key", i)
		}
		if i > 0 && bytes.Compare(b.Changes[i-1].Key, c.Key) >= 0 {
			ascending = false
		}
	}
	if ascending {
		return nil // sorted input needs no set
	}
	seen := make(map[string]struct{}, len(b.Changes))
	for _, c := range b.Changes {
		seen[unsafe.String(&c.Key[0], len(c.Key))] = struct{}{} // the set does not outlive the call
	}
	if len(seen) != len(b.Changes) {
		return invalid("a key occurs twice")
	}
	return nil
}

func invalid(format string, args ...any) error {
	return fmt.Errorf("%w: %w: %s", ErrNotCommitted, ErrInvalid, fmt.Sprintf(format, args...))
}
